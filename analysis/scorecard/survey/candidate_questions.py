"""The candidate questions that can be used, and why the others can't."""

from __future__ import annotations

import numpy as np

from analysis.scorecard.spec.spec import Question, Spec
from analysis.scorecard.survey.answers import HOUSEHOLD, Answered, answer, question_columns
from analysis.scorecard.survey.columns import Lost
from analysis.scorecard.survey.data_files import Table
from analysis.scorecard.survey.issues import Issues
from analysis.scorecard.survey.leakage import separates
from analysis.scorecard.survey.person_files import Members, unknown_persons
from analysis.scorecard.wording import counted, have

Answers = list[tuple[Question, Answered]]


def answer_all(
    spec: Spec, households: Table, members: Members, lost: Lost, found: Issues
) -> Answers:
    """The answers of every question whose columns exist and are not welfare's own."""
    given = []
    welfare = {spec.welfare.column, *spec.welfare.related} if spec.welfare else set()
    for question in spec.questions:
        columns = question_columns(question)
        if any(named & lost.get(kind, set()) for kind, named in columns.items()):
            continue  # its missing column has been named
        people = members.of(question) if question.derive is not None else None
        if question.derive is not None and people is None:
            continue
        if question.derive is not None and question.derive.of == "head" and people.head is None:
            continue
        own = columns[HOUSEHOLD] & welfare
        if own:
            found.errors.append(
                f"question {question.name!r}: its column {min(own)!r} is part of the welfare "
                "variable; leave it out."
            )
            continue
        try:
            answered = answer(question, households, people, spec.missing)
        except ValueError as error:
            found.errors.append(f"question {question.name!r}: {error}.")
            continue
        if people is not None:
            found.warnings += unknown_persons(question, people)
        given.append((question, answered))
    return given


def dropped(given: Answers) -> np.ndarray:
    """Households that lack an answer without which they are left out."""
    nobody = [np.zeros_like(given[0][1].gaps)] if given else [np.zeros(1, dtype=bool)]
    return np.any([answered.gaps for _, answered in given if answered.drop] or nobody, axis=0)


def usable_questions(
    given: Answers, welfare, size, kept: np.ndarray, found: Issues, making: bool
) -> Answers:
    """The questions without fault, judged by the households that are kept."""
    usable = []
    for question, answered in given:
        error = _no_code(answered, kept)
        if making and not error:
            error = _fault(question, answered, welfare, size, kept)
        if error:
            found.errors.append(f"question {question.name!r}: {error}.")
        else:
            usable.append((question, answered))
    return usable


def _no_code(answered: Answered, kept: np.ndarray) -> str | None:
    codes = answered.codes[kept]
    without = codes < 0
    missing = int((without & answered.gaps[kept]).sum())
    if missing:
        return (
            f"{have(missing)} no value; name an answer for them with 'missing', or say "
            "'missing: drop' or 'missing: impute most common'"
        )
    if without.any():
        return (
            f"{have(int(without.sum()))} none of its answers; add their values to 'answers' or "
            "'bins', or name an answer for them with 'other'"
        )
    return None


def _fault(question: Question, answered: Answered, welfare, size, kept: np.ndarray) -> str | None:
    codes = answered.codes[kept]
    if len(answered.labels) < 2 or len(np.unique(codes)) < 2:
        return "every household gives the same answer"
    last = {question.other, answered.blank} - {None}
    if question.ordered and last & set(answered.labels[: answered.listed]):
        return "its answers are ordered, so those for 'other' and 'missing' must stand last"
    if len(answered.labels) > 255:
        return "it has more than 255 answers"
    count = np.bincount(codes, minlength=len(answered.labels))
    rare = [
        f"{label!r} is given by {'one household' if n == 1 else 'no household'}"
        for label, n in zip(answered.labels, count, strict=True)
        if n < 2
    ]
    if rare:
        return f"its answer {' and its answer '.join(rare)}; merge it with another answer"
    for measure, word in ((welfare, "welfare"), (size, "welfare times household size")):
        if welfare is None or measure is None:
            continue
        measured = welfare if word == "welfare" else welfare * size
        if separates(codes, measured[kept]):
            return f"its answers are a function of {word}, which the card has to estimate"
    return None


def say_what_was_blank(given: Answers, drop: np.ndarray, found: Issues) -> None:
    """Say what became of households without an answer: a caution for each question."""
    if drop.any():
        names = [q.name for q, a in given if a.drop and a.gaps.any()]
        to = f" to {', '.join(names)}" if names else ""
        number = int(drop.sum())
        found.notes.append(
            f"{counted(number)} without an answer{to} {'is' if number == 1 else 'are'} left out."
        )
    for question, answered in given:
        number = int(answered.gaps.sum())
        if not number or not (answered.drop or answered.blank):
            continue
        became = f"counted as {answered.blank!r}" if answered.blank else "left out"
        found.warnings.append(
            f"question {question.name!r}: {have(number)} no answer and "
            f"{'is' if number == 1 else 'are'} {became}."
        )


def formula_like(spec: Spec, found: Issues) -> None:
    """Text that a spreadsheet would take for a formula; the outputs write it as text."""
    for question in spec.questions:
        labels = [*(question.answers or {}), *(question.bins or {}), *(question.one_hot or {})]
        for text in (question.text, *labels):
            if text.lstrip()[:1] in ("=", "+", "-", "@") and not _a_number(text):
                found.warnings.append(
                    f"question {question.name!r}: {text!r} looks like a spreadsheet formula; "
                    "it will be written as plain text, but better words would be safer."
                )


def _a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
