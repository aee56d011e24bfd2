"""Exhibits of the chapter on what goes together."""

from __future__ import annotations

from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from analysis.data.names import TARGET
from analysis.mobility.correlations import correlation_matrix
from analysis.publish import numbers
from analysis.publish.exhibit import Figure, Table
from analysis.publish.style import new_figure, text, tokens

SIGNIFICANT = 0.05


def forest(table: pd.DataFrame, codebook: pd.DataFrame) -> Figure:
    """Every correlation with its interval, strongest positive at the top."""
    order = table.sort_values("r")
    titles = codebook.loc[order["feature"], "title"]
    clear = order["p_adjusted"] < SIGNIFICANT
    colour = clear.map({True: tokens()["accent"], False: tokens()["figure-grey"]})

    plot = new_figure(19 * len(order) + 70)
    plot.add_scatter(
        x=order["r"],
        y=titles,
        mode="markers",
        marker={"color": colour, "size": 8},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": order["ci_high"] - order["r"],
            "arrayminus": order["r"] - order["ci_low"],
            "width": 0,
            "thickness": 1.6,
            "color": tokens()["figure-grey"],
        },
        customdata=[
            (
                numbers.estimate(row.r, row.ci_low, row.ci_high),
                numbers.p_value(row.p_adjusted),
                row.n,
            )
            for row in order.itertuples()
        ],
        hovertemplate="<b>%{y}</b><br>r = %{customdata[0]}<br>adjusted p %{customdata[1]}, "
        "%{customdata[2]} zones<extra></extra>",
    )
    plot.add_vline(x=0, line={"color": tokens()["figure-axis"], "width": 1})
    plot.update_layout(
        xaxis={"title": "Correlation with upward mobility", "range": [-1, 1], "side": "bottom"},
        yaxis={"tickfont": {"size": 11}, "showgrid": False, "tickmode": "linear"},
    )
    top = table.iloc[0]
    name = codebook.loc[top["feature"], "title"].lower()
    sign = "lower" if top["r"] < 0 else "higher"
    return Figure(
        name="correlations-forest",
        plot=plot,
        finding=f"{int(clear.sum())} of {len(order)} traits go with mobility more clearly than "
        "chance would explain.",
        caption="Correlation of each trait with upward mobility and its 95% interval from "
        "resampling whole states. Coloured dots: p < 0.05 after adjusting for "
        f"{len(order)} tests (Holm), errors clustered by state.",
        alt=f"Dots with intervals for {len(order)} traits. The strongest is {name}, correlation "
        f"{numbers.estimate(top['r'], top['ci_low'], top['ci_high'])}: zones with more of it "
        f"have {sign} mobility.",
        data=table,
    )


def heat_map(zones: pd.DataFrame, features: list[str], codebook: pd.DataFrame) -> Figure:
    """Correlations among all features and the target, alike ones side by side."""
    matrix = correlation_matrix(zones, [*features, TARGET])
    titles = list(codebook.loc[matrix.index, "title"])
    plot = new_figure(720)
    plot.add_heatmap(
        z=matrix.to_numpy(),
        x=titles,
        y=titles,
        zmin=-1,
        zmax=1,
        colorscale=_diverging(),
        xgap=0.5,
        ygap=0.5,
        colorbar={"title": "r", "thickness": 12, "len": 0.4, "outlinewidth": 0},
        hovertemplate="%{y}<br>%{x}<br>r = %{z:.2f}<extra></extra>",
    )
    plot.update_layout(
        xaxis={"showticklabels": False, "showgrid": False},
        yaxis={
            "tickfont": {"size": 11},
            "showgrid": False,
            "tickmode": "linear",
            "autorange": "reversed",
        },
    )
    pairs = _pairs(matrix)
    first = pairs.iloc[0]
    one, other = (codebook.loc[first[side], "title"] for side in ("one", "other"))
    return Figure(
        name="correlations-heat-map",
        plot=plot,
        finding="The traits come in families, so no single one can be read on its own.",
        caption="Correlations of all traits with one another, ordered so that like stands by "
        "like; the columns follow the order of the rows. The tightest pair is "
        f"{one.lower()} and {other.lower()} "
        f"(r = {numbers.signed(first['r'])}).",
        alt=f"Heat map of {len(matrix)} by {len(matrix)} correlations with blocks along the "
        f"diagonal; the tightest pair is {one} and {other}, r = {numbers.signed(first['r'])}.",
        data=matrix.reset_index(names="feature"),
    )


