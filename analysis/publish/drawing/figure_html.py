"""Figures as markup of a page, made live by ``report/theme/figures.js``."""

from __future__ import annotations

import json
from html import escape

import plotly.graph_objects as go

from analysis.publish import site_root
from analysis.publish.drawing import phone_layout, site_images
from analysis.publish.geometry.script import shapes_needed
from analysis.publish.text.script import json_script


def figure_html(fig: go.Figure, *, alt: str, name: str, draw: bool = True) -> str:
    """Markup of one figure.

    The page needs ``figures.js``, and beside that script plotly.js and, where the
    markup has ``data-shapes="zones"`` (or counties), ``zones.js`` (``counties.js``).

    Parameters
    ----------
    fig : plotly Figure
    alt : str
        What the figure shows, for those who do not see it.
    name : str
        Name of the figure, unique on the page.
    draw : bool
        Show drawn pictures until the reader reaches for the figure; without, or where
        nothing can draw them, the figure is drawn as soon as it comes into view.

    Returns
    -------
    str
        One ``div`` without blank lines, fit for a raw HTML block.
    """
    figure = json.loads(fig.to_json())
    shapes = shapes_needed(figure)
    kind = f'class="report-figure{" report-map" if shapes else ""}"'
    kind += f' data-shapes="{shapes}"' if shapes else ""
    figure["layout"].pop("width", None)
    phone = phone_layout.layout(figure)
    drawn = site_images.pictures(figure, phone, name) if draw else None
    if drawn:
        folder = f"{site_root.site_root()}{site_images.FOLDER}/"
        kind += f' data-source="{folder}{site_images.source(figure, phone, name)}"'
        body = _stage(drawn, folder, alt)
    else:
        body = _empty_stage(figure, phone, alt)
    return f'<div {kind} data-name="{escape(name)}">{body}</div>'


def _stage(drawn: tuple[site_images.Picture, site_images.Picture], folder: str, alt: str) -> str:
    """Pictures for wide and narrow pages, and a way to the live figure for every hand."""
    wide, phone = drawn
    return (
        '<div class="report-figure-stage"><picture>'
        f'<source media="{phone_layout.MEDIA}" srcset="{folder}{phone.file}"'
        f' width="{phone.width}" height="{phone.height}">'
        f'<img class="report-picture" src="{folder}{wide.file}" width="{wide.width}"'
        f' height="{wide.height}" loading="lazy" decoding="async" alt="{escape(_one_line(alt))}">'
        '</picture><div class="report-figure-plot"></div>'
        '<button type="button" class="report-figure-live" hidden>Explore</button></div>'
    )


def _empty_stage(figure: dict, phone: dict, alt: str) -> str:
    data = json_script({**figure, "narrow": phone})
    words = escape(_one_line(alt))
    return (
        f'<div class="report-figure-plot" role="img" aria-label="{words}"'
        f"{_reserved_height(figure['layout'])}></div>"
        f'<script type="application/json">{data}</script>'
        f"<noscript><p>{words} (Drawing it needs JavaScript.)</p></noscript>"
    )


def _reserved_height(layout: dict) -> str:
    """Heights for the style sheet, so that the page does not jump when a figure is drawn."""
    heights = {
        "--report-figure-height": layout.get("height"),
        "--report-legend-height": layout.get("margin", {}).get("b"),
    }
    style = "; ".join(f"{name}: {value:g}px" for name, value in heights.items() if value)
    return f' style="{style}"' if style else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
