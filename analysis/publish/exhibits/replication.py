"""Exhibits of the replication appendix."""

from __future__ import annotations

import pandas as pd

from analysis.data import Study
from analysis.mobility.replication import replication_table
from analysis.publish import numbers
from analysis.publish.exhibit import Table

PREFIX = "correlation: "


def correlations(study: Study) -> Table:
    """Published and reproduced correlations, in the published order."""
    table = replication_table(study)
    table = table[table["quantity"].str.startswith(PREFIX)].reset_index(drop=True)
    names = table["quantity"].str.removeprefix(PREFIX)
    rows = pd.DataFrame(
        {
            "Trait": study.codebook.loc[names, "title"].to_numpy(),
            "Published": table["published"].map(lambda r: numbers.signed(r, 6)),
            "Reproduced": table["reproduced"].map(lambda r: numbers.signed(r, 6)),
            "Difference": table["difference"].map(_difference),
        }
    )
    return Table(
        name="replication-correlations",
        rows=rows,
        caption="Correlation of every column with upward mobility, as first published and as "
        "reproduced here with the same steps.",
        data=table,
    )


def labels(study: Study) -> Table:
    """Published and reproduced label counts."""
    table = replication_table(study)
    table = table[~table["quantity"].str.startswith(PREFIX)].reset_index(drop=True)
    rows = pd.DataFrame(
        {
            "Zones": table["quantity"].str.removeprefix("zones "),
            "Published": table["published"].map(numbers.plain),
            "Reproduced": table["reproduced"].map(numbers.plain),
            "Difference": table["difference"].map(_difference),
        }
    )
    return Table(
        name="replication-labels",
        rows=rows,
        caption="Number of zones with each label, as first published and as reproduced here.",
        data=table,
    )


def _difference(value: float) -> str:
    return "none" if value == 0 else numbers.signed(value, 6)
