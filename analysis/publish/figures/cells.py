"""Heat maps drawn as rectangles: plotly.js would put a picture of its own making into the page."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

WIDTH, HEIGHT = 600, 400  # pixels that a plot has, about


def cells_as_bars(plot: go.Figure) -> go.Figure:
    """A figure whose heat map is bars, one a cell, with the same colors, texts and hovers.

    Parameters
    ----------
    plot : Figure
        As Plotly Express's ``imshow`` gives it: one trace, labels on both axes, the first row
        on top. Any other figure is given back as it is.
    """
    if [trace.type for trace in plot.data] != ["heatmap"]:
        return plot
    map_, columns, rows = plot.data[0], list(plot.data[0].x), list(plot.data[0].y)
    values = np.asarray(map_.z, dtype=float)
    row, column = np.nonzero(np.isfinite(values))
    shades = values[row, column].astype("float32")
    texts = shades if map_.text is None else np.asarray(map_.text)[row, column]
    share_x = (map_.xgap or 0) * len(columns) / WIDTH
    share_y = (map_.ygap or 0) * len(rows) / (plot.layout.height or HEIGHT)
    bars = go.Bar(
        x=column.astype("int16"),
        y=np.full(len(row), 1 - share_y, "float32"),
        base=(row - 0.5 + share_y / 2).astype("float32"),
        width=1 - share_x,
        customdata=[rows[number] for number in row],
        text=texts if map_.texttemplate else None,
        texttemplate=(map_.texttemplate or "").replace("%{z", "%{text") or None,
        hovertemplate=_hover(map_.hovertemplate),
        textfont=map_.textfont.to_plotly_json(),
        textposition="inside" if map_.texttemplate else "none",
        insidetextanchor="middle",
        textangle=0,
        marker={"color": shades, "coloraxis": "coloraxis", "line": {"width": 0}},
    )
    drawn = go.Figure(bars, plot.layout)
    drawn.update_layout(barmode="overlay", bargap=0)
    drawn.update_xaxes(**_labels(columns), range=[-0.5, len(columns) - 0.5])
    drawn.update_yaxes(**_labels(rows), range=[len(rows) - 0.5, -0.5], autorange=False)
    return drawn


def _labels(names: list) -> dict:
    """Settings of an axis on which names stand at 0, 1, 2 and so on."""
    places = {"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": names}
    return {"type": "linear", **places, "showgrid": False, "zeroline": False}


def _hover(template: str | None) -> str | None:
    """A heat map's words on hovering in the terms of bars."""
    return template and template.replace("%{y}", "%{customdata}").replace("%{z", "%{marker.color")
