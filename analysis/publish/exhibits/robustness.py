"""Exhibits of the chapter on robustness."""

from __future__ import annotations

import pandas as pd

from analysis.mobility.folds import STATES
from analysis.mobility.models import Models
from analysis.publish import numbers
from analysis.publish.exhibit import Figure, Table
from analysis.publish.exhibits.marks import axis_title, interval_dots
from analysis.publish.rows import one, where
from analysis.publish.style import tokens


def variants(models: Models, metric: str = "AUC") -> Figure:
    """Score of each other way to do the study, whole states held out."""
    table = where(models.sensitivity, metric=metric, scheme=STATES)
    table = table.iloc[::-1]
    main = one(table, kind="main")
    plot = interval_dots(
        [_short(name) for name in table["variant"]],
        table["estimate"],
        table["ci_low"],
        table["ci_high"],
        strong=table["kind"] == "main",
        hover=[
            f"{numbers.estimate(row.estimate, row.ci_low, row.ci_high)}, {row.zones} rows"
            for row in table.itertuples()
        ],
    )
    plot.add_vline(
        x=main["estimate"], line={"color": tokens()["accent"], "width": 1, "dash": "dot"}
    )
    plot.update_layout(
        xaxis={"title": axis_title("AUC in unseen states (0.5 is chance, 1 is perfect)")}
    )
    low, high = table["estimate"].min(), table["estimate"].max()
    inside = int(table["estimate"].between(main["ci_low"], main["ci_high"]).sum()) - 1
    return Figure(
        name="robustness-variants",
        plot=plot,
        finding=f"{inside} of {len(table) - 1} other choices give a score inside the interval of "
        "the main analysis.",
        caption="How well the elastic net tells above from below the mean in unseen states, for "
        "other samples, outcomes, units and ways to fill gaps; 95% intervals.",
        alt=f"Dots with intervals for {len(table)} variants of the analysis, from "
        f"{numbers.plain(low, 2)} to {numbers.plain(high, 2)}; the main one is at "
        f"{numbers.plain(main['estimate'], 2)}.",
        data=models.sensitivity,
    )


def variant_rows(models: Models) -> Table:
    """The same variants with their sizes and strongest traits."""
    table = where(models.sensitivity, metric="AUC", scheme=STATES)
    table = table[table["kind"] != "imputation"]
    titles = models.study.codebook["title"]
    rows = pd.DataFrame(
        {
            "Variant": [_short(name) for name in table["variant"]],
            "Rows": table["zones"].map(numbers.plain),
            "AUC, unseen states": [
                numbers.estimate(row.estimate, row.ci_low, row.ci_high)
                for row in table.itertuples()
            ],
            "Closest trait": [titles[name] for name in table["strongest"]],
            "Its rank correlation": table["strongest_r"].map(numbers.signed),
        }
    )
    return Table(
        name="robustness-variants",
        rows=rows,
        caption="Other samples, outcomes and units, with the trait that goes with the outcome "
        "most closely.",
        data=models.sensitivity,
        align="lrrlr",
        widths=(34, 8, 22, 24, 12),
    )


def _short(name: str, most: int = 56) -> str:
    """Sample definitions are sentences; show their beginning."""
    name = name.replace("Commuting zones with at least one", "Zones with one").rstrip(".")
    return name if len(name) <= most else name[: most - 1].rsplit(" ", 1)[0] + " …"
