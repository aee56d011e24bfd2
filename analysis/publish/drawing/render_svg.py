"""Figures drawn for paper, by Kaleido and the machine's own Chromium."""

from __future__ import annotations

import asyncio
import atexit
import json
import queue
import threading
import time
from functools import cache
from pathlib import Path

import plotly
import plotly.graph_objects as go
from joblib import cpu_count

from analysis.errors import ReportError
from analysis.paths import PROCESSED
from analysis.publish import site_root
from analysis.publish.drawing.browser import find_chromium
from analysis.publish.geometry.build import report_county_geometry, report_geometry
from analysis.publish.geometry.script import COUNTIES, needs_geometry, shapes_needed, write_script
from analysis.store import atomic
from analysis.store.cache import drop, get, keys, make_key, mark_used, put

# The type of the PDF's text, which Typst has; Chromium, where it is missing, measures with
# one of about the same widths.
FONTS = "Libertinus Serif, Liberation Serif, Times New Roman, Times, serif"

# plotly.js measures in pixels: with so many to a centimeter of paper, text of
# 12 pixels, as on the site, becomes 8 points on the page.
PIXELS_PER_CM = 42
FIGURES = PROCESSED / "figures"
"""Drawn figures lie here as files, since pages and Typst read them by their names."""
WAITING = "waiting"  # kind of the figures that are to be drawn
MAP_FRAME = 0.523  # height of a map by its width, as in figures.css
SCRIPTS = [Path(__file__).with_name(name) for name in ("compact.js", "drawing.js")]
DRAWN_BY = (__file__, *SCRIPTS)

PATIENCE = 120  # seconds
PAUSES = (1, 3, 9)  # seconds, before another browser is tried


def paper_svg(fig: go.Figure, name: str, *, width_cm: float = 15.2) -> Path | None:
    """Draw a figure for paper, or take it from disk if it is drawn already.

    Parameters
    ----------
    fig : plotly Figure
        Left as it is; its fonts and size are set for paper in a copy.
    name : str
        Begins the file's name.
    width_cm : float
        Width on paper.

    Returns
    -------
    Path or None
        An SVG file; None if there is no Chromium on this machine.
    """
    figure, size = _for_paper(json.loads(fig.to_json()), width_cm)
    return drawn(figure, size, name)


def drawn(figure: dict, size: dict, name: str) -> Path | None:
    """Draw a figure (as plain dict) of some width and height in pixels, as it is.

    Other parameters and what is returned as for :func:`paper_svg`.
    """
    path = FIGURES / f"{name}-{_key(figure, size)}.svg"
    if path.exists():
        mark_used(path)
        return path
    if find_chromium() is None:
        return None
    if site_root.draws_later():
        put(WAITING, path.name, json.dumps([figure, size]).encode())
    else:
        _draw([(path, figure, size)])
    return path


def draw_waiting(*, paper: bool = True) -> int:
    """Draw every figure that was left for later, side by side in one browser.

    Figures that a chapter asks for while ``$REPORT_DRAW`` is "later" are only
    written down, since starting a browser for each chapter takes longer than drawing.

    Parameters
    ----------
    paper : bool
        Whether to draw those of the PDF too, or only those of pages.

    Returns
    -------
    int
        Number of figures drawn.

    Raises
    ------
    ReportError
        If the browser does not draw.
    """
    patterns = ["*"] if paper else ["*-wide-*", "*-narrow-*"]
    names = [name for pattern in patterns for name in keys(WAITING, pattern)]
    entries = {name: get(WAITING, name) for name in names}
    figures = [(FIGURES / name, *json.loads(entry)) for name, entry in entries.items() if entry]
    if figures:
        _draw(figures)
    for name in names:
        drop(WAITING, name)
    return len(figures)


def is_drawn_or_waits(path: Path) -> bool:
    """Whether a figure's file is there, or will be once `draw_waiting` is called."""
    return path.is_file() or get(WAITING, path.name) is not None


def _for_paper(figure: dict, width_cm: float) -> tuple[dict, dict]:
    """The figure in ink on nothing, and its size in pixels."""
    layout = dict(figure["layout"])
    width = round(width_cm * PIXELS_PER_CM)
    height = layout.get("height", 420)
    if needs_geometry(figure):
        height = round(MAP_FRAME * width) + layout.get("margin", {}).get("b", 0)
    layout["font"] = {"color": "#222222", **layout.get("font", {}), "family": FONTS}
    layout["paper_bgcolor"] = layout["plot_bgcolor"] = "rgba(0,0,0,0)"
    data = [_borderless(trace) for trace in figure["data"]]
    return {**figure, "data": data, "layout": layout}, {"width": width, "height": height}


