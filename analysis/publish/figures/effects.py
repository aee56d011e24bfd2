"""How a forecast moves along traits, model by model."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.colors import hex_to_rgb

from analysis.publish.figures.marks import four_panels
from analysis.publish.text.rows import where


def effect_panels(
    effects: pd.DataFrame,
    zones: pd.DataFrame,
    titles: Mapping[str, str],
    colors: Mapping[str, str],
    *,
    shares: tuple[str, ...] = (),
    y: str,
) -> go.Figure:
    """Four panels, one a trait: a curve with its interval for each model, and where zones are.

    Parameters
    ----------
    effects : DataFrame
        Of ``explain.effects.effect_table``, for several models.
    zones : DataFrame
        Zones whose values of the traits are marked at the bottom.
    titles : mapping of str to str
        Column of each of the four traits to the title of its panel.
    colors : mapping of str to str
        Model to the color of its curve, as hex; named in the first panel.
    shares : tuple of str
        Traits that are written as percent.
    y : str
        Title of the y axes.
    """
    plot = four_panels(list(titles.values()))
    floor = effects["ci_low"].min() * 1.06
    for number, trait in enumerate(titles):
        place = {"row": number // 2 + 1, "col": number % 2 + 1}
        ends = where(effects, feature=trait).groupby("model")["effect"].last()
        for model, color in colors.items():
            part = where(effects, feature=trait, model=model)
            _curve(plot, part, color, model, place)
            if number == 0:
                plot.add_annotation(
                    x=part["value"].iloc[-1], y=part["effect"].iloc[-1], text=model.capitalize(),
                    showarrow=False, xanchor="right", xshift=-2,
                    yanchor="top" if ends[model] == ends.min() else "bottom",
                    font={"color": color, "size": 12}, **place,
                )  # fmt: skip
        values = zones[trait].dropna()
        plot.add_scatter(
            x=values, y=[floor] * len(values), mode="markers", opacity=0.35, hoverinfo="skip",
            marker={"symbol": "line-ns", "size": 6, "line": {"width": 1}}, **place,
        )  # fmt: skip
        plot.update_xaxes(tickformat=".0%" if trait in shares else "", **place)
    plot.update_yaxes(title=y, col=1)
    plot.update_layout(margin_t=36, showlegend=False)
    return plot


def _curve(plot: go.Figure, part: pd.DataFrame, color: str, model: str, place: dict) -> None:
    around = pd.concat([part["value"], part["value"][::-1]])
    limits = pd.concat([part["ci_high"], part["ci_low"][::-1]])
    plot.add_scatter(
        x=around, y=limits, fill="toself", mode="lines", line={"width": 0}, hoverinfo="skip",
        fillcolor=f"rgba{(*hex_to_rgb(color), 0.16)}", **place,
    )  # fmt: skip
    plot.add_scatter(
        x=part["value"], y=part["effect"], mode="lines", line={"color": color, "width": 2.2},
        customdata=part[["ci_low", "ci_high"]],
        hovertemplate=f"{model}<br>%{{y:+.2f}} (%{{customdata[0]:+.2f}} to %{{customdata[1]:+.2f}})"
        "<extra></extra>", **place,
    )  # fmt: skip
