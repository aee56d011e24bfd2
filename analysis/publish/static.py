"""Figures drawn for paper, by Kaleido and the machine's own Chromium."""

from __future__ import annotations

import hashlib
import json
import os
import textwrap
import threading
from pathlib import Path

import plotly
import plotly.graph_objects as go

from analysis.paths import PROCESSED
from analysis.publish.browser import find_chromium
from analysis.publish.geometry.build import Geometry, report_geometry
from analysis.publish.geometry.script import fill_geometry, needs_geometry

FONTS = "Liberation Sans, Arial, Helvetica, sans-serif"

# plotly.js measures in pixels; on paper one pixel is one point, so that a font
# of size 9 in the figure is 9 points on the page.
POINTS_PER_CM = 72 / 2.54
MAP_HEIGHT = 0.68  # of the width
TITLE_POINTS = 11

_start = threading.Lock()


def static_image(
    fig: go.Figure,
    name: str,
    *,
    width_cm: float = 16.0,
    height_cm: float | None = None,
    geometry: Geometry | None = None,
    folder: Path | None = None,
) -> Path | None:
    """Draw a figure for paper, or take it from disk if it is drawn already.

    Parameters
    ----------
    fig : plotly Figure
        Left as it is; its title, fonts and size are set for paper in a copy.
    name : str
        Begins the file's name.
    width_cm, height_cm : float
        Size on paper; the height defaults to that of the figure's proportions.
    geometry : Geometry, optional
        Shapes of maps; those of the report's data if not given.
    folder : Path, optional
        Where images are kept; ``data/processed/figures`` if not given.

    Returns
    -------
    Path or None
        An SVG file; None if there is no Chromium on this machine.
    """
    figure = json.loads(fig.to_json())
    if needs_geometry(figure):
        figure = fill_geometry(figure, geometry or report_geometry())
    figure, size = _for_paper(figure, width_cm, height_cm)
    path = (folder or PROCESSED / "figures") / f"{name}-{_key(figure, size)}.svg"
    if path.exists():
        return path
    if not _server_running():
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(_draw(figure, size))
    partial.replace(path)
    return path


def _for_paper(
    figure: dict, width_cm: float, height_cm: float | None
) -> tuple[dict, dict[str, float]]:
    layout = dict(figure["layout"])
    width = width_cm * POINTS_PER_CM
    if height_cm is not None:
        height = height_cm * POINTS_PER_CM
    elif needs_geometry(figure):
        height = MAP_HEIGHT * width
    else:
        height = layout.get("height", 420) * width / layout.get("width", 700)
    layout["font"] = {"size": 9, "color": "#222222", **layout.get("font", {}), "family": FONTS}
    layout["paper_bgcolor"] = layout["plot_bgcolor"] = "rgba(0,0,0,0)"
    if (layout.get("title") or {}).get("text"):
        layout["title"] = _wrapped_title(layout["title"], width)
        lines = layout["title"]["text"].count("<br>") + 1
        margin = layout.get("margin", {})
        layout["margin"] = {**margin, "t": margin.get("t", 0) + 8 + 1.4 * TITLE_POINTS * lines}
    size = {"width": round(width), "height": round(height)}
    return {**figure, "layout": layout}, size


def _wrapped_title(title: dict, width: float) -> dict:
    letters = int(width / (0.53 * TITLE_POINTS))
    text = "<br>".join(textwrap.wrap(title["text"].replace("<br>", " "), letters))
    font = {**title.get("font", {}), "size": TITLE_POINTS, "weight": 600}
    place = {
        "x": 0,
        "xanchor": "left",
        "xref": "container",
        "y": 1,
        "yanchor": "top",
        "pad": {"t": 4},
    }
    return {**title, **place, "text": text, "font": font}


def _key(figure: dict, size: dict[str, float]) -> str:
    text = json.dumps([plotly.__version__, size, figure], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _server_running() -> bool:
    """Start Kaleido's browser once a process; it ends with the process."""
    import kaleido

    with _start:
        if kaleido._global_server.is_running():
            return True
        browser = find_chromium()
        if browser is None:
            return False
        page = kaleido.PageGenerator(mathjax=False, others=[_empty_world().as_uri()])
        kaleido.start_sync_server(page_generator=page, path=str(browser), silence_warnings=True)
        return True


def _empty_world() -> Path:
    """Script which keeps plotly.js from asking another host for a world map."""
    path = PROCESSED / "figures" / "empty-world.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        'const empty = {type: "Topology", arcs: [], objects: {}};\n'
        "window.PlotlyGeoAssets = {topojson: new Proxy({}, {get: () => empty})};\n",
        encoding="utf-8",
    )
    return path


def _draw(figure: dict, size: dict[str, float]) -> bytes:
    import kaleido

    return kaleido.calc_fig_sync(figure, opts={"format": "svg", **size})
