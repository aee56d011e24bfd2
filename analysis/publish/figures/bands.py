"""A band of intervals behind a line."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import Series


def add_band(plot: go.Figure, x: Series, low: Series, high: Series, color: str) -> None:
    """Shade what lies between two curves; a point without an interval is left out."""
    known = low.notna() & high.notna()
    plot.add_scatter(
        x=[*x[known], *x[known][::-1]], y=[*low[known], *high[known][::-1]],
        fill="toself", fillcolor=color, opacity=0.18, line={"width": 0}, mode="lines",
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
