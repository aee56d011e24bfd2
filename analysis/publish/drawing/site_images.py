"""A figure as the site first shows it: drawn in two widths, its data in a file for later.

A page shows pictures at once. What draws the live figure (plotly.js, the figure's
data, the shapes of maps) is loaded when a reader reaches for it, by
``report/theme/figures.js``.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

from analysis.publish.drawing.render_svg import FIGURES, MAP_FRAME, drawn
from analysis.publish.geometry.script import needs_geometry
from analysis.publish.text.script import json_script
from analysis.store import atomic
from analysis.store.cache import make_key

WIDE, PHONE = 700, 360  # pixels: the text column, and that of a phone
FULL_WIDTH, MARKER_WIDTH = 900, 600  # pixels from which borders and markers have full size
FOLDER = "figures"  # of the site


@dataclass(frozen=True)
class Picture:
    """A drawn figure: its file's name, and its size in pixels."""

    file: str
    width: int
    height: int


def pictures(figure: dict, phone: dict, name: str) -> tuple[Picture, Picture] | None:
    """Draw a figure for wide and for narrow pages; None where no browser can draw it.

    Parameters
    ----------
    figure : dict
        As Plotly writes it, without title.
    phone : dict
        The layout for phones.
    name : str
        Begins the files' names.
    """
    wide = _picture(figure, WIDE, f"{name}-wide")
    slim = _picture({**figure, "layout": phone}, PHONE, f"{name}-narrow")
    return (wide, slim) if wide and slim else None


def _picture(figure: dict, width: int, name: str) -> Picture | None:
    layout = copy.deepcopy(figure["layout"])
    height = layout.get("height") or 420
    if needs_geometry(figure):
        height = round(MAP_FRAME * width) + layout.get("margin", {}).get("b", 0)
    layout |= {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}
    data = [_fitted(trace, width) for trace in figure["data"]]
    path = drawn({"data": data, "layout": layout}, {"width": width, "height": height}, name)
    return Picture(path.name, width, height) if path else None


def _fitted(trace: dict, width: int) -> dict:
    """Markers and borders are measured in pixels: on a phone they would hide what they mark."""
    meta = trace.get("meta") or {}
    marker = trace.get("marker", {})
    if meta.get("sized"):
        share = min(1, width / MARKER_WIDTH)
        return {**trace, "marker": {**marker, "size": [share * one for one in marker["size"]]}}
    if not meta.get("geometry"):
        return trace
    thin = min(1, max(0.5, width / FULL_WIDTH))
    if "line" in trace:
        return {**trace, "line": {**trace["line"], "width": thin * trace["line"]["width"]}}
    line = {**marker["line"], "width": thin * marker["line"]["width"]}
    return {**trace, "marker": {**marker, "line": line}}


def source(figure: dict, phone: dict, name: str) -> str:
    """Write what the live figure is drawn from as a script; its file's name.

    A script rather than a JSON file, since browsers do not let a page that was
    opened from disk read a file beside it.
    """
    text = json_script({**figure, "narrow": phone})
    file = f"{name}-{make_key(text)[:16]}.js"
    if not (FIGURES / file).is_file():
        atomic.write(FIGURES / file, f'(window.ReportFigures??={{}})["{file}"]={text};\n')
    return file
