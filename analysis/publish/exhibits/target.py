"""Exhibits of the chapter on the target."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import gaussian_kde

from analysis.data.names import TARGET
from analysis.mobility.labels import BINARY, QUARTILES, label_table
from analysis.publish import numbers
from analysis.publish.exhibit import Figure, Table
from analysis.publish.style import mobility_steps, new_figure, text, tokens

RANK = "Mean national income rank of children from poor families (percentile)"


def histogram(zones: pd.DataFrame) -> Figure:
    """Histogram of the target with a kernel density, bars coloured by quartile."""
    values = zones[TARGET]
    edges = np.arange(np.floor(values.min()), np.ceil(values.max()) + 1)
    counts, _ = np.histogram(values, edges)
    middle = (edges[:-1] + edges[1:]) / 2
    cuts = values.quantile([0.25, 0.5, 0.75]).to_numpy()
    colours = [mobility_steps()[int(np.searchsorted(cuts, m))] for m in middle]
    grid = np.linspace(edges[0], edges[-1], 200)
    density = gaussian_kde(values)(grid) * len(values)

    plot = new_figure(380)
    plot.add_bar(
        x=middle,
        y=counts,
        marker_color=colours,
        hovertemplate="Rank %{x:.0f}: %{y} zones<extra></extra>",
    )
    plot.add_scatter(
        x=grid,
        y=density,
        mode="lines",
        line={"color": tokens()["figure-ink"], "width": 2},
        hoverinfo="skip",
    )
    _mark_mean(plot, values.mean())
    plot.update_layout(xaxis_title=RANK, yaxis_title="Zones", showlegend=False)
    spread = f"{numbers.rank(values.min())} to {numbers.rank(values.max())}"
    middle_half = f"{numbers.rank(cuts[0])} and {numbers.rank(cuts[2])}"
    return Figure(
        name="target-histogram",
        plot=plot,
        finding=f"Half of the {len(values)} zones lie between rank {middle_half}.",
        caption=f"Zones by upward mobility, which runs from {spread}. Colours are the "
        "quartiles; the line is a smoothed density; the dashed line marks the mean.",
        alt=f"Histogram of upward mobility in {len(values)} zones: one hump around rank "
        f"{numbers.rank(values.median())}, from {spread}, half of the zones between "
        f"{middle_half}.",
        data=pd.DataFrame({"rank_from": edges[:-1], "rank_to": edges[1:], "zones": counts}),
    )


def cumulative(zones: pd.DataFrame) -> Figure:
    """Cumulative share of zones by the target, with the quartile cut-offs."""
    values = np.sort(zones[TARGET].to_numpy())
    share = np.arange(1, len(values) + 1) / len(values)
    order = zones.sort_values(TARGET)
    cuts = np.quantile(values, [0.25, 0.5, 0.75])

    plot = new_figure(380)
    plot.add_scatter(
        x=values,
        y=100 * share,
        mode="lines",
        line={"color": tokens()["accent"], "width": 2.5, "shape": "hv"},
        customdata=np.column_stack([order["zone"].map(text), order["state"]]),
        hovertemplate="%{customdata[0]}, %{customdata[1]}<br>rank %{x:.1f}, "
        "higher than %{y:.0f}% of zones<extra></extra>",
    )
    for cut, level in zip(cuts, (25, 50, 75), strict=True):
        plot.add_shape(
            type="line",
            x0=cut,
            x1=cut,
            y0=0,
            y1=level,
            line={"color": tokens()["figure-grey"], "width": 1, "dash": "dot"},
        )
        plot.add_annotation(
            x=cut, y=level, text=numbers.rank(cut), showarrow=False, xanchor="right", xshift=-6
        )
    plot.update_layout(
        xaxis_title=RANK, yaxis={"title": "Share of zones at or below", "ticksuffix": "%"}
    )
    return Figure(
        name="target-cumulative",
        plot=plot,
        finding="The middle of the distribution is steep: small differences in rank move a "
        "zone past many others.",
        caption="Share of zones at or below each rank. Dotted lines mark the quartile cut-offs.",
        alt="Rising S-shaped curve of the share of zones by rank, with quartile cut-offs at "
        f"{numbers.rank(cuts[0])}, {numbers.rank(cuts[1])} and {numbers.rank(cuts[2])}.",
        data=pd.DataFrame(
            {
                "zone": order["zone"].to_numpy(),
                "state": order["state"].to_numpy(),
                "rank": values,
                "share_at_or_below": share,
            }
        ),
    )


def labels(zones: pd.DataFrame) -> Table:
    """The labels, their sizes and their ranges."""
    table = label_table(zones)
    rows = pd.DataFrame(
        {
            "Task": table["task"].map({"binary": "Two classes", "quartiles": "Four classes"}),
            "Label": table["label"],
            "Zones": table["zones"].map(numbers.plain),
            "Lowest rank": table["lowest"].map(numbers.rank),
            "Highest rank": table["highest"].map(numbers.rank),
        }
    )
    names = f"{len(BINARY)} and {len(QUARTILES)}"
    return Table(
        name="target-labels",
        rows=rows,
        caption=f"The labels to predict ({names} classes), with the range of upward mobility "
        "that each covers.",
        data=table,
        align="llrrr",
    )


def extremes(zones: pd.DataFrame, each: int = 5) -> Table:
    """The zones with the highest and the lowest target."""
    order = zones.sort_values(TARGET, ascending=False)
    chosen = pd.concat([order.head(each), order.tail(each)])
    data = chosen[["zone", "state", "population", TARGET]].reset_index(drop=True)
    rows = pd.DataFrame(
        {
            "Zone": data["zone"] + ", " + data["state"],
            "Population in 2000": data["population"].map(numbers.plain),
            "Upward mobility": data[TARGET].map(numbers.rank),
        }
    )
    return Table(
        name="target-extremes",
        rows=rows,
        caption=f"The {numbers.count(each)} zones with the highest and the "
        f"{numbers.count(each)} with the lowest upward mobility in the minority sample.",
        data=data,
    )


def _mark_mean(plot, mean: float) -> None:
    plot.add_vline(x=mean, line={"color": tokens()["figure-ink"], "width": 1.5, "dash": "dash"})
    plot.add_annotation(
        x=mean,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=f"mean {numbers.rank(mean)}",
        showarrow=False,
        xanchor="left",
        xshift=5,
    )
