"""The candidate questions that can be used, and why the others can't."""

from __future__ import annotations

import numpy as np

from analysis.scorecard.spec.spec import Question, Spec
from analysis.scorecard.survey.answers import HOUSEHOLD, Answered, answer, question_columns
from analysis.scorecard.survey.leakage import separates
from analysis.scorecard.survey.person_files import Members, unknown_persons
from analysis.scorecard.survey.reading import Issues, Reading
from analysis.scorecard.wording import counted, have

Answers = list[tuple[Question, Answered]]


def answer_all(reading: Reading, members: Members) -> Answers:
    """The answers of every question whose columns exist and are not welfare's own."""
    answers, spec = [], reading.spec
    welfare = {spec.welfare.column, *spec.welfare.related} if spec.welfare else set()
    for question in spec.questions:
        columns, derive = question_columns(question), question.derive
        if any(named & reading.missing.get(kind, set()) for kind, named in columns.items()):
            continue  # its missing column has been named
        people = members.of(question) if derive is not None else None
        if derive is not None and (people is None or (derive.of == "head" and people.head is None)):
            continue
        own = columns[HOUSEHOLD] & welfare
        if own:
            reading.error(
                f"question {question.name!r}: its column {min(own)!r} is part of the welfare "
                "variable; leave it out."
            )
            continue
        try:
            answered = answer(question, reading.households, people, spec.missing)
        except ValueError as error:
            reading.error(f"question {question.name!r}: {error}.")
            continue
        if people is not None:
            reading.issues.warnings += unknown_persons(question, people)
        answers.append((question, answered))
    return answers


def dropped(answers: Answers, households: int) -> np.ndarray:
    """Households that lack an answer without which they are left out."""
    missing = [answered.missing for _, answered in answers if answered.drop]
    return np.any([np.zeros(households, dtype=bool), *missing], axis=0)


def usable_questions(
    reading: Reading, answers: Answers, welfare, size, kept: np.ndarray, *, making: bool
) -> Answers:
    """The questions without error, judged by the households that are kept."""
    usable = []
    for question, answered in answers:
        error = _no_code(answered, kept)
        if making and not error:
            error = _error(question, answered, welfare, size, kept)
        if error:
            reading.error(f"question {question.name!r}: {error}.")
        else:
            usable.append((question, answered))
    return usable


def _no_code(answered: Answered, kept: np.ndarray) -> str | None:
    without = answered.codes[kept] < 0
    missing = int((without & answered.missing[kept]).sum())
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


def _error(question: Question, answered: Answered, welfare, size, kept: np.ndarray) -> str | None:
    codes, labels = answered.codes[kept], answered.labels
    if len(labels) < 2 or len(np.unique(codes)) < 2:
        return "every household gives the same answer"
    last = {question.other, answered.blank} - {None}
    if question.ordered and last & set(labels[: answered.listed]):
        return "its answers are ordered, so those for 'other' and 'missing' must stand last"
    if len(labels) > 255:
        return "it has more than 255 answers"
    count = np.bincount(codes, minlength=len(labels))
    rare = [
        f"{label!r} is given by {'one household' if n == 1 else 'no household'}"
        for label, n in zip(labels, count, strict=True)
        if n < 2
    ]
    if rare:
        return f"its answer {' and its answer '.join(rare)}; merge it with another answer"
    measures = {} if welfare is None else {"welfare": welfare}
    if welfare is not None and size is not None:
        measures["welfare times household size"] = welfare * size
    for name, measure in measures.items():
        if separates(codes, measure[kept]):
            return f"its answers are a function of {name}, which the card has to estimate"
    return None


def note_missing(answers: Answers, drop: np.ndarray, issues: Issues) -> None:
    """Say what became of households without an answer: a warning for each question."""
    if drop.any():
        names = [q.name for q, a in answers if a.drop and a.missing.any()]
        to = f" to {', '.join(names)}" if names else ""
        number = int(drop.sum())
        issues.notes.append(
            f"{counted(number)} without an answer{to} {'is' if number == 1 else 'are'} left out."
        )
    for question, answered in answers:
        number = int(answered.missing.sum())
        if not number or not (answered.drop or answered.blank):
            continue
        became = f"counted as {answered.blank!r}" if answered.blank else "left out"
        issues.warnings.append(
            f"question {question.name!r}: {have(number)} no answer and "
            f"{'is' if number == 1 else 'are'} {became}."
        )


def warn_of_formulas(spec: Spec, issues: Issues) -> None:
    """Text that a spreadsheet would take for a formula; the outputs write it as text."""
    for question in spec.questions:
        labels = [*(question.answers or {}), *(question.bins or {}), *(question.one_hot or {})]
        for text in (question.text, *labels):
            if text.lstrip()[:1] in ("=", "+", "-", "@") and not _a_number(text):
                issues.warnings.append(
                    f"question {question.name!r}: {text!r} looks like a spreadsheet formula; "
                    "it will be written as plain text, but better words would be safer."
                )


def _a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
