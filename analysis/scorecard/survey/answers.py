"""Turn a candidate question of a specification into one answer code for each household."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.scorecard.spec.spec import (
    ANSWER,
    DROP,
    IMPUTE,
    Condition,
    Derivation,
    Question,
    Range,
)
from analysis.scorecard.survey.answer_order import natural
from analysis.scorecard.survey.data_files import Table, labeled, matches, word
from analysis.scorecard.wording import have

MAX_ANSWERS = 12
NO_ANSWER = "No answer"
HOUSEHOLD, INDIVIDUAL = "household", "individual"


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
    """A question's answers.

    Attributes
    ----------
    labels : tuple of str
        In the order in which they are printed.
    codes : ndarray of int
        Each household's answer, -1 if it has none.
    missing : ndarray of bool
        Households for which the files hold no value.
    blank : str or None
        The answer that households without a value were given.
    drop : bool
        Whether households without a value are left out of the survey.
    scale, listed : int
        The first ``scale`` labels lie in the order of numbers; the first ``listed`` ones are
        those that the specification or the file lists (not "other" or "missing").
    """

    labels: tuple[str, ...]
    codes: np.ndarray
    missing: np.ndarray
    blank: str | None = None
    drop: bool = False
    scale: int = 0
    listed: int = 0


def question_columns(question: Question) -> dict[str, set[str]]:
    """Columns that a question reads, by file: household, individual, or another's name."""
    columns: dict[str, set[str]] = {HOUSEHOLD: set(), INDIVIDUAL: set()}
    if question.derive is not None:
        derive = question.derive
        named = {*derive.where, *derive.test} | ({derive.column} if derive.column else set())
        columns[derive.source or INDIVIDUAL] = named
    elif question.one_hot is not None:
        columns[HOUSEHOLD] = set(question.one_hot.values())
    elif question.ratio is not None:
        columns[HOUSEHOLD] = {question.ratio.of, question.ratio.by}
    else:
        columns[HOUSEHOLD] = {question.column}
    return columns


def answer(
    question: Question, households: Table, people: Individuals | None, policy: str | None = None
) -> Answered:
    """Work out the answers of a question whose columns all exist.

    Parameters
    ----------
    question : Question
    households : Table
    people : Individuals or None
        The file with several rows a household that the question reads.
    policy : str, optional
        What becomes of households without an answer where the question doesn't say.

    Raises
    ------
    ValueError
        In words, if answers have to be listed or binned before the question can be used.
    """
    raw, labels = _raw_answers(question, households, people)
    raw = pd.Series(raw).reset_index(drop=True)
    nobody = question.derive.nobody if question.derive is not None else None
    scale = 0
    if question.bins is not None:
        names, codes = _binned(question, raw)
        scale = len(names)
    elif question.answers is not None:
        names, codes = _listed(question, raw, labels)
    elif question.one_hot is not None:
        names, codes = _one_hot(question, raw)
    elif question.derive is not None and question.derive.of in ("any", "all"):
        names, codes = _in_order(raw, ("No", "Yes", *([nobody] if nobody else [])))
    else:
        names, codes = _distinct(raw, labels)
        # only numbers without labels are known to be a scale
        scale = len(names) if not labels and pd.api.types.is_numeric_dtype(raw) else 0
    listed = sum(label not in (question.other, question.missing) for label in names)
    missing = raw.isna().to_numpy()
    if nobody is not None and question.derive.of == "greatest":
        names, codes, missing = _of_nobody(nobody, question.derive, people, names, codes, missing)
    answered = Answered(names, codes, missing, scale=scale, listed=listed)
    return _with_missing(question.missing or policy, answered)


