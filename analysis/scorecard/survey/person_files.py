"""Files with several rows a household: persons, and others such as assets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.scorecard.spec.spec import DROP, Question, Spec
from analysis.scorecard.survey.answers import (
    HOUSEHOLD,
    INDIVIDUAL,
    Individuals,
    asked_of,
    meets_all,
)
from analysis.scorecard.survey.columns import Lost
from analysis.scorecard.survey.data_files import Table
from analysis.scorecard.survey.issues import Issues
from analysis.scorecard.wording import counted, have


@dataclass(frozen=True)
class Members:
    """The joined files by name, and the households of which the individual file has nobody."""

    files: dict[str, Individuals]
    without: np.ndarray

    def of(self, question: Question) -> Individuals | None:
        """The file that a derived question reads."""
        return self.files.get(question.derive.source or INDIVIDUAL)


def join_all(spec: Spec, tables: dict[str, Table], lost: Lost, found: Issues) -> Members:
    """Join every file with several rows a household to the household file."""
    households = tables[HOUSEHOLD]
    without = np.zeros(len(households.frame), dtype=bool)
    files = {}
    for kind, table in tables.items():
        if kind == HOUSEHOLD or set(spec.key) & (
            lost[HOUSEHOLD] | lost[kind] | _absent(spec, table)
        ):
            continue
        row = _rows(spec, households, table)
        counts = np.bincount(row[row >= 0], minlength=len(without))
        noun = "person" if kind == INDIVIDUAL else "row"
        if not counts.any():
            found.errors.append(
                f"files, {kind}: {table.name} does not join {households.name}: no {noun} has a "
                f"household there{_why(spec, households, table)}; the key must be the same in "
                "both files."
            )
            continue
        _strangers(kind, noun, table, households, row, found)
        if kind == INDIVIDUAL:
            without = counts == 0
            _empty(spec, table, without, found)
        files[kind] = Individuals(table, row, _heads(spec, kind, table, lost, found), len(without))
    return Members(files, without)


def _absent(spec: Spec, table: Table) -> set[str]:
    return set(spec.key) - set(table.frame.columns)


def _rows(spec: Spec, households: Table, table: Table) -> np.ndarray:
    """The household's row number of each row of a file; -1 where there is none."""
    index = pd.MultiIndex.from_frame(households.frame[spec.key])
    wanted = pd.MultiIndex.from_frame(table.frame[spec.key])
    first = np.flatnonzero(~index.duplicated())  # a repeated key is a fault of its own
    found_at = index[first].get_indexer(wanted)
    blank = table.frame[spec.key].isna().any(axis=1).to_numpy()
    return np.where((found_at >= 0) & ~blank, first[found_at], -1)


def _why(spec: Spec, households: Table, table: Table) -> str:
    for column in spec.key:
        numbers = [pd.api.types.is_numeric_dtype(t.frame[column]) for t in (households, table)]
        if numbers[0] != numbers[1]:
            words = ["numbers" if number else "text" for number in numbers]
            return f" ({column!r} holds {words[0]} there and {words[1]} here)"
    return ""


def _strangers(kind, noun, table, households, row, found) -> None:
    strangers = int((row < 0).sum())
    if strangers:
        found.warnings.append(
            f"files, {kind}: {have(strangers, noun)} no household in {households.name} and "
            f"{'is' if strangers == 1 else 'are'} left out."
        )


def _empty(spec, table, without, found) -> None:
    empty = int(without.sum())
    if not empty:
        return
    if spec.missing == DROP:
        found.notes.append(
            f"{have(empty)} no person in {table.name} and {'is' if empty == 1 else 'are'} left out."
        )
        return
    found.errors.append(
        f"files, individual: {have(empty)} no person in {table.name}; mend the file, leave such "
        "households out with 'keep', or say 'missing: drop'."
    )


def _heads(spec, kind, table, lost, found) -> np.ndarray | None:
    if kind != INDIVIDUAL or spec.head is None or spec.head.column in lost[INDIVIDUAL]:
        return None
    head = table.meets(spec.head.column, spec.head.values).to_numpy()
    if not head.any():
        found.errors.append(
            f"head: no person of {table.name} has one of the head's values in "
            f"{spec.head.column!r}; correct the values."
        )
    return head


def unknown_persons(question: Question, people: Individuals) -> list[str]:
    """What is not known of the persons that a question is about, one sentence a column.

    A person without a value in a column of ``where`` or ``test`` does not meet it.
    """
    derive, said = question.derive, []
    noun = "person" if derive.source is None else "row"
    joined = people.household >= 0
    for place, conditions in (("where", derive.where), ("test", derive.test)):
        for column in conditions:
            others = {c: test for c, test in derive.where.items() if c != column}
            concerned = joined & meets_all(others, people.table)
            missing = concerned & people.table.frame[column].isna().to_numpy()
            said += _gaps(question, people, missing, noun, column,
                          f"so {{they}} not meet {place!r}")  # fmt: skip
    if derive.column is not None and derive.of == "greatest":
        missing = asked_of(derive, people) & people.table.frame[derive.column].isna().to_numpy()
        said += _gaps(question, people, missing, noun, derive.column, "so {they} not count")
    return said


def _gaps(question, people, missing, noun, column, so) -> list[str]:
    number = int(missing.sum())
    if not number:
        return []
    homes = len(np.unique(people.household[missing]))
    they = f"the {noun} does" if number == 1 else f"these {noun}s do"
    return [
        f"question {question.name!r}: {have(number, noun)} no value in {column!r} (in "
        f"{counted(homes)}), {so.format(they=they)}."
    ]
