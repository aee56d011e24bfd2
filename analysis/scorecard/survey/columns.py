"""The columns that a specification names, and the key of households."""

from __future__ import annotations

import difflib

import numpy as np
import pandas as pd

from analysis.scorecard.spec.spec import Spec
from analysis.scorecard.spec.spec_file import GAP
from analysis.scorecard.survey.answers import HOUSEHOLD, INDIVIDUAL, question_columns
from analysis.scorecard.survey.data_files import Table
from analysis.scorecard.survey.issues import Issues
from analysis.scorecard.wording import counted, have

FILL_IN = "FILL_IN"
"""Stands in a draft for a column that could not be guessed."""

Lost = dict[str, set[str]]


def named_columns(spec: Spec) -> dict[str, dict[str, str]]:
    """Columns that the specification names, by file, with the place where it names them."""
    named: dict[str, dict[str, str]] = {HOUSEHOLD: {}, INDIVIDUAL: {}}
    if spec.files is not None:
        named |= {name: {} for name in spec.files.other}

    def add(kind: str, column: str | None, place: str) -> None:
        if column is not None and kind in named:
            named[kind].setdefault(column, place)

    read = {kind for q in spec.questions for kind, columns in question_columns(q).items()
            if columns and kind != HOUSEHOLD}  # fmt: skip
    for column in spec.key:
        for kind in (HOUSEHOLD, *sorted(read)):
            add(kind, column, "key")
    for column in spec.keep.household:
        add(HOUSEHOLD, column, "keep, household")
    for column in spec.keep.individual:
        add(INDIVIDUAL, column, "keep, individual")
    for kind, conditions in spec.keep.other.items():
        for column in conditions:
            add(kind, column, f"keep, {kind}")
    design = spec.design
    for place in ("weight", "size", "region", "cluster"):
        add(HOUSEHOLD, getattr(design, place), f"design, {place}")
    for column in design.stratum or []:
        add(HOUSEHOLD, column, "design, stratum")
    if design.urban:
        add(HOUSEHOLD, design.urban.column, "design, urban")
    if spec.welfare:
        add(HOUSEHOLD, spec.welfare.column, "welfare")
    for line in spec.lines:
        for column in (line.column, line.amounts):
            add(HOUSEHOLD, column, f"line {line.name!r}")
    if spec.head:
        for column in (spec.head.column, *(spec.head.by or [])):
            add(INDIVIDUAL, column, "head")
    for question in spec.questions:
        for kind, columns in question_columns(question).items():
            for column in sorted(columns):
                add(kind, column, f"question {question.name!r}")
    return named


def missing_columns(spec: Spec, tables: dict[str, Table], found: Issues) -> Lost:
    """Columns that a file lacks, by file, with a fault for each."""
    lost: Lost = {}
    for kind, columns in named_columns(spec).items():
        lost[kind] = set()
        for column, place in columns.items():
            if kind not in tables:
                lost[kind].add(column)  # its file has been named, or is not given
                continue
            known = [str(c) for c in tables[kind].frame.columns]
            if column in known:
                continue
            lost[kind].add(column)
            if column != GAP:
                found.errors.append(
                    f"{place}: the file {tables[kind].name} has no column {column!r}"
                    f"{_hint(column, known)}"
                )
    return lost


def _hint(column: str, known: list[str]) -> str:
    if column == FILL_IN:
        return "; fill in the column."
    if column.casefold() in (other := {name.casefold(): name for name in known}):
        return f"; did you mean {other[column.casefold()]!r}?"
    near = difflib.get_close_matches(column, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else "; correct its name."


def keys_of(spec: Spec, households: Table, lost: Lost) -> np.ndarray:
    """The name of each household: its key in words."""
    if set(spec.key) & lost[HOUSEHOLD]:
        return np.arange(len(households.frame)).astype(str)
    parts = [households.frame[column].map(_word).fillna("(none)") for column in spec.key]
    return np.array(["|".join(row) for row in zip(*parts, strict=True)], dtype=object)


def _word(value) -> str | None:
    if pd.isna(value):
        return None
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def check_key(spec: Spec, households: Table, lost: Lost, found: Issues) -> None:
    """A key must be there and name one household."""
    if set(spec.key) & lost[HOUSEHOLD]:
        return
    keys = keys_of(spec, households, lost)
    blank = households.frame[spec.key].isna().any(axis=1).to_numpy()
    if blank.any():
        found.errors.append(
            f"key: {have(int(blank.sum()))} no value in {', '.join(spec.key)}, for example row "
            f"{np.flatnonzero(blank)[0] + 1} of {households.name}; give each one its own."
        )
    twice = households.frame.duplicated(spec.key, keep=False).to_numpy() & ~blank
    if twice.any():
        found.errors.append(
            f"key: {counted(int(twice.sum()), 'row')} of {households.name} share their key with "
            f"another row, for example {keys[np.flatnonzero(twice)[0]]}; a key must name one "
            "household."
        )