def _raw_answers(question, households, people):
    frame = households.frame
    if question.one_hot is not None:
        return _from_dummies(question.one_hot, households), {}
    if question.ratio is not None:
        of, by = (
            pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
            for column in (question.ratio.of, question.ratio.by)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(by > 0, of / by, np.nan), {}
    if question.derive is None:
        return frame[question.column], households.labels.get(question.column, {})
    derive = question.derive
    if derive.of == "head":
        return _of_head(derive, people), people.table.labels.get(derive.column, {})
    if derive.of == "greatest":
        return _greatest(derive, people), people.table.labels.get(derive.column, {})
    return derived(derive, people), {}


def derived(derive: Derivation, people: Individuals) -> np.ndarray:
    """Counts (float), or "Yes", "No" and the word for nobody, one for each household."""
    asked = asked_of(derive, people)
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


def asked_of(derive: Derivation, people: Individuals) -> np.ndarray:
    """Whether a person (or row) is one of those that a derived question is about."""
    return meets_all(derive.where, people.table) & (people.household >= 0)


def first_heads(people: Individuals) -> pd.Series:
    """The row of the first head of each household that has one."""
    heads = np.flatnonzero(people.head & (people.household >= 0))
    return pd.Series(heads).groupby(people.household[heads]).first()


def _of_head(derive: Derivation, people: Individuals) -> pd.Series:
    first = first_heads(people)
    column = people.table.frame[derive.column]
    values = column.iloc[first.to_numpy()].set_axis(first.index)
    return values.reindex(range(people.households))


def _greatest(derive: Derivation, people: Individuals) -> pd.Series:
    column = people.table.frame[derive.column]
    numbers = pd.to_numeric(column, errors="coerce")
    if numbers.isna().sum() > column.isna().sum():
        raise ValueError(f"{derive.column!r} holds words, of which none is the greatest")
    asked = asked_of(derive, people)
    largest = numbers[asked].groupby(people.household[asked]).max()
    return largest.reindex(range(people.households))


def _of_nobody(nobody, derive, people, labels, codes, missing):
    """Give households without such a person the answer for nobody."""
    asked = asked_of(derive, people)
    none = np.bincount(people.household[asked], minlength=people.households) == 0
    labels = labels if nobody in labels else (*labels, nobody)
    codes = np.where(none, labels.index(nobody), codes)
    return labels, codes, missing & ~none


def _from_dummies(columns: dict[str, str], households: Table) -> np.ndarray:
    """The answer whose column says yes; "" where none does, None where nothing is known."""
    known = [households.frame[column].notna().to_numpy() for column in columns.values()]
    says = [_yes(households, column) for column in columns.values()]
    several = int((np.sum(says, axis=0) > 1).sum())
    if several:
        raise ValueError(f"{have(several)} more than one of its answers")
    chosen = np.full(len(households.frame), None, dtype=object)
    chosen[np.any(known, axis=0)] = ""
    for answered, yes in zip(columns, says, strict=True):
        chosen[yes] = answered
    return chosen


def _yes(households: Table, column: str) -> np.ndarray:
    words = ["Yes", "True", "Oui", "Si", "Sí", "Sim"]
    return (matches(households.coded(column), [1, *words]) |
            matches(households.frame[column], [1, *words])).to_numpy()  # fmt: skip


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


def _binned(question: Question, raw: pd.Series) -> tuple[tuple[str, ...], np.ndarray]:
    codes = np.full(len(raw), -1)
    for code, (label, limits) in enumerate(question.bins.items()):
        inside = _within(raw, limits)
        if (codes[inside] >= 0).any():
            raise ValueError(f"the bin {label!r} overlaps one before it")
        codes[inside] = code
    return tuple(question.bins), codes


def _listed(question: Question, raw: pd.Series, labels: dict):
    coded = labeled(raw, labels)
    codes = np.full(len(raw), -1)
    for code, (label, values) in enumerate(question.answers.items()):
        inside = (matches(raw, values) | matches(coded, values)).to_numpy()
        if (codes[inside] >= 0).any():
            raise ValueError(f"the answer {label!r} claims a value that an answer before it has")
        codes[inside] = code
    return _with_other(question.other, tuple(question.answers), codes, raw.notna().to_numpy())


def _one_hot(question: Question, raw: pd.Series):
    labels = tuple(question.one_hot)
    codes = raw.map({label: code for code, label in enumerate(labels)}).fillna(-1).astype(int)
    return _with_other(question.other, labels, codes.to_numpy(copy=True), raw.notna().to_numpy())


def _with_other(other: str | None, labels, codes, known):
    if other is None:
        return labels, codes
    labels = labels if other in labels else (*labels, other)
    codes[(codes < 0) & known] = labels.index(other)
    return labels, codes


def _in_order(raw: pd.Series, labels: tuple[str, ...]):
    """Codes of answers that are words already; those that nobody gives are left out."""
    present = tuple(label for label in labels if (raw == label).any())
    position = {label: code for code, label in enumerate(present)}
    return present, raw.map(position).fillna(-1).astype(int).to_numpy()


def _distinct(raw: pd.Series, labels: dict):
    def label(value) -> str:
        return word(labels.get(value, value))

    present = sorted(raw.dropna().unique(), key=lambda value: natural(value, label(value)))
    if len(present) > MAX_ANSWERS:
        raise ValueError(f"it has {len(present)} different values; give 'bins' or 'answers'")
    words = tuple(label(value) for value in present)
    if len(set(words)) < len(words):
        raise ValueError("two of its codes have the same label; give 'answers'")
    position = {value: code for code, value in enumerate(present)}
    return words, raw.map(position).fillna(-1).astype(int).to_numpy()


def _with_missing(policy: str | None, answered: Answered) -> Answered:
    """Do with households without an answer what the specification says."""
    missing, labels = answered.missing, answered.labels
    if policy is None or not missing.any():
        return answered
    if policy == DROP:
        return replace(answered, drop=True)
    codes = answered.codes.copy()
    if policy == IMPUTE:
        if not (codes >= 0).any():
            return answered
        blank = labels[np.bincount(codes[codes >= 0]).argmax()]
    else:
        blank = NO_ANSWER if policy == ANSWER else policy
        labels = labels if blank in labels else (*labels, blank)
    codes[missing] = labels.index(blank)
    return replace(answered, labels=labels, codes=codes, blank=blank)
