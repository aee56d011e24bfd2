"""Exhibits of the chapter on kinds of communities."""

from __future__ import annotations

import numpy as np
import pandas as pd
from plotly.subplots import make_subplots

from analysis.mobility.folds import RANDOM, STATES
from analysis.mobility.labels import QUARTILES
from analysis.mobility.models import Models
from analysis.publish import numbers
from analysis.publish.exhibit import Figure, Table
from analysis.publish.exhibits.forecasts import OUTSIDE, cards, forecasts
from analysis.publish.exhibits.scores import SCHEME_WORDS
from analysis.publish.maps import zone_class_map
from analysis.publish.rows import one
from analysis.publish.style import mobility_steps, new_figure, tokens

# Below this, Rousseeuw's rule of thumb finds no substantial structure.
CLEAR_SILHOUETTE = 0.25


def cluster_name(number: int) -> str:
    """How a cluster is called on the page."""
    return f"Kind {number}"


def choice(models: Models) -> Figure:
    """Elbow, silhouette and stability by the number of clusters."""
    table = models.cluster_choice
    panels = {
        "inertia": "Spread left inside clusters",
        "silhouette": "Silhouette (1 is best)",
        "stability": "Stability (1 is best)",
    }
    base = new_figure(300)
    plot = make_subplots(
        rows=1, cols=3, subplot_titles=list(panels.values()), horizontal_spacing=0.09
    )
    plot.update_layout(base.layout)
    plot.layout.template = base.layout.template
    for column, name in enumerate(panels, start=1):
        part = table.dropna(subset=[name])
        plot.add_scatter(
            x=part["k"],
            y=part[name],
            mode="lines+markers",
            line={"color": tokens()["accent"], "width": 2},
            marker={"size": [10 if k == 4 else 5 for k in part["k"]]},
            hovertemplate="%{x} clusters: %{y:.2f}<extra></extra>",
            row=1,
            col=column,
        )
        plot.update_xaxes(title="Clusters", dtick=2, row=1, col=column)
        plot.update_yaxes(rangemode="tozero", row=1, col=column)
    plot.update_annotations(font_size=12)
    plot.update_layout(margin_t=34)
    four = one(table, k=4)
    best = table.loc[table["silhouette"].idxmax()]
    return Figure(
        name="clusters-choice",
        plot=plot,
        finding=(
            "No number of clusters stands out: the zones shade into one another."
            if best["silhouette"] < CLEAR_SILHOUETTE
            else f"{numbers.count(best['k'], 'cluster').capitalize()} would stand apart best."
        ),
        caption="What each number of clusters would give. The larger dot is the number used here. "
        f"With four, stability is {numbers.plain(four['stability'], 2)} and silhouette "
        f"{numbers.plain(four['silhouette'], 2)}; the best silhouette is "
        f"{numbers.plain(best['silhouette'], 2)}, with {numbers.count(best['k'])}.",
        alt="Three line charts by number of clusters. The spread falls smoothly without an elbow; "
        f"the silhouette is at most {numbers.plain(best['silhouette'], 2)}.",
        data=table,
    )


def cluster_rows(models: Models) -> Table:
    """Size, mobility and largest zones of each cluster."""
    table = models.cluster_table
    rows = pd.DataFrame(
        {
            "Kind": table["cluster"].map(cluster_name),
            "Zones": table["zones"].map(numbers.plain),
            "Mean rank": table["am_mean"].map(numbers.rank),
            "Above the mean": table["above_mean"].map(numbers.percent),
            "What sets it apart": [models.cluster_words(k) for k in table["cluster"]],
            "Largest zones": table["examples"],
        }
    )
    return Table(
        name="clusters-kinds",
        rows=rows,
        caption="The four kinds of communities, from lowest to highest mobility. Mobility had no "
        "part in forming them.",
        data=table,
        align="lrrrll",
        widths=(8, 8, 8, 9, 37, 30),
    )


def profile(models: Models, most: int = 14) -> Figure:
    """Mean of the most telling features in each cluster."""
    codebook = models.study.codebook
    table = models.cluster_profile
    spread = table.groupby("feature")["score"].agg(lambda s: s.max() - s.min())
    chosen = list(spread.sort_values(ascending=False).head(most).index)
    cells = table.pivot(index="feature", columns="cluster", values="score").loc[chosen]
    plot = new_figure(24 * most + 90)
    plot.add_heatmap(
        z=cells.to_numpy(),
        x=[cluster_name(k) for k in cells.columns],
        y=list(codebook.loc[chosen, "title"]),
        zmid=0,
        zmin=-1.6,
        zmax=1.6,
        colorscale=[
            (0, tokens()["nonpoor"]),
            (0.5, tokens()["surface"]),
            (1, tokens()["poor"]),
        ],
        xgap=2,
        ygap=2,
        texttemplate="%{z:+.1f}",
        colorbar={"title": "SD", "thickness": 12, "len": 0.6, "outlinewidth": 0},
        hovertemplate="%{y}<br>%{x}: %{z:+.2f} standard deviations<extra></extra>",
    )
    plot.update_layout(
        xaxis={"side": "top", "showgrid": False},
        yaxis={"autorange": "reversed", "tickfont": {"size": 11}, "showgrid": False},
        margin_t=40,
    )
    first = codebook.loc[chosen[0], "title"].lower()
    return Figure(
        name="clusters-profile",
        plot=plot,
        finding=f"The kinds differ most in {first}.",
        caption=f"Mean of the {most} most telling traits in each kind, in standard deviations "
        "from the average zone of the sample.",
        alt=f"Heat map of {most} traits by four kinds of communities; the widest contrast is in "
        f"{first}.",
        data=table,
    )


