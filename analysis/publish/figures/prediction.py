"""Figures of scores: curves of right against wrong calls, and of accuracy by size."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from analysis.publish.figures.style import tokens


def roc_curves(table: pd.DataFrame, x: str, y: str) -> go.Figure:
    """ROC curves of up to four models, the first in color.

    Parameters
    ----------
    table : DataFrame
        ``Model``, and the two shares under the names that become axis titles.
    x, y : str
        Names of those columns.
    """
    gray = tokens()["figure-grey"]
    plot = px.line(
        table,
        x=x,
        y=y,
        color="Model",
        line_dash="Model",
        color_discrete_sequence=[tokens()["accent"], gray, gray, tokens()["figure-ink"]],
        line_dash_sequence=["solid", "dash", "dot", "solid"],
        height=430,
    )
    inside = {"x": 0.98, "y": 0.04, "xanchor": "right", "yanchor": "bottom", "title": ""}
    plot.update_layout(showlegend=True, legend=inside)
    return plot.update_xaxes(tickformat=".0%").update_yaxes(tickformat=".0%", range=[0, 1.01])


def learning_curves(table: pd.DataFrame, colors: Mapping[str, str], x: str, y: str) -> go.Figure:
    """Scores with intervals by the number of zones learned from, a named line a scheme.

    Parameters
    ----------
    table : DataFrame
        ``scheme``, ``zones``, ``estimate`` (a share), ``ci_low``, ``ci_high``.
    colors : mapping of str to str
        Color of each scheme.
    x, y : str
        Axis titles.
    """
    plot = px.line(
        table.assign(
            up=table["ci_high"] - table["estimate"], down=table["estimate"] - table["ci_low"]
        ),
        x="zones",
        y="estimate",
        color="scheme",
        error_y="up",
        error_y_minus="down",
        markers=True,
        height=380,
        color_discrete_map=dict(colors),
        labels={"zones": x, "estimate": y},
    )
    for scheme, color in colors.items():
        last = table[table["scheme"] == scheme].iloc[-1]
        plot.add_annotation(
            x=last["zones"],
            y=last["estimate"],
            text=scheme.replace(" ", "<br>", 1),
            showarrow=False,
            xanchor="left",
            xshift=8,
            align="left",
            font_color=color,
        )
    plot.update_traces(error_y_thickness=1, error_y_width=0)
    return plot.update_yaxes(tickformat=".0%")
