"""Weights, sizes, regions and the sample design of a survey."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.scorecard.spec.spec import Spec
from analysis.scorecard.survey.answers import HOUSEHOLD
from analysis.scorecard.survey.columns import Lost
from analysis.scorecard.survey.data_files import Table
from analysis.scorecard.survey.issues import Issues
from analysis.scorecard.wording import counted, have

EQUAL_WEIGHTS = "The survey has no weights: every household counts alike."
NO_CLUSTERS = (
    "The survey names no enumeration areas: households are drawn one by one, and intervals are "
    "too narrow if it was drawn by areas."
)
MIN_CLUSTERS = 30
SMALLEST, LARGEST = 1e-12, 1e12  # of weights that can be added up
NONE = "(none)"


def read_design(spec: Spec, households: Table, keys: np.ndarray, lost: Lost, found: Issues) -> dict:
    """The design's arrays that can be had; anything at fault is left out."""
    gone, design, made = lost[HOUSEHOLD], spec.design, {}
    made |= _amounts(spec, households, keys, gone, found)
    if design.weight is None:
        made["weight"] = np.ones(len(keys))
        found.notes.append(EQUAL_WEIGHTS)
    if design.region not in gone:
        _no_gaps(households, [design.region], "region", keys, found)
        made["region"], names = _grouped(households, [design.region])
        made["regions"] = tuple(names)
    strata = list(dict.fromkeys(design.stratum or [design.region]))
    known = [column for column in strata if column not in gone]
    if len(known) == len(strata):
        if design.stratum:
            _no_gaps(households, [c for c in strata if c != design.region], "stratum", keys, found)
        made["stratum"], _ = _grouped(households, strata)
    made |= _clusters(spec, households, keys, known, gone, found)
    made["urban"] = _urban(spec, households, keys, gone, found)
    return made


def _amounts(spec, households, keys, gone, found) -> dict:
    made = {}
    for place in ("weight", "size"):
        column = getattr(spec.design, place)
        if column is None or column in gone:
            continue
        numbers = pd.to_numeric(households.frame[column], errors="coerce").to_numpy(dtype=float)
        bad = ~(np.isfinite(numbers) & (numbers > 0))
        if bad.any():
            found.errors.append(
                f"design, {place}: {have(int(bad.sum()))} no {place} above 0 in {column!r}, "
                f"for example household {keys[np.flatnonzero(bad)[0]]}; mend the file, or leave "
                "such households out with 'keep'."
            )
        odd = ~bad & ~((numbers >= SMALLEST) & (numbers <= LARGEST))
        if odd.any():
            found.errors.append(
                f"design, {place}: {have(int(odd.sum()))} a {place} in {column!r} outside "
                f"{SMALLEST:g} to {LARGEST:g}, for example household "
                f"{keys[np.flatnonzero(odd)[0]]}; mend the file, or leave such households out with "
                "'keep'."
            )
        made[place] = np.where(bad | odd, 1.0, numbers)
    return made


def _clusters(spec, households, keys, strata, gone, found) -> dict:
    column = spec.design.cluster
    if column is None:
        found.notes.append(NO_CLUSTERS)
        return {"cluster": np.arange(len(keys))}
    if column in gone:
        return {}
    place = "stratum" if column in (spec.design.stratum or []) else "region"
    if column in strata:
        found.errors.append(
            f"design, cluster: {column!r} is the column of the {place} too, so no {place} has more "
            "than one area; name the column of enumeration areas, or leave 'cluster' out."
        )
        return {"cluster": np.arange(len(keys))}
    _no_gaps(households, [column], "cluster", keys, found)
    # a cluster number may start anew in each stratum
    codes, names = _grouped(households, [*strata, column])
    if len(names) < MIN_CLUSTERS:
        found.warnings.append(
            f"design, cluster: {counted(len(names), 'area')} in {column!r} "
            f"{'is' if len(names) == 1 else 'are'} few; intervals from fewer than {MIN_CLUSTERS} "
            "are not to be relied on."
        )
    return {"cluster": codes}


def _urban(spec, households, keys, gone, found) -> np.ndarray | None:
    urban = spec.design.urban
    if urban is None or urban.column in gone:
        return None
    _no_gaps(households, [urban.column], "urban", keys, found)
    told = households.meets(urban.column, urban.urban).to_numpy()
    if told.all() or not told.any():
        found.errors.append(
            f"design, urban: {'every' if told.all() else 'no'} household of {urban.column!r} is "
            f"one of {urban.urban}; correct the urban values."
        )
    return told


def _no_gaps(households: Table, columns, place, keys, found) -> None:
    for column in columns:
        missing = households.frame[column].isna().to_numpy()
        if missing.any():
            found.errors.append(
                f"design, {place}: {have(int(missing.sum()))} no value in {column!r}, for example "
                f"household {keys[np.flatnonzero(missing)[0]]}; mend the file, or leave such "
                "households out with 'keep'."
            )


def _grouped(households: Table, columns: list[str]) -> tuple[np.ndarray, list[str]]:
    """Codes from 0 of the combinations of some columns, and their names; gaps are a group."""
    raw = households.frame[columns]
    codes = raw.groupby(columns, dropna=False, sort=True).ngroup().to_numpy()
    first_rows = np.unique(codes, return_index=True)[1]
    words = [households.coded(column).iloc[first_rows].map(_word) for column in columns]
    return codes, [" ".join(row) for row in zip(*words, strict=True)]


def _word(value) -> str:
    if pd.isna(value):
        return NONE
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)
