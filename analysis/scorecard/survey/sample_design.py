"""Weights, sizes, regions and the sample design of a survey."""

from __future__ import annotations

import numpy as np

from analysis.scorecard.survey.data_files import Table, word
from analysis.scorecard.survey.reading import Reading
from analysis.scorecard.wording import counted

EQUAL_WEIGHTS = "The survey has no weights: every household counts alike."
NO_CLUSTERS = (
    "The survey names no enumeration areas: households are drawn one by one, and intervals are "
    "too narrow if it was drawn by areas."
)
MIN_CLUSTERS = 30
SMALLEST, LARGEST = 1e-12, 1e12  # of weights that can be added up
NONE = "(none)"
ARRAYS = {"weight", "size", "region", "stratum", "cluster"}
"""What a survey can't do without."""


def read_design(reading: Reading) -> dict:
    """The design's arrays that can be had; anything with an error is left out."""
    design, arrays = reading.spec.design, _amounts(reading)
    if design.weight is None:
        arrays["weight"] = np.ones(len(reading.keys))
        reading.issues.notes.append(EQUAL_WEIGHTS)
    if not reading.lacks(design.region):
        _refuse_missing(reading, "region", design.region)
        arrays["region"], names = _grouped(reading.households, [design.region])
        arrays["regions"] = tuple(names)
    strata = list(dict.fromkeys(design.stratum or [design.region]))
    known = [column for column in strata if not reading.lacks(column)]
    if len(known) == len(strata):
        if design.stratum:
            _refuse_missing(reading, "stratum", *(c for c in strata if c != design.region))
        arrays["stratum"], _ = _grouped(reading.households, strata)
    return {**arrays, **_clusters(reading, known), "urban": _urban(reading)}


def _amounts(reading: Reading) -> dict[str, np.ndarray]:
    """Weights and sizes; 1 where there is none above 0."""
    arrays = {}
    for key in ("weight", "size"):
        column = getattr(reading.spec.design, key)
        if column is None or reading.lacks(column):
            continue
        numbers, where = reading.numbers(column), f"design, {key}"
        bad = ~(np.isfinite(numbers) & (numbers > 0))
        reading.refuse(bad, where, f"no {key} above 0 in {column!r}")
        odd = ~bad & ~((numbers >= SMALLEST) & (numbers <= LARGEST))
        reading.refuse(odd, where, f"a {key} in {column!r} outside {SMALLEST:g} to {LARGEST:g}")
        arrays[key] = np.where(bad | odd, 1.0, numbers)
    return arrays


def _clusters(reading: Reading, strata: list[str]) -> dict[str, np.ndarray]:
    design, alone = reading.spec.design, {"cluster": np.arange(len(reading.keys))}
    column = design.cluster
    if column is None:
        reading.issues.notes.append(NO_CLUSTERS)
        return alone
    if reading.lacks(column):
        return {}
    if column in strata:
        level = "stratum" if column in (design.stratum or []) else "region"
        reading.error(
            f"design, cluster: {column!r} is the column of the {level} too, so no {level} has more "
            "than one area; name the column of enumeration areas, or leave 'cluster' out."
        )
        return alone
    _refuse_missing(reading, "cluster", column)
    # a cluster number may start anew in each stratum
    codes, names = _grouped(reading.households, [*strata, column])
    if len(names) < MIN_CLUSTERS:
        reading.issues.warnings.append(
            f"design, cluster: {counted(len(names), 'area')} in {column!r} "
            f"{'is' if len(names) == 1 else 'are'} few; intervals from fewer than {MIN_CLUSTERS} "
            "are not to be relied on."
        )
    return {"cluster": codes}


def _urban(reading: Reading) -> np.ndarray | None:
    urban = reading.spec.design.urban
    if urban is None or reading.lacks(urban.column):
        return None
    _refuse_missing(reading, "urban", urban.column)
    is_urban = reading.households.meets(urban.column, urban.urban).to_numpy()
    if is_urban.all() or not is_urban.any():
        reading.error(
            f"design, urban: {'every' if is_urban.all() else 'no'} household of {urban.column!r} "
            f"is one of {urban.urban}; correct the urban values."
        )
    return is_urban


def _refuse_missing(reading: Reading, key: str, *columns: str) -> None:
    for column in columns:
        missing = reading.households.frame[column].isna().to_numpy()
        reading.refuse(missing, f"design, {key}", f"no value in {column!r}")


def _grouped(households: Table, columns: list[str]) -> tuple[np.ndarray, list[str]]:
    """Codes from 0 of the combinations of some columns, and their names; none is a group too."""
    raw = households.frame[columns]
    codes = raw.groupby(columns, dropna=False, sort=True).ngroup().to_numpy()
    first_rows = np.unique(codes, return_index=True)[1]
    words = [households.coded(column).iloc[first_rows].map(word).fillna(NONE)
             for column in columns]  # fmt: skip
    return codes, [" ".join(row) for row in zip(*words, strict=True)]