def _borderless(trace: dict) -> dict:
    """A map's areas without borders, which would hide them where lines are never thinner than
    a pixel of the screen, as in browsers' readers of PDF. Lines between states stay."""
    if trace["type"] != "choropleth":
        return trace
    return {**trace, "marker": {**trace.get("marker", {}), "line": {"width": 0}}}


@cache
def _shapes_script(name: str) -> Path:
    """The script with the shapes of the report's data, named for what it holds."""
    shapes = report_county_geometry() if name == COUNTIES else report_geometry()
    path = FIGURES / f"shapes-{name}-{make_key(json.dumps(vars(shapes)))[:16]}.js"
    if path.exists():
        mark_used(path)
    else:
        write_script(path, shapes)
    return path


def _key(figure: dict, size: dict[str, float]) -> str:
    drawn_by = [plotly.__version__, *(Path(file).read_text("utf-8") for file in DRAWN_BY)]
    named = shapes_needed(figure)
    shapes = _shapes_script(named).name if named else ""
    return make_key(json.dumps([drawn_by, size, figure, shapes], sort_keys=True))[:16]


class _Browser:
    """Chromium with a page for each core, which ends with this process.

    Kaleido's own server of this kind waits for ever on a browser that did not start.
    """

    def __init__(self, program: Path) -> None:
        self.program = program
        self.tasks: queue.Queue = queue.Queue()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        atexit.register(self.end)

    def draw(self, wanted: list[dict]) -> BaseException | None:
        """Draw figures in Kaleido's terms; what went wrong, if anything did."""
        answer: queue.Queue = queue.Queue()
        self.tasks.put((wanted, answer))
        try:
            return answer.get(timeout=PATIENCE + len(wanted))
        except queue.Empty:
            return TimeoutError(f"it drew no figure within {PATIENCE} seconds")

    def end(self) -> None:
        """Let the browser close, which takes a moment."""
        self.tasks.put(None)
        self.thread.join(timeout=10)

    def _serve(self) -> None:
        try:
            asyncio.run(self._take_tasks())
        except BaseException as fault:  # told to whoever asks for the first figure
            if task := self.tasks.get():
                task[1].put(fault)

    async def _take_tasks(self) -> None:
        from kaleido import Kaleido, PageGenerator

        # Kaleido loads its page, with all of plotly.js, anew after each figure.
        Kaleido._return_kaleido_tab = _take_back
        page = PageGenerator(mathjax=False, others=[script.as_uri() for script in SCRIPTS])
        async with Kaleido(n=cpu_count(), page_generator=page, path=str(self.program)) as tabs:
            while task := self.tasks.get():
                wanted, answer = task
                try:
                    await tabs.write_fig_from_object(wanted, cancel_on_error=True)
                    answer.put(None)
                except Exception as fault:
                    answer.put(fault)


async def _take_back(kaleido, tab) -> None:
    """Let a tab draw its next figure on the page that it has: figures leave nothing there."""
    tab.js_logger.reset()
    await kaleido.tabs_ready.put(tab)


@cache
def _browser() -> _Browser:
    return _Browser(find_chromium())


def _with_shapes(figure: dict) -> dict:
    """The figure with the address of the script that its page takes shapes from."""
    named = shapes_needed(figure)
    if named is None:
        return figure
    meta = {"shapes": _shapes_script(named).as_uri()}
    return {**figure, "layout": {**figure["layout"], "meta": meta}}


def _draw(figures: list[tuple[Path, dict, dict]]) -> None:
    """Draw figures of some size to files, as many at a time as there are cores."""
    from choreographer.errors import BrowserFailedError

    with atomic.scratch(FIGURES, "drawing") as folder:
        wanted = [
            {"fig": _with_shapes(figure), "path": folder / path.name,
             "opts": {"format": "svg", **size}}
            for path, figure, size in figures
        ]  # fmt: skip
        fault = _browser().draw(wanted)
        for pause in PAUSES:
            # Chromium closes at its start now and then, on a machine with much to do.
            if isinstance(fault, BrowserFailedError):
                time.sleep(pause)
                fault = _again().draw(wanted)
        if fault:
            words = (str(fault).strip() or type(fault).__name__).splitlines()[0]
            raise ReportError(
                f"The browser {_browser().program} does not draw ({words}); "
                "check that it starts, or name another one in $CHROME."
            ) from fault
        for path, _, _ in figures:
            (folder / path.name).replace(path)


def _again() -> _Browser:
    """Another browser in place of one that failed."""
    _browser().tasks.put(None)
    _browser.cache_clear()
    return _browser()
