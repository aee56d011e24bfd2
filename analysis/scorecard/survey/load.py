"""Put a survey together from its specification, and say all that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np

from analysis.errors import ReportError
from analysis.scorecard.spec.spec import DROP, Question, Spec
from analysis.scorecard.spec.spec_file import PLACEHOLDER, find_spec, read_spec
from analysis.scorecard.survey.answers import HOUSEHOLD, INDIVIDUAL, Answered
from analysis.scorecard.survey.candidate_questions import (
    Answers,
    answer_all,
    dropped,
    note_missing,
    usable_questions,
    warn_of_formulas,
)
from analysis.scorecard.survey.data_files import Table, locate, read_table
from analysis.scorecard.survey.leakage import find_leaks
from analysis.scorecard.survey.person_files import head_groups, join_all
from analysis.scorecard.survey.poverty_lines import draw_lines, read_welfare
from analysis.scorecard.survey.reading import Issues, Reading, read_columns
from analysis.scorecard.survey.region_checks import check_region_sizes, check_regions
from analysis.scorecard.survey.sample_design import ARRAYS, read_design
from analysis.scorecard.survey.simulate import simulate_tables
from analysis.scorecard.survey.survey import Item, Survey
from analysis.scorecard.wording import counted

MIN_QUESTIONS = 10
Tables = dict[str, Table]


def load_survey(
    name: str | Path, *, questions: int = MIN_QUESTIONS, warnings: list[str] | None = None
) -> Survey:
    """Read a specification and its data.

    Parameters
    ----------
    name : str or Path
        Path of a specification, or the name of a shipped one.
    questions : int
        How many usable questions there must be at least.
    warnings : list of str, optional
        Takes what is no error but should be known.

    Raises
    ------
    ReportError
        With every error of the specification and of its data, one sentence each.
    """
    survey, issues = examine(name, questions=questions)
    if issues.errors:
        raise ReportError("\n".join(issues.errors))
    if warnings is not None:
        warnings += issues.warnings
    return survey


def examine(
    name: str | Path, *, questions: int = MIN_QUESTIONS, only: Collection[str] = ()
) -> tuple[Survey | None, Issues]:
    """Look at a specification and its data, and collect every error of both.

    With ``only``, the names of a card's questions, the others are not looked at, nor is
    what matters for the making of a card alone.
    """
    path = find_spec(name)
    spec, errors = read_spec(path)
    issues = Issues(errors=list(errors))
    if spec is None or not _has_files(spec):
        return None, issues
    tables = read_files(spec, path.parent, issues)
    if HOUSEHOLD not in tables:
        return None, issues
    if only:
        asked = [question for question in spec.questions if question.name in only]
        spec = spec.model_copy(update={"questions": asked})
    return assemble(spec, tables, issues, questions=questions, making=not only), issues


def _has_files(spec: Spec) -> bool:
    return spec.simulate is not None or (
        spec.files is not None and spec.files.household != PLACEHOLDER
    )


def read_files(spec: Spec, beside: Path, issues: Issues) -> Tables:
    """Read the survey's files: household, individual and others; an error for each that fails."""
    if spec.simulate is not None:
        return simulate_tables(spec.simulate.households, spec.simulate.seed)
    named = {HOUSEHOLD: spec.files.household, INDIVIDUAL: spec.files.individual}
    tables = {}
    for kind, file in (named | spec.files.other).items():
        if file is None:
            continue
        try:
            tables[kind] = read_table(locate(file, beside))
        except ReportError as error:
            issues.errors.append(str(error))
    return tables


def assemble(
    spec: Spec,
    tables: Tables,
    issues: Issues,
    *,
    questions: int = MIN_QUESTIONS,
    making: bool = True,
) -> Survey | None:
    """Make a :class:`Survey`, or None if what is missing leaves nothing to make it of.

    Errors and warnings are added to ``issues``; those that would spoil a card but not the
    measuring of one only if ``making`` a card.
    """
    warn_of_formulas(spec, issues)
    reading = Reading(spec, dict(tables), issues)
    if not read_columns(reading):
        return None
    design = read_design(reading)
    members = join_all(reading)
    welfare = read_welfare(reading)
    answers = answer_all(reading, members)
    drop = dropped(answers, len(reading.keys)) | (members.without & (spec.missing == DROP))
    usable = usable_questions(reading, answers, welfare, design.get("size"), ~drop, making=making)
    if len(usable) < questions:
        reading.error(
            f"Only {counted(len(usable), 'question')} can be used, but the card needs "
            f"{questions}; add candidate questions or mend the faulty ones."
        )
    _check_locks(reading, questions)
    ready = set(design) >= ARRAYS
    lines = draw_lines(reading, design, welfare) if ready else ()
    note_missing(answers, drop, issues)
    if not ready or not lines or not usable:
        return None
    # lines are drawn for the whole population, so households leave only afterwards
    heads = head_groups(reading, members)
    survey = _survey(reading, usable, heads, **design, welfare=welfare, lines=lines).take(~drop)
    if making:
        check_regions(survey, issues)
        find_leaks(spec, survey, issues)
        if survey.regional_cards:
            check_region_sizes(survey, issues)
    return survey


def _survey(reading: Reading, answers: Answers, heads, **arrays) -> Survey:
    spec = reading.spec
    return Survey(
        name=spec.name,
        title=spec.title,
        notice=spec.notice,
        items=tuple(_item(q, a) for q, a in answers),
        codes=np.column_stack([a.codes for _, a in answers]).clip(0).astype(np.uint8),
        key=reading.keys,
        tested=spec.tested,
        citation=spec.source.citation if spec.source else None,
        date=spec.source.date if spec.source else None,
        blanks=tuple(a.blank for _, a in answers),
        notes=tuple(reading.issues.notes),
        limits=tuple(spec.limits.items()),
        budget=spec.budget,
        intercepts=spec.regions,
        regional_cards=spec.cards == "region",
        heads=heads,
        **arrays,
    )


def _item(question: Question, answered: Answered) -> Item:
    return Item(
        question.name,
        question.text,
        answered.labels,
        scale=answered.scale if not question.ordered else answered.listed,
        ordered=question.ordered,
        lock=question.lock,
        exclude=question.exclude,
        group=question.group,
        cost=question.cost,
    )


def _check_locks(reading: Reading, questions: int) -> None:
    """Locked questions that no card could hold together."""
    spec = reading.spec
    locked = [q for q in spec.questions if q.lock]
    if len(locked) > questions:
        reading.error(
            f"{counted(len(locked), 'question')} are locked, but the card has {questions}."
        )
    if spec.budget is not None and sum(q.cost for q in locked) > spec.budget:
        reading.error("budget: the locked questions alone cost more; raise the budget.")
    for group, most in spec.limits.items():
        if sum(q.group == group for q in locked) > most:
            reading.error(f"limits: more than {most} of the group {group!r} are locked.")