def cluster_map(models: Models) -> Figure:
    """Where each kind of community lies."""
    zones = models.study.zones.merge(
        pd.DataFrame({"cz": models.zones["cz"], "cluster": models.clusters.to_numpy() - 1}), "left"
    )
    labels = [cluster_name(k) for k in (1, 2, 3, 4)]
    known = zones.dropna(subset=["cluster"])
    within, between = _alike(known["cluster"].to_numpy(), known["state"].to_numpy(str))
    kinds = zones["cluster"].map(dict(enumerate(labels)))
    kind_line = ("<br>Kind of community: " + kinds).fillna("")
    main = known.groupby("cluster")["state"].agg(lambda s: s.value_counts().index[0])
    return Figure(
        name="clusters-map",
        plot=zone_class_map(
            zones,
            "cluster",
            unit="Kind of community",
            labels=labels,
            scale=mobility_steps(),
            cards=cards(forecasts(models)) + kind_line,
            missing=OUTSIDE,
        ),
        finding=f"Two zones of one state are of the same kind {numbers.percent(within)} of the "
        f"time, two zones of different states {numbers.percent(between)} of the time.",
        caption="The four kinds of communities, numbered from lowest to highest mean mobility; "
        "grey zones are outside the analysis.",
        alt="Map of four kinds of communities. The state with most zones of each kind: "
        + ", ".join(f"{cluster_name(int(k) + 1)} {state}" for k, state in main.items())
        + ".",
        data=zones[["cz", "zone", "state", "cluster"]].assign(cluster=zones["cluster"] + 1),
        by_state=_kinds_by_state(known.assign(kind=kinds)),
    )


def _kinds_by_state(known: pd.DataFrame) -> pd.DataFrame:
    """Zones of each kind in each state."""
    table = pd.crosstab(known["state"], known["kind"])
    return table.reset_index(names="State")


def gain_rows(models: Models) -> Table:
    """What the cluster adds to the classifiers."""
    table = models.cluster_gain
    words = {"binary": ("Two classes", "AUC"), "quartiles": ("Four classes", "quadratic kappa")}
    rows = []
    for task, (name, second) in words.items():
        for metric in ("accuracy", second):
            row = {"Task": name, "Score": metric}
            for scheme in (RANDOM, STATES):
                found = one(table, task=task, metric=metric, scheme=scheme)
                row[f"{SCHEME_WORDS[scheme].capitalize()} held out"] = (
                    f"{numbers.signed(found['difference'], 3)} "
                    f"({numbers.interval(found['ci_low'], found['ci_high'], 3)})"
                )
            rows.append(row)
    return Table(
        name="clusters-gain",
        rows=pd.DataFrame(rows),
        caption="What the elastic net gains when it is also told the kind of community (found in "
        "the training zones alone), with 95% intervals.",
        data=table,
        align="llrr",
    )


def shares(models: Models) -> Figure:
    """Quartiles of mobility within each kind."""
    table = models.cluster_table
    plot = new_figure(260)
    for label, colour in zip(QUARTILES, mobility_steps(), strict=True):
        plot.add_bar(
            y=table["cluster"].map(cluster_name),
            x=table[label],
            orientation="h",
            name=label.capitalize(),
            marker_color=colour,
            hovertemplate=f"%{{y}}: %{{x:.0%}} {label}<extra></extra>",
        )
    plot.update_layout(
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        xaxis={"tickformat": ".0%", "title": "Share of the zones of a kind"},
        yaxis={"autorange": "reversed"},
    )
    low, high = table.iloc[0], table.iloc[-1]
    return Figure(
        name="clusters-shares",
        plot=plot,
        finding=f"{numbers.percent(low['low'])} of the zones of kind 1 have low mobility, and "
        f"{numbers.percent(high['excellent'])} of those of kind 4 have excellent mobility.",
        caption="Quartiles of upward mobility in each kind of community.",
        alt="Stacked bars: the share of low mobility falls and that of excellent mobility rises "
        "from kind 1 to kind 4.",
        data=table,
    )


def _alike(kind: np.ndarray, state: np.ndarray) -> tuple[float, float]:
    """Share of pairs of one kind, among pairs in one state and in different states."""
    one, other = np.triu_indices(len(kind), k=1)
    same_kind, same_state = kind[one] == kind[other], state[one] == state[other]
    return float(same_kind[same_state].mean()), float(same_kind[~same_state].mean())
