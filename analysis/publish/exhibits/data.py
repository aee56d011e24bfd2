"""Exhibits of the chapter on the data."""

from __future__ import annotations

import pandas as pd

from analysis.data import Study
from analysis.mobility.merge import analysis_sample, funnel
from analysis.mobility.missing import missing_by_feature
from analysis.publish import numbers
from analysis.publish.exhibit import Table


def funnel_table(study: Study) -> Table:
    """From the rows of the source to the rows of the analysis."""
    table = funnel(study)
    rows = pd.DataFrame(
        {
            "Step": table["step"],
            "Zones": table["zones"].map(numbers.plain),
            "Dropped": table["dropped"].map(numbers.plain),
            "Why": table["why"],
        }
    )
    return Table(
        name="data-funnel",
        rows=rows,
        caption="Every zone accounted for, from the source tables to the analysis.",
        data=table,
        align="lrrl",
        widths=(38, 8, 9, 45),
    )


def missing_table(study: Study) -> Table:
    """Traits with missing values in the analysis sample."""
    table = missing_by_feature(analysis_sample(study))
    table.insert(1, "title", study.codebook.loc[table["feature"], "title"].to_numpy())
    rows = pd.DataFrame(
        {
            "Trait": table["title"],
            "Zones without it": table["missing"].map(numbers.plain),
            "Share": table["share"].map(lambda share: numbers.percent(share, 1)),
        }
    )
    return Table(
        name="data-missing",
        rows=rows,
        caption="Traits that are missing for some zones of the analysis; all others are complete.",
        data=table,
    )


def sample_table(study: Study) -> Table:
    """The definitions of the minority sample that this build could use."""
    table = pd.DataFrame(
        [
            (sample.name, sample.label, sample.count, sample.name == study.sample.name)
            for sample in study.samples.values()
        ],
        columns=["name", "definition", "zones", "used"],
    )
    rows = pd.DataFrame(
        {
            "Definition": table["definition"],
            "Zones": table["zones"].map(numbers.plain),
            "Used here": table["used"].map({True: "yes", False: ""}),
        }
    )
    return Table(
        name="data-samples",
        rows=rows,
        caption="Definitions of the minority sample that the files at hand allow.",
        data=table,
        align="lrc",
        widths=(70, 12, 18),
    )