def strongest(zones: pd.DataFrame, table: pd.DataFrame, codebook: pd.DataFrame) -> Figure:
    """Scatter plots of the six features that correlate most with the target."""
    top = table.head(6)
    titles = [codebook.loc[name, "title"] for name in top["feature"]]
    base = new_figure(760)
    plot = make_subplots(
        rows=3,
        cols=2,
        shared_yaxes=True,
        vertical_spacing=0.14,
        horizontal_spacing=0.04,
        subplot_titles=[
            "<br>".join([*wrap(title, 26), f"r = {numbers.signed(r)}"])
            for title, r in zip(titles, top["r"], strict=True)
        ],
    )
    plot.update_layout(base.layout)
    plot.layout.template = base.layout.template
    for place, name in enumerate(top["feature"]):
        row, column = place // 2 + 1, place % 2 + 1
        kind = codebook.loc[name, "kind"]
        plot.add_trace(_points(zones, name, kind), row=row, col=column)
        if kind == "share":
            plot.update_xaxes(tickformat=".0%", row=row, col=column)
    plot.update_annotations(font_size=12)
    for row in (1, 2, 3):
        plot.update_yaxes(title="Upward mobility", row=row, col=1)
    plot.update_layout(margin_t=56)
    listed = "; ".join(
        f"{title} {numbers.signed(r)}" for title, r in zip(titles, top["r"], strict=True)
    )
    return Figure(
        name="correlations-strongest",
        plot=plot,
        finding="The strongest relations are visible to the eye, and none is exact.",
        caption="The six traits that correlate most with upward mobility (percentile rank); each "
        "dot is a zone.",
        alt=f"Six scatter plots of upward mobility against: {listed}.",
        data=zones[["cz", "zone", "state", TARGET, *top["feature"]]],
    )


def correlation_rows(table: pd.DataFrame, codebook: pd.DataFrame, most: int = 12) -> Table:
    """The strongest correlations, with intervals and adjusted p-values."""
    top = table.head(most)
    rows = pd.DataFrame(
        {
            "Trait": codebook.loc[top["feature"], "title"].to_numpy(),
            "Correlation (95% interval)": [
                numbers.estimate(row.r, row.ci_low, row.ci_high) for row in top.itertuples()
            ],
            "Adjusted p": top["p_adjusted"].map(numbers.p_value),
            "Zones": top["n"].map(numbers.plain),
        }
    )
    return Table(
        name="correlations-strongest",
        rows=rows,
        caption=f"The {numbers.count(most)} strongest correlations with upward mobility. "
        "Intervals resample whole states; p-values are clustered by state and Holm-adjusted "
        f"for {len(table)} tests.",
        data=table,
    )


def _points(zones: pd.DataFrame, name: str, kind: str) -> go.Scatter:
    shown = zones.dropna(subset=[name])
    return go.Scatter(
        x=shown[name],
        y=shown[TARGET],
        mode="markers",
        marker={"color": tokens()["accent"], "size": 5, "opacity": 0.5},
        customdata=[
            (text(row.zone), text(row.state), numbers.by_kind(getattr(row, name), kind))
            for row in shown.itertuples()
        ],
        hovertemplate="<b>%{customdata[0]}, %{customdata[1]}</b><br>%{customdata[2]}<br>"
        "mobility %{y:.1f}<extra></extra>",
        showlegend=False,
    )


def _pairs(matrix: pd.DataFrame) -> pd.DataFrame:
    rows = [
        (one, other, matrix.loc[one, other])
        for i, one in enumerate(matrix.index)
        for other in matrix.index[i + 1 :]
        if TARGET not in (one, other)
    ]
    pairs = pd.DataFrame(rows, columns=["one", "other", "r"])
    return pairs.sort_values("r", key=abs, ascending=False, ignore_index=True)


def _diverging() -> list[tuple[float, str]]:
    colour = tokens()
    return [
        (0.0, colour["mobility-1"]),
        (0.5, colour["surface"]),
        (1.0, colour["mobility-4"]),
    ]
