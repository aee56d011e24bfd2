"""Exhibits of the chapters on explanations and on who is served badly."""

from __future__ import annotations

import pandas as pd

from analysis.mobility.explain.models import BOOSTING, BUILDERS, ELASTIC_NET
from analysis.mobility.explain.results import Explanations
from analysis.publish import numbers
from analysis.publish.exhibit import Figure, Table
from analysis.publish.exhibits.marks import axis_title, four_panels, interval_dots
from analysis.publish.rows import where
from analysis.publish.style import tokens

SHOWN = ("single_mothers", "gini_bottom99", "income_growth", "religious_share")


def importance(explained: Explanations) -> Figure:
    """What is lost when all traits of a domain are shuffled, in unseen states."""
    table = explained.importance
    table = table[table["kind"] != "feature"] if "kind" in table else table
    own = where(table, model=ELASTIC_NET).sort_values("auc_drop")
    clear = own["auc_low"] > 0
    plot = interval_dots(
        own["name"],
        own["auc_drop"],
        own["auc_low"],
        own["auc_high"],
        strong=clear,
        hover=[
            f"AUC falls by {numbers.estimate(r.auc_drop, r.auc_low, r.auc_high, 3)}"
            for r in own.itertuples()
        ],
    )
    plot.add_vline(x=0, line={"color": tokens()["figure-axis"], "width": 1})
    plot.update_layout(
        xaxis={"title": axis_title("Fall in AUC when the domain's traits are shuffled")}
    )
    top = own.iloc[-1]
    return Figure(
        name="why-importance",
        plot=plot,
        finding=f"Without {top['name'].lower()} the forecast loses most; {int(clear.sum())} of "
        f"{len(own)} domains matter clearly.",
        caption="Traits of one domain are shuffled together among zones of unseen states, so that "
        "they tell nothing. Elastic net, 95% intervals from resampling states; coloured: clear of "
        "zero.",
        alt=f"Dots with intervals for {len(own)} domains; the largest fall is for {top['name']}: "
        f"{numbers.estimate(top['auc_drop'], top['auc_low'], top['auc_high'])}.",
        data=explained.importance,
    )


def effects(explained: Explanations) -> Figure:
    """How the log-odds change along four traits, for the linear and the boosted model."""
    table = explained.effects(SHOWN)
    titles = [explained.codebook.loc[name, "title"] for name in SHOWN]
    plot = four_panels(titles)
    looks = {
        ELASTIC_NET: (tokens()["accent"], "solid"),
        BOOSTING: (tokens()["mobility-1"], "dash"),
    }
    for place, name in enumerate(SHOWN):
        row, column = place // 2 + 1, place % 2 + 1
        values = explained.zones[name].dropna()
        for model, (colour, dash) in looks.items():
            part = where(table, feature=name, model=model)
            plot.add_scatter(
                x=part["value"],
                y=part["effect"],
                mode="lines",
                line={"color": colour, "width": 2.2, "dash": dash},
                name=model.capitalize(),
                showlegend=place == 0,
                hovertemplate=f"{model}<br>%{{y:+.2f}} log-odds<extra></extra>",
                row=row,
                col=column,
            )
        plot.add_scatter(
            x=values,
            y=[table["effect"].min() * 1.12] * len(values),
            mode="markers",
            marker={
                "symbol": "line-ns",
                "size": 6,
                "line": {"width": 1, "color": tokens()["figure-grey"]},
                "opacity": 0.35,
            },
            hoverinfo="skip",
            showlegend=False,
            row=row,
            col=column,
        )
        if explained.codebook.loc[name, "kind"] == "share":
            plot.update_xaxes(tickformat=".0%", row=row, col=column)
    plot.update_annotations(font_size=12)
    plot.update_yaxes(title="Log-odds", col=1)
    plot.update_layout(
        margin_t=60,
        showlegend=True,
        legend={"orientation": "h", "y": 1.08, "yanchor": "bottom", "x": 0},
    )
    span = table.groupby(["model", "feature"])["effect"].agg(lambda e: e.max() - e.min())
    widest = explained.codebook.loc[span[BOOSTING].idxmax(), "title"]
    return Figure(
        name="why-effects",
        plot=plot,
        finding=f"Of these four, the flexible model lets “{widest}” move the forecast most.",
        caption="Accumulated local effects on the log-odds of being above the mean: how the "
        "forecast changes along a trait, averaged over zones that have such values. Ticks at the "
        "bottom are zones.",
        alt=f"Four panels with two lines each, for {', '.join(titles)}. The elastic net is a "
        "straight line by construction; boosting may bend.",
        data=table,
    )


