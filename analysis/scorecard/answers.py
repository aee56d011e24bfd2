"""Turn a candidate question of a specification into one answer code for each household."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.scorecard.spec import Condition, Derivation, Question, Range
from analysis.scorecard.tables import Table, matches

MOST_ANSWERS = 12


@dataclass(frozen=True)
class Individuals:
    """The individual file, with the row number of each person's household.

    ``household`` is -1 for a person whose household is not in the household file.
    """

    table: Table
    household: np.ndarray
    head: np.ndarray | None
    households: int


@dataclass(frozen=True)
class Answered:
    """A question's answers: labels in order, and each household's code (-1 if it has none).

    The first ``scale`` labels lie in the order of numbers; the first ``listed`` ones are those
    that the specification or the file lists (not "other" or "missing").
    """

    labels: tuple[str, ...]
    codes: np.ndarray
    scale: int = 0
    listed: int = 0


def question_columns(question: Question) -> dict[str, set[str]]:
    """Columns that a question reads, by file (``household`` or ``individual``)."""
    if question.derive is None:
        return {"household": {question.column}, "individual": set()}
    derive = question.derive
    named = {*derive.where, *derive.test} | ({derive.column} if derive.column else set())
    return {"household": set(), "individual": named}


def answer(question: Question, households: Table, people: Individuals | None) -> Answered:
    """Work out the answers of a question whose columns all exist.

    Raises
    ------
    ValueError
        In words, if answers have to be listed or binned before the question can be used.
    """
    raw, labels = _raw_answers(question, households, people)
    if question.bins is not None:
        answered = _binned(question, pd.Series(raw))
    elif question.answers is not None:
        answered = _listed(question, pd.Series(raw), labels)
    else:
        answered = _as_found(pd.Series(raw), labels)
    return _with_missing(question, pd.Series(raw), answered)


def _raw_answers(question, households, people):
    if question.derive is None:
        return households.frame[question.column], households.labels.get(question.column, {})
    derive = question.derive
    if derive.of == "head":
        return _of_head(derive, people), people.table.labels.get(derive.column, {})
    return derived(derive, people), {}


def derived(derive: Derivation, people: Individuals) -> np.ndarray:
    """Counts (float), or "Yes", "No" and the word for nobody, one for each household."""
    asked = meets_all(derive.where, people.table) & (people.household >= 0)
    number = np.bincount(people.household[asked], minlength=people.households)
    if derive.of == "count":
        return number.astype(float)
    passed = asked & meets_all(derive.test, people.table)
    passing = np.bincount(people.household[passed], minlength=people.households)
    yes = passing > 0 if derive.of == "any" else passing == number
    answers = np.where(yes, "Yes", "No").astype(object)
    if derive.nobody is not None:
        answers[number == 0] = derive.nobody
    return answers


def _of_head(derive: Derivation, people: Individuals) -> pd.Series:
    heads = np.flatnonzero(people.head & (people.household >= 0))
    first = pd.Series(heads).groupby(people.household[heads]).first()
    column = people.table.frame[derive.column]
    values = column.iloc[first.to_numpy()].set_axis(first.index)
    return values.reindex(range(people.households))


def meets_all(conditions: dict[str, Condition], table: Table) -> np.ndarray:
    """Whether each row of a table meets every condition."""
    met = np.ones(len(table.frame), dtype=bool)
    for column, condition in conditions.items():
        if isinstance(condition, Range):
            met &= _within(table.frame[column], condition)
        else:
            met &= table.meets(column, condition).to_numpy()
    return met


def _within(series: pd.Series, limits: Range) -> np.ndarray:
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float)
    low = -np.inf if limits.low is None else limits.low
    high = np.inf if limits.high is None else limits.high
    return (numbers >= low) & (numbers <= high)


def _binned(question: Question, raw: pd.Series) -> Answered:
    codes = np.full(len(raw), -1)
    for code, (label, limits) in enumerate(question.bins.items()):
        inside = _within(raw, limits)
        if (codes[inside] >= 0).any():
            raise ValueError(f"the bin {label!r} overlaps one before it")
        codes[inside] = code
    return Answered(tuple(question.bins), codes, len(question.bins), len(question.bins))


def _listed(question: Question, raw: pd.Series, labels: dict) -> Answered:
    coded = raw.map(lambda code: labels.get(code, code), na_action="ignore")
    codes = np.full(len(raw), -1)
    for code, (label, values) in enumerate(question.answers.items()):
        inside = (matches(raw, values) | matches(coded, values)).to_numpy()
        if (codes[inside] >= 0).any():
            raise ValueError(f"the answer {label!r} claims a value that an answer before it has")
        codes[inside] = code
    labels = tuple(question.answers)
    listed = len([label for label in labels if label not in (question.other, question.missing)])
    if question.other is None:
        return Answered(labels, codes, 0, listed)
    labels = labels if question.other in labels else (*labels, question.other)
    codes[(codes < 0) & raw.notna().to_numpy()] = labels.index(question.other)
    return Answered(labels, codes, 0, listed)


def _as_found(raw: pd.Series, labels: dict) -> Answered:
    present = sorted(raw.dropna().unique(), key=lambda v: (isinstance(v, str), v))
    if len(present) > MOST_ANSWERS:
        raise ValueError(f"it has {len(present)} different values; give 'bins' or 'answers'")
    position = {value: code for code, value in enumerate(present)}
    codes = raw.map(position).fillna(-1).astype(int).to_numpy()
    words = tuple(_word(labels.get(value, value)) for value in present)
    if len(set(words)) < len(words):
        raise ValueError("two of its codes have the same label; give 'answers'")
    # values of a file come sorted; only numbers without labels are known to be a scale
    scale = len(words) if not labels and all(isinstance(v, int | float) for v in present) else 0
    return Answered(words, codes, scale, len(words))


def _word(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _with_missing(question: Question, raw: pd.Series, answered: Answered) -> Answered:
    """Give households without an answer the one that the specification names for them."""
    if question.missing is None:
        return answered
    labels = answered.labels
    if question.missing not in labels:
        labels = (*labels, question.missing)
    codes = answered.codes.copy()
    codes[raw.isna().to_numpy()] = labels.index(question.missing)
    return replace(answered, labels=labels, codes=codes)
