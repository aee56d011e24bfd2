"""Drawing shared by several figures."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from analysis.publish.figures.style import new_figure, tokens
from analysis.publish.text import numbers

ROW = 19


def interval_dots(
    names: Sequence[str],
    values: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    *,
    hover: Sequence[str] | None = None,
    strong: Sequence[bool] | None = None,
) -> go.Figure:
    """A dot and an interval for each name, the first at the bottom.

    Parameters
    ----------
    names : sequence of str
        What stands at the left; all different.
    values, low, high : sequence of float
        Dots and the ends of their intervals.
    hover : sequence of str, optional
        Plain text shown for each dot; its value and interval unless given.
    strong : sequence of bool, optional
        Which dots are colored; all of them unless given.
    """
    values, low, high = list(values), list(low), list(high)
    strong = [True] * len(values) if strong is None else list(strong)
    if hover is None:
        hover = [numbers.estimate(*row) for row in zip(values, low, high, strict=True)]
    color = [tokens()["accent"] if one else tokens()["figure-grey"] for one in strong]
    plot = new_figure(ROW * len(values) + 76)
    plot.add_scatter(
        x=values,
        y=list(names),
        mode="markers",
        marker={"color": color, "size": 8},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [h - v for h, v in zip(high, values, strict=True)],
            "arrayminus": [v - b for v, b in zip(values, low, strict=True)],
            "width": 0,
            "thickness": 1.6,
            "color": tokens()["figure-grey"],
        },
        customdata=list(hover),
        hovertemplate="<b>%{y}</b><br>%{customdata}<extra></extra>",
    )
    plot.update_layout(yaxis={"tickfont": {"size": 11}, "showgrid": False, "tickmode": "linear"})
    return plot


def calibration_curve(table: pd.DataFrame, color: str, x_title: str, y_title: str) -> go.Figure:
    """Observed shares against the probabilities that were said, with the line of exactness.

    Parameters
    ----------
    table : DataFrame
        ``predicted``, ``observed``, ``ci_low`` and ``ci_high``, one row a group, as shares.
    color : str
        Name of the color among the tokens.
    x_title, y_title : str
        Titles of the axes.
    """
    plot = new_figure(380)
    plot.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": tokens()["figure-axis"], "width": 1, "dash": "dash"},
        hoverinfo="skip",
    )
    plot.add_scatter(
        x=table["predicted"],
        y=table["observed"],
        mode="markers+lines",
        line={"color": tokens()[color], "width": 2},
        marker={"size": 8},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": table["ci_high"] - table["observed"],
            "arrayminus": table["observed"] - table["ci_low"],
            "width": 0,
            "color": tokens()["figure-grey"],
        },
        hovertemplate="said %{x:.0%}, was %{y:.0%}<extra></extra>",
    )
    # a little over 1, so that a dot at the very end is whole
    share = {"tickformat": ".0%", "range": [0, 1.01]}
    plot.update_layout(xaxis={"title": x_title, **share}, yaxis={"title": y_title, **share})
    return plot


def four_panels(titles: Sequence[str]) -> go.Figure:
    """An empty figure of two by two panels with a common y axis in each row."""
    base = new_figure(560)
    plot = make_subplots(
        rows=2,
        cols=2,
        subplot_titles=titles,
        shared_yaxes=True,
        vertical_spacing=0.17,
        horizontal_spacing=0.05,
    )
    plot.update_layout(base.layout)
    plot.layout.template = base.layout.template
    return plot


def axis_title(words: str, letters: int = 36) -> str:
    """An axis title in lines short enough for a plot with long names at its left."""
    return "<br>".join(wrap(words, letters))
