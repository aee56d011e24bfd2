"""A survey on its way from files to households, and all that is wrong with it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.scorecard.spec.spec import Spec
from analysis.scorecard.spec.spec_file import PLACEHOLDER
from analysis.scorecard.survey.answers import HOUSEHOLD, INDIVIDUAL, meets_all, question_columns
from analysis.scorecard.survey.data_files import Table, word
from analysis.scorecard.wording import counted, have

FILL_IN = "FILL_IN"
"""Stands in a draft for a column that could not be guessed."""


@dataclass
class Issues:
    """What is wrong (errors stop a build), what to know (warnings don't), and what was done.

    ``notes`` say what a user of the card has to know of how its survey was read, such as
    households that were left out; they go with the card wherever it goes.
    """

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class Reading:
    """A specification with its files, as far as they are read.

    Attributes
    ----------
    spec : Spec
    tables : dict of Table
        By file: household, individual, or the name of another.
    issues : Issues
    missing : dict of set
        Columns that the specification names and a file lacks, by file.
    """

    spec: Spec
    tables: dict[str, Table]
    issues: Issues
    missing: dict[str, set[str]] = field(default_factory=dict)

    @property
    def households(self) -> Table:
        """The household file."""
        return self.tables[HOUSEHOLD]

    def lacks(self, *columns: str | None, kind: str = HOUSEHOLD) -> bool:
        """Whether a file lacks one of some columns."""
        return bool(self.missing[kind] & set(columns))

    def numbers(self, column: str) -> np.ndarray:
        """A column of the household file as numbers, NaN for anything else."""
        return pd.to_numeric(self.households.frame[column], errors="coerce").to_numpy(dtype=float)

    @cached_property
    def keys(self) -> np.ndarray:
        """The name of each household: its key in words."""
        frame = self.households.frame
        if self.lacks(*self.spec.key):
            return np.arange(len(frame)).astype(str)
        parts = [frame[column].map(word).fillna("(none)") for column in self.spec.key]
        return np.array(["|".join(row) for row in zip(*parts, strict=True)], dtype=object)

    def error(self, message: str) -> None:
        """Add an error."""
        self.issues.errors.append(message)

    def refuse(
        self, bad: np.ndarray, where: str, what: str, *, example: bool = True, hint: str = ""
    ) -> bool:
        """Add an error that counts the households at fault; whether there are any."""
        if not bad.any():
            return False
        shown = f", for example household {self.keys[np.flatnonzero(bad)[0]]}" if example else ""
        self.error(
            f"{where}: {have(int(bad.sum()))} {what}{shown}; mend the file, or leave such "
            f"households out with 'keep'{hint}."
        )
        return True


def read_columns(reading: Reading) -> bool:
    """Find missing columns, keep the rows that are asked for; whether there are households."""
    _find_missing(reading)
    if not _keep_rows(reading):
        return False
    _check_key(reading)
    return True


def named_columns(spec: Spec) -> dict[str, dict[str, str]]:
    """Columns that the specification names, by file, with the place where it names them."""
    named: dict[str, dict[str, str]] = {HOUSEHOLD: {}, INDIVIDUAL: {}}
    if spec.files is not None:
        named |= {name: {} for name in spec.files.other}

    def add(kind: str, where: str, *columns: str | None) -> None:
        for column in columns:
            if column is not None and kind in named:
                named[kind].setdefault(column, where)

    asked = [(question, question_columns(question)) for question in spec.questions]
    read = {kind for _, by_file in asked for kind, columns in by_file.items() if columns}
    for column in spec.key:
        for kind in (HOUSEHOLD, *sorted(read - {HOUSEHOLD})):
            add(kind, "key", column)
    kept = {HOUSEHOLD: spec.keep.household, INDIVIDUAL: spec.keep.individual, **spec.keep.other}
    for kind, conditions in kept.items():
        add(kind, f"keep, {kind}", *conditions)
    design = spec.design
    for key in ("weight", "size", "region", "cluster"):
        add(HOUSEHOLD, f"design, {key}", getattr(design, key))
    add(HOUSEHOLD, "design, stratum", *(design.stratum or []))
    if design.urban:
        add(HOUSEHOLD, "design, urban", design.urban.column)
    if spec.welfare:
        add(HOUSEHOLD, "welfare", spec.welfare.column)
    for line in spec.lines:
        add(HOUSEHOLD, f"line {line.name!r}", line.column, line.amounts)
    if spec.head:
        add(INDIVIDUAL, "head", spec.head.column, *(spec.head.by or []))
    for question, by_file in asked:
        for kind, columns in by_file.items():
            add(kind, f"question {question.name!r}", *sorted(columns))
    return named


def _find_missing(reading: Reading) -> None:
    """Columns that a file lacks, with an error for each."""
    for kind, columns in named_columns(reading.spec).items():
        table = reading.tables.get(kind)  # else its file has been named, or is not given
        known = [] if table is None else [str(c) for c in table.frame.columns]
        reading.missing[kind] = set(columns) - set(known)
        for column, where in columns.items():
            if table is not None and column not in known and column != PLACEHOLDER:
                reading.error(
                    f"{where}: the file {table.name} has no column {column!r}{_hint(column, known)}"
                )


def _hint(column: str, known: list[str]) -> str:
    if column == FILL_IN:
        return "; fill in the column."
    if column.casefold() in (other := {name.casefold(): name for name in known}):
        return f"; did you mean {other[column.casefold()]!r}?"
    near = difflib.get_close_matches(column, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else "; correct its name."


def _keep_rows(reading: Reading) -> bool:
    """Keep the rows that meet ``keep``; whether some household does."""
    keep = reading.spec.keep
    rules = {HOUSEHOLD: keep.household, INDIVIDUAL: keep.individual, **keep.other}
    for kind, conditions in rules.items():
        usable = {c: test for c, test in conditions.items()
                  if c not in reading.missing.get(kind, {c})}  # fmt: skip
        if kind not in reading.tables or not usable:
            continue
        table = reading.tables[kind]
        met = meets_all(usable, table)
        if not met.any():
            reading.error(f"keep, {kind}: no row of {table.name} meets it; correct its values.")
            if kind == HOUSEHOLD:
                return False
            continue
        reading.tables[kind] = replace(table, frame=table.frame[met].reset_index(drop=True))
        out = int((~met).sum())
        if out:
            reading.issues.notes.append(
                f"{counted(out, 'row')} of {table.name} {'is' if out == 1 else 'are'} left out by "
                f"'keep' ({', '.join(usable)})."
            )
    return True


def _check_key(reading: Reading) -> None:
    """A key must be there and name one household."""
    key, households = reading.spec.key, reading.households
    if reading.lacks(*key):
        return
    blank = households.frame[key].isna().any(axis=1).to_numpy()
    if blank.any():
        reading.error(
            f"key: {have(int(blank.sum()))} no value in {', '.join(key)}, for example row "
            f"{np.flatnonzero(blank)[0] + 1} of {households.name}; give each one its own."
        )
    twice = households.frame.duplicated(key, keep=False).to_numpy() & ~blank
    if twice.any():
        reading.error(
            f"key: {counted(int(twice.sum()), 'row')} of {households.name} share their key with "
            f"another row, for example {reading.keys[np.flatnonzero(twice)[0]]}; a key must name "
            "one household."
        )
