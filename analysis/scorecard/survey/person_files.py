"""Files with several rows a household: persons, and others such as assets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.scorecard.spec.spec import DROP, Question, Spec
from analysis.scorecard.survey.answer_order import natural
from analysis.scorecard.survey.answers import (
    HOUSEHOLD,
    INDIVIDUAL,
    Individuals,
    asked_of,
    first_heads,
    meets_all,
)
from analysis.scorecard.survey.data_files import Table, word
from analysis.scorecard.survey.reading import Reading
from analysis.scorecard.wording import counted, have

MAX_GROUPS = 12  # of the heads by a column
UNKNOWN = "not known"

Groups = tuple[tuple[str, tuple[str, ...], np.ndarray], ...]


@dataclass(frozen=True)
class Members:
    """The joined files by name, and the households of which the individual file has nobody."""

    files: dict[str, Individuals]
    without: np.ndarray

    def of(self, question: Question) -> Individuals | None:
        """The file that a derived question reads."""
        return self.files.get(question.derive.source or INDIVIDUAL)


def join_all(reading: Reading) -> Members:
    """Join every file with several rows a household to the household file."""
    spec, households = reading.spec, reading.households
    without = np.zeros(len(households.frame), dtype=bool)
    files = {}
    for kind, table in reading.tables.items():
        absent = set(spec.key) - set(table.frame.columns)
        if kind == HOUSEHOLD or absent or reading.lacks(*spec.key):
            continue
        row = _rows(spec, households, table)
        counts = np.bincount(row[row >= 0], minlength=len(without))
        noun = "person" if kind == INDIVIDUAL else "row"
        if not counts.any():
            reading.error(
                f"files, {kind}: {table.name} does not join {households.name}: no {noun} has a "
                f"household there{_why(spec, households, table)}; the key must be the same in "
                "both files."
            )
            continue
        unmatched = int((row < 0).sum())
        if unmatched:
            reading.issues.warnings.append(
                f"files, {kind}: {have(unmatched, noun)} no household in {households.name} and "
                f"{'is' if unmatched == 1 else 'are'} left out."
            )
        head = None
        if kind == INDIVIDUAL:
            without = counts == 0
            _check_empty(reading, table, int(without.sum()))
            head = _heads(reading, table)
        files[kind] = Individuals(table, row, head, len(without))
    return Members(files, without)


def _rows(spec: Spec, households: Table, table: Table) -> np.ndarray:
    """The household's row number of each row of a file; -1 where there is none."""
    index = pd.MultiIndex.from_frame(households.frame[spec.key])
    wanted = pd.MultiIndex.from_frame(table.frame[spec.key])
    first = np.flatnonzero(~index.duplicated())  # a repeated key is an error of its own
    position = index[first].get_indexer(wanted)
    blank = table.frame[spec.key].isna().any(axis=1).to_numpy()
    return np.where((position >= 0) & ~blank, first[position], -1)


def _why(spec: Spec, households: Table, table: Table) -> str:
    for column in spec.key:
        numbers = [pd.api.types.is_numeric_dtype(t.frame[column]) for t in (households, table)]
        if numbers[0] != numbers[1]:
            words = ["numbers" if number else "text" for number in numbers]
            return f" ({column!r} holds {words[0]} there and {words[1]} here)"
    return ""


def _check_empty(reading: Reading, table: Table, empty: int) -> None:
    """Households without a person are an error, unless they are to be left out."""
    if empty and reading.spec.missing == DROP:
        reading.issues.notes.append(
            f"{have(empty)} no person in {table.name} and {'is' if empty == 1 else 'are'} left out."
        )
    elif empty:
        reading.error(
            f"files, individual: {have(empty)} no person in {table.name}; mend the file, leave "
            "such households out with 'keep', or say 'missing: drop'."
        )


def _heads(reading: Reading, table: Table) -> np.ndarray | None:
    head = reading.spec.head
    if head is None or reading.lacks(head.column, kind=INDIVIDUAL):
        return None
    is_head = table.meets(head.column, head.values).to_numpy()
    if not is_head.any():
        reading.error(
            f"head: no person of {table.name} has one of the head's values in "
            f"{head.column!r}; correct the values."
        )
    return is_head


def unknown_persons(question: Question, people: Individuals) -> list[str]:
    """What is missing of the persons that a question is about, one sentence a column.

    A person without a value in a column of ``where`` or ``test`` does not meet it.
    """
    derive, messages = question.derive, []
    noun = "person" if derive.source is None else "row"

    def count(concerned: np.ndarray, column: str, so: str) -> None:
        missing = concerned & people.table.frame[column].isna().to_numpy()
        number = int(missing.sum())
        if number:
            homes = len(np.unique(people.household[missing]))
            they = f"the {noun} does" if number == 1 else f"these {noun}s do"
            messages.append(
                f"question {question.name!r}: {have(number, noun)} no value in {column!r} (in "
                f"{counted(homes)}), so {they} {so}."
            )

    joined = people.household >= 0
    for key, conditions in (("where", derive.where), ("test", derive.test)):
        for column in conditions:
            others = {c: test for c, test in derive.where.items() if c != column}
            count(joined & meets_all(others, people.table), column, f"not meet {key!r}")
    if derive.column is not None and derive.of == "greatest":
        count(asked_of(derive, people), derive.column, "not count")
    return messages


# -- groups of households by their heads, to report errors by --------------------------------


def head_groups(reading: Reading, members: Members) -> Groups:
    """The groups of each column of ``head: by``: its name, theirs, and each household's."""
    people, head = members.files.get(INDIVIDUAL), reading.spec.head
    if head is None or people is None or people.head is None:
        return ()
    groups = []
    for column in dict.fromkeys(head.by or []):
        if reading.lacks(column, kind=INDIVIDUAL):
            continue
        names, codes = _groups(column, people)
        if len(names) > MAX_GROUPS:
            reading.error(
                f"head, by: {column!r} has {len(names)} values, which are too many groups; name a "
                f"column with {MAX_GROUPS} at most."
            )
            continue
        groups.append((column, names, codes))
    return tuple(groups)


def _groups(column: str, people: Individuals) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of the groups in their natural order, and the group of each household."""
    first = first_heads(people)
    raw = people.table.frame[column].iloc[first].reset_index(drop=True)
    coded = people.table.coded(column).iloc[first].reset_index(drop=True)
    words = coded.map(lambda value: (word(value) or "").strip() or None)
    known = pd.DataFrame({"raw": raw, "word": words})[raw.notna().to_numpy()]
    known = known.drop_duplicates("word")
    order = sorted(known.itertuples(), key=lambda row: natural(row.raw, row.word))
    names = [row.word for row in order]
    code = {name: k for k, name in enumerate(names)}
    codes = np.full(people.households, len(names))
    codes[first.index] = words.map(code).fillna(len(names)).astype(int)
    if (codes == len(names)).any():
        names.append(UNKNOWN)
    return tuple(names), codes