def agreement(explained: Explanations) -> Table:
    """How far the three models explain alike."""
    table = explained.agreement
    pairs = table[["first", "second"]].drop_duplicates()
    rows = []
    for pair in pairs.itertuples(index=False):
        row = {"Models": f"{pair.first.capitalize()} and {pair.second}"}
        for found in where(table, first=pair.first, second=pair.second).itertuples():
            row[found.measure[0].upper() + found.measure[1:].replace("_", " ")] = numbers.estimate(
                found.estimate, found.ci_low, found.ci_high
            )
        rows.append(row)
    return Table(
        name="why-agreement",
        rows=pd.DataFrame(rows),
        caption=f"How far the {numbers.count(len(BUILDERS))} models explain alike, from Shapley "
        "values of every zone, with 95% intervals from resampling states.",
        data=table,
    )


def pair(explained: Explanations, most: int = 8) -> Table:
    """Two zones of one state, and what parts their forecasts."""
    found = explained.pair
    table = found.table
    top = table.head(most)
    codebook = explained.codebook
    low, high = (f"{z['zone']}, {z['state']}" for z in (found.lower, found.higher))
    kinds = codebook["kind"]
    rows = pd.DataFrame(
        {
            "Trait": codebook.loc[top["feature"], "title"].to_numpy(),
            low: [numbers.by_kind(r.lower, kinds[r.feature]) for r in top.itertuples()],
            high: [numbers.by_kind(r.higher, kinds[r.feature]) for r in top.itertuples()],
            "Difference in log-odds": top["difference"].map(numbers.signed),
        }
    )
    rest = table["difference"].iloc[most:].sum()
    rows.loc[len(rows)] = ["All other traits", "", "", numbers.signed(rest)]
    rows.loc[len(rows)] = ["Together", "", "", numbers.signed(found.gap)]
    return Table(
        name="why-pair",
        rows=rows,
        caption=f"What parts the forecasts for {low} and {high}: the traits with the largest "
        "differences in log-odds, which add up to the whole.",
        data=table,
    )


def audit(explained: Explanations) -> Table:
    """Error rates by kind of place."""
    table = explained.audit
    keys = table[["characteristic", "group"]].drop_duplicates()
    rows = []
    for key in keys.itertuples(index=False):
        part = where(table, characteristic=key.characteristic, group=key.group)
        cell = {row.metric: row for row in part.itertuples()}
        rows.append(
            {
                "Places": key.group
                if key.characteristic == key.group
                else f"{key.characteristic}: {key.group}",
                "Zones": numbers.plain(part["zones"].iloc[0]),
                "Falsely high": _rate(cell["false_high_rate"]),
                "Falsely low": _rate(cell["false_low_rate"]),
                "AUC": _score(cell["auc"]),
            }
        )
    return Table(
        name="served-audit",
        rows=pd.DataFrame(rows),
        caption="Errors of the elastic net in unseen states, by kind of place. Falsely high: share "
        "of zones below the mean that are called above; falsely low: the reverse. In brackets, "
        "95% intervals from resampling states.",
        data=table,
        widths=(34, 8, 20, 20, 18),
    )


def consequences(explained: Explanations) -> Table:
    """Zones and children behind each outcome."""
    table = explained.consequences
    rows = pd.DataFrame(
        {
            "Outcome": table["outcome"].str.capitalize(),
            "Zones": table["zones"].map(numbers.plain),
            "Children of the cohorts": table["children"].map(numbers.plain),
            "Mean rank": table["mean_target"].map(numbers.rank),
            "Within one rank of the mean": table["close_calls"].map(numbers.percent),
        }
    )
    return Table(
        name="served-consequences",
        rows=rows,
        caption="What the calls would mean: zones and children concerned, and how close to the "
        "cut they were.",
        data=table,
    )


def _rate(row) -> str:
    if pd.isna(row.estimate):
        return "–"
    return (
        f"{numbers.percent(row.estimate)} "
        f"({numbers.percent(row.ci_low)} to {numbers.percent(row.ci_high)})"
    )


def _score(row) -> str:
    return "–" if pd.isna(row.estimate) else numbers.estimate(row.estimate, row.ci_low, row.ci_high)
