"""Exhibits of the policy chapter."""

from __future__ import annotations

import pandas as pd

from analysis.mobility.explain.results import Explanations
from analysis.publish import numbers
from analysis.publish.exhibit import Table


def domains(explained: Explanations) -> Table:
    """How much of the spread each domain tells, alone and beyond the others."""
    table = explained.domains
    rows = pd.DataFrame(
        {
            "Domain": table["domain"],
            "Traits": [numbers.plain(_count(value)) for value in table["features"]],
            "Told by it alone": [
                _share(r.alone, r.alone_low, r.alone_high) for r in table.itertuples()
            ],
            "Told by no other": [
                _share(r.unique, r.unique_low, r.unique_high) for r in table.itertuples()
            ],
        }
    )
    return Table(
        name="policy-domains",
        rows=rows,
        caption="Share of the differences in mobility (adjusted R²) that each domain tells by "
        "itself, and that only it can tell once all others are known; 95% intervals from "
        "resampling states.",
        data=table,
    )


def levers(explained: Explanations) -> Table:
    """Associations of the leading traits of each domain, and the children concerned."""
    table = explained.levers
    leading = table[table["leads"]].sort_values("alone", key=abs, ascending=False)
    rows = pd.DataFrame(
        {
            "Leading trait": explained.codebook.loc[leading["feature"], "title"].to_numpy(),
            "Domain": leading["domain"].to_numpy(),
            "Alone": [
                numbers.estimate(r.alone, r.alone_low, r.alone_high) for r in leading.itertuples()
            ],
            "Beside the others": [
                numbers.estimate(r.joint, r.joint_low, r.joint_high) for r in leading.itertuples()
            ],
            "Children in the worst quarter": leading["children"].map(numbers.plain).to_numpy(),
        }
    )
    return Table(
        name="policy-levers",
        rows=rows,
        caption="The leading trait of each domain: standard deviations of mobility per standard "
        "deviation of the trait, alone and beside the leading traits of all other domains (95% "
        "intervals, clustered by state), and children of the 1980–82 cohorts in the quarter of "
        "zones where the trait stands worst.",
        data=table,
        align="llrrr",
        widths=(26, 18, 20, 20, 16),
    )


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) else len(list(value))


def _share(value: float, low: float, high: float) -> str:
    return f"{numbers.percent(value)} ({numbers.percent(low)} to {numbers.percent(high)})"
