"""The named results files: what each holds, column by column, and how it is made.

Names and columns are stable, so that others can build on them. This is the only
place that documents them; the colophon prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.data import Study
from analysis.data.names import TARGET
from analysis.mobility.correlations import correlation_table
from analysis.mobility.merge import analysis_sample
from analysis.mobility.replication import replication_table
from analysis.publish.results import write_table


@dataclass(frozen=True)
class ResultFile:
    """One file of ``results/``.

    Attributes
    ----------
    name : str
        Path below ``results/``.
    what : str
        One row is what, in a few words.
    columns : dict of str to str
        Column name to its meaning, in the order of the file.
    make : callable
        From the study to the table.
    """

    name: str
    what: str
    columns: dict[str, str]
    make: Callable[[Study], pd.DataFrame]


def commuting_zones(study: Study) -> pd.DataFrame:
    """Every zone with its target, and its labels where it is in the sample."""
    zones = study.zones[["cz", "zone", "state", TARGET]]
    labels = analysis_sample(study)[["cz", "label_binary", "label_quartile"]]
    table = zones.merge(labels.astype({"label_binary": "Int64", "label_quartile": "Int64"}), "left")
    table.insert(4, "in_sample", table["cz"].isin(study.sample.zones))
    return table


def correlations(study: Study) -> pd.DataFrame:
    """Correlations of the analysis sample, without the intermediate columns."""
    table = correlation_table(analysis_sample(study))
    return table[["feature", "r", "ci_low", "ci_high", "p_adjusted", "n"]]


RESULT_FILES = (
    ResultFile(
        "commuting_zones.csv",
        "one commuting zone",
        {
            "cz": "number of the commuting zone (1990 definition)",
            "zone": "its name",
            "state": "postal code of its state",
            "am": "absolute upward mobility, percentile rank (0 to 100); empty if not published",
            "in_sample": "whether the zone is in the minority sample",
            "label_binary": "1 if above the mean of the analysis sample, else 0; empty outside it",
            "label_quartile": "0 (low) to 3 (excellent), empty outside the analysis sample",
        },
        commuting_zones,
    ),
    ResultFile(
        "correlations.csv",
        "one trait",
        {
            "feature": "column name of the trait, as in the codebook",
            "r": "Pearson correlation with am over the zones that have both",
            "ci_low": "lower end of the 95% interval from resampling states",
            "ci_high": "upper end of it",
            "p_adjusted": "p-value clustered by state, Holm-adjusted for all traits",
            "n": "zones that have both values",
        },
        correlations,
    ),
    ResultFile(
        "replication.csv",
        "one figure of the original study",
        {
            "quantity": "what was published",
            "published": "its published value",
            "reproduced": "the value found here by the same steps",
            "difference": "reproduced less published, zero if equal to every printed digit",
            "why": "why the two agree or differ",
        },
        replication_table,
    ),
)


def write_all(study: Study) -> Iterator[str]:
    """Write every results file; yields each path below the project when it is whole.

    Raises
    ------
    ValueError
        If a table's columns are not the documented ones.
    """
    for file in RESULT_FILES:
        table = file.make(study)
        if list(table.columns) != list(file.columns):
            raise ValueError(f"{file.name} has columns that its documentation does not")
        yield write_table(file.name, table)
