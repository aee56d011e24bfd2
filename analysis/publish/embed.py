"""Figures as markup of a page, to be drawn by ``report/theme/figures.js``."""

from __future__ import annotations

import json
from html import escape, unescape

import plotly.graph_objects as go

from analysis.publish.geometry.script import shapes_needed

# Characters that could end the script element or an older reader's string.
_UNSAFE = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def figure_html(fig: go.Figure, *, alt: str, name: str) -> str:
    """Markup of one figure.

    The page needs plotly.js and ``figures.js``, and where the markup has
    ``data-shapes="zones"`` (or counties) also ``zones.js`` (``counties.js``). The
    title is taken out of the plot and set as text of the page, where it wraps on
    narrow screens.

    Parameters
    ----------
    fig : plotly Figure
    alt : str
        What the figure shows, for those who do not see it.
    name : str
        Name of the figure, unique on the page.

    Returns
    -------
    str
        One ``div`` without blank lines, fit for a raw HTML block.
    """
    figure = json.loads(fig.to_json())
    shapes = shapes_needed(figure)
    kind = f'class="report-figure{" report-map" if shapes else ""}"'
    kind += f' data-shapes="{shapes}"' if shapes else ""
    title = (figure["layout"].pop("title", None) or {}).get("text", "")
    figure["layout"].pop("width", None)
    heading = f'<p class="report-figure-title">{_html_title(title)}</p>' if title else ""
    return (
        f'<div {kind} data-name="{escape(name)}">{heading}'
        f'<div class="report-figure-plot" role="img" aria-label="{escape(_one_line(alt))}"'
        f"{_reserved_height(figure['layout'])}>"
        "</div>"
        f'<script type="application/json">{json_script(figure)}</script>'
        f"<noscript><p>{escape(_one_line(alt))} (Drawing it needs JavaScript.)</p></noscript>"
        "</div>"
    )


def _reserved_height(layout: dict) -> str:
    """Heights for the style sheet, so that the page does not jump when a figure is drawn."""
    height = layout.pop("height", None)
    legend = layout.get("margin", {}).get("b")
    heights = {"--report-figure-height": height, "--report-legend-height": legend}
    style = "; ".join(f"{name}: {value:g}px" for name, value in heights.items() if value)
    return f' style="{style}"' if style else ""


def json_script(value: object) -> str:
    """JSON that can stand inside a script element, whatever text it carries."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(_UNSAFE.get(char, char) for char in text)


def _html_title(title: str) -> str:
    """A plotly title (escaped text with line breaks) as HTML."""
    lines = [escape(unescape(line)) for line in title.split("<br>")]
    return " ".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())
