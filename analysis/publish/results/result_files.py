"""The named results files and how each is made; `result_files.yml` says what they hold.

Names and columns are stable, so that others can build on them. The colophon prints the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import yaml

from analysis.data import Study
from analysis.mobility.associate import children
from analysis.mobility.explain.results import explanations
from analysis.mobility.groups.results import group_results
from analysis.mobility.replication.table import replication_table
from analysis.mobility.results import Models, all_results
from analysis.publish.results.zone_rows import commuting_zones
from analysis.publish.site_files import drop_table, write_table
from analysis.publish.widgets.card_files import write_card_files
from analysis.scorecard.results import card_study

DESCRIPTION = Path(__file__).with_suffix(".yml")


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
    """

    name: str
    what: str
    columns: dict[str, str]


RESULT_FILES = tuple(
    ResultFile(name, file["row"], file["columns"])
    for name, file in yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8")).items()
)


def correlations(models: Models) -> pd.DataFrame:
    """Correlations of the analysis sample, without the intermediate columns."""
    return models.correlations[["feature", "r", "ci_low", "ci_high", "p_adjusted", "n"]]


def replication(models: Models) -> pd.DataFrame:
    """Correlations and label counts, then the models' scores over random splits."""
    first, second = replication_table(models.study), models.replication.rows
    columns = ["quantity", "published", "reproduced", "difference", "median_error"]
    columns += ["p5", "p95", "splits", "searched", "why"]
    return pd.concat([first, second], ignore_index=True).reindex(columns=columns)


def zones_or_children(models: Models) -> pd.DataFrame:
    """Correlations and scores, each zone counted once and each child counted once."""
    traits = models.by_children.rename(columns={"feature": "name"}).assign(kind="correlation")
    scores = models.scores_by_children.rename(columns={"metric": "name"}).assign(kind="score")
    columns = ["kind", "name", *children.COLUMNS, "n"]
    scores["n"] = len(models.zones)
    return pd.concat([traits[columns], scores[columns]], ignore_index=True)


def mobility_by_group(models: Models) -> pd.DataFrame | None:
    """Outcomes of each group of children; None where their file is not here."""
    groups = group_results(models.study)
    return None if groups is None else groups.file


TABLES: Mapping[str, Callable[[Models], pd.DataFrame]] = MappingProxyType(
    {
        "commuting_zones.csv": commuting_zones,
        "mobility_by_group.csv": mobility_by_group,
        "correlations.csv": correlations,
        "replication.csv": replication,
        "clusters.csv": attrgetter("cluster_file"),
        "later_cohort.csv": attrgetter("cohort_scores"),
        "zones_or_children.csv": zones_or_children,
        "within_states.csv": lambda models: explanations(models).states,
    }
)
"""How a file's table is made; that of any other file is the result of its name."""


def write_all(study: Study) -> Iterator[str]:
    """Write every results file of both studies; yields each path below the project when whole."""
    yield from write_tables(study)
    yield from write_card_files(card_study())


def write_tables(study: Study) -> Iterator[str]:
    """Write the results files of the mobility study, but for those whose raw file is not here.

    Raises
    ------
    ValueError
        If a table's columns are not the documented ones.
    """
    models = all_results(study)
    for file in RESULT_FILES:
        make = TABLES.get(file.name) or attrgetter(file.name.removesuffix(".csv"))
        if (table := make(models)) is None:
            drop_table(file.name)
            continue
        if list(table.columns) != list(file.columns):
            raise ValueError(f"{file.name} has columns that {DESCRIPTION.name} does not")
        yield write_table(file.name, table)
