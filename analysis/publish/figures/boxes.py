"""Boxes of quantiles that are known beforehand, such as weighted ones."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from analysis.publish.figures.style import new_figure, tokens
from analysis.publish.text.escape import plotly_text


def quantile_boxes(
    table: pd.DataFrame,
    rows: str,
    *,
    split: str = "",
    parts: Mapping[object, tuple[str, str]] | None = None,
    title: str = "",
    cut: float | None = None,
    legend: bool = True,
) -> go.Figure:
    """A lying box for each row of a table, the first at the top.

    Parameters
    ----------
    table : DataFrame
        ``p05``, ``q25``, ``median``, ``q75`` and ``p95``, as shares.
    rows : str
        Column with what stands at the left.
    split : str
        Column that puts several boxes into one row.
    parts : mapping, optional
        For each value of ``split``, from the top: its name and the name of its color.
    title : str
        Of the axis.
    cut : float, optional
        Where a dashed line stands.
    legend : bool
        Whether parts share a row and are named above; else each has a row of its own.
    """
    whole = {None: ("", "poor")} if parts is None else parts
    labels = table[rows].map(plotly_text)
    together = bool(split) and legend
    plot = new_figure(90 + (48 if together else 34) * labels.nunique())
    for value, (name, color) in whole.items():
        here = table[split] == value if split else slice(None)
        part = table[here]
        plot.add_box(
            orientation="h", y=labels[here], name=name, hoverinfo="x", xhoverformat=".0%",
            lowerfence=part["p05"], q1=part["q25"], median=part["median"], q3=part["q75"],
            upperfence=part["p95"], line={"color": tokens()[color], "width": 1.6},
            fillcolor=_pale(tokens()[color]),
        )  # fmt: skip
    order = list(dict.fromkeys(labels))
    plot.update_layout(
        xaxis={"title": title, "tickformat": ".0%", "range": [-0.01, 1.01]},
        yaxis={"autorange": "reversed", "type": "category", "categoryorder": "array",
               "categoryarray": order},
        boxgap=0.25, boxgroupgap=0.15, boxmode="group" if together else "overlay",
    )  # fmt: skip
    if together:
        place = {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0}
        plot.update_layout(showlegend=True, legend=place, margin={"t": 40})
    if cut is not None:
        plot.add_vline(x=cut, line={"color": tokens()["figure-axis"], "width": 1, "dash": "dash"})
    return plot


def _pale(color: str) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.25)"
