"""Put a survey together from its specification, and say all that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np

from analysis.errors import ReportError
from analysis.scorecard.spec.spec import DROP, Question, Spec
from analysis.scorecard.spec.spec_file import GAP, find_spec, read_spec
from analysis.scorecard.survey.answers import HOUSEHOLD, INDIVIDUAL, Answered
from analysis.scorecard.survey.candidate_questions import (
    answer_all,
    dropped,
    formula_like,
    say_what_was_blank,
    usable_questions,
)
from analysis.scorecard.survey.columns import check_key, keys_of, missing_columns
from analysis.scorecard.survey.data_files import Table, locate, read_table
from analysis.scorecard.survey.household_heads import head_groups
from analysis.scorecard.survey.issues import Issues
from analysis.scorecard.survey.kept_rows import kept_rows
from analysis.scorecard.survey.leakage import find_leaks
from analysis.scorecard.survey.person_files import join_all
from analysis.scorecard.survey.poverty_lines import check_regions, draw_lines, read_welfare
from analysis.scorecard.survey.region_size import check_region_sizes
from analysis.scorecard.survey.sample_design import read_design
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
        Takes what is no fault but should be known.

    Raises
    ------
    ReportError
        With every fault of the specification and of its data, one sentence each.
    """
    survey, found = examine(name, questions=questions)
    if found.errors:
        raise ReportError("\n".join(found.errors))
    if warnings is not None:
        warnings += found.warnings
    return survey


def examine(
    name: str | Path, *, questions: int = MIN_QUESTIONS, only: Collection[str] = ()
) -> tuple[Survey | None, Issues]:
    """Look at a specification and its data, and collect every fault of both.

    With ``only``, the names of a card's questions, the others are not looked at, nor is
    what matters for the making of a card alone.
    """
    path = find_spec(name)
    spec, errors = read_spec(path)
    found = Issues(errors=list(errors))
    if spec is None or not _has_files(spec):
        return None, found
    tables = read_files(spec, path.parent, found)
    if HOUSEHOLD not in tables:
        return None, found
    if only:
        asked = [question for question in spec.questions if question.name in only]
        spec = spec.model_copy(update={"questions": asked})
    return assemble_tables(spec, tables, found, questions=questions, making=not only), found


def _has_files(spec: Spec) -> bool:
    return spec.simulate is not None or (spec.files is not None and spec.files.household != GAP)


def read_files(spec: Spec, beside: Path, found: Issues) -> Tables:
    """Read the survey's files: household, individual and others; a fault for each that fails."""
    if spec.simulate is not None:
        homes, persons = simulate_tables(spec.simulate.households, spec.simulate.seed)
        return {HOUSEHOLD: homes, INDIVIDUAL: persons}
    named = {HOUSEHOLD: spec.files.household, INDIVIDUAL: spec.files.individual}
    tables = {}
    for kind, file in (named | spec.files.other).items():
        if file is None:
            continue
        try:
            tables[kind] = read_table(locate(file, beside))
        except ReportError as error:
            found.errors.append(str(error))
    return tables


def assemble(
    spec: Spec,
    households: Table,
    people: Table | None,
    found: Issues,
    *,
    questions: int = MIN_QUESTIONS,
) -> Survey | None:
    """Make a :class:`Survey` of a household and an individual file."""
    tables = {HOUSEHOLD: households} | ({} if people is None else {INDIVIDUAL: people})
    return assemble_tables(spec, tables, found, questions=questions)


def assemble_tables(
    spec: Spec,
    tables: Tables,
    found: Issues,
    *,
    questions: int = MIN_QUESTIONS,
    making: bool = True,
) -> Survey | None:
    """Make a :class:`Survey`, or None if what is missing leaves nothing to make it of.

    Faults and cautions are added to ``found``; those that would spoil a card but not the
    measuring of one only if ``making`` a card.
    """
    formula_like(spec, found)
    lost = missing_columns(spec, tables, found)
    tables = kept_rows(spec, tables, lost, found)
    if tables is None:
        return None
    households = tables[HOUSEHOLD]
    check_key(spec, households, lost, found)
    keys = keys_of(spec, households, lost)
    design = read_design(spec, households, keys, lost, found)
    members = join_all(spec, tables, lost, found)
    welfare = read_welfare(spec, households, keys, lost, found)
    given = answer_all(spec, households, members, lost, found)
    drop = dropped(given) | (members.without & (spec.missing == DROP))
    answered = usable_questions(given, welfare, design.get("size"), ~drop, found, making)
    if len(answered) < questions:
        found.errors.append(
            f"Only {counted(len(answered), 'question')} can be used, but the card needs "
            f"{questions}; add candidate questions or mend the faulty ones."
        )
    _locks(spec, questions, found)
    ready = not {"weight", "size", "region", "stratum", "cluster"} - set(design)
    lines = draw_lines(spec, households, design, welfare, lost, found) if ready else ()
    say_what_was_blank(given, drop, found)
    if not ready or not lines or not answered:
        return None
    # lines are drawn for the whole population, so households leave only afterwards
    survey = Survey(
        name=spec.name,
        title=spec.title,
        notice=spec.notice,
        items=tuple(_item(q, a) for q, a in answered),
        codes=np.column_stack([a.codes for _, a in answered]).clip(0).astype(np.uint8),
        key=keys,
        welfare=welfare,
        lines=lines,
        tested=spec.tested,
        citation=spec.source.citation if spec.source else None,
        date=spec.source.date if spec.source else None,
        blanks=tuple(a.blank for _, a in answered),
        notes=tuple(found.notes),
        limits=tuple(spec.limits.items()),
        budget=spec.budget,
        intercepts=spec.regions,
        regional_cards=spec.cards == "region",
        heads=head_groups(spec, members, lost, found),
        **design,
    ).take(~drop)
    if making:
        check_regions(survey, found)
        find_leaks(spec, survey, found)
        if survey.regional_cards:
            check_region_sizes(survey, found)
    return survey


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


def _locks(spec: Spec, questions: int, found: Issues) -> None:
    """Locked questions that no card could hold together."""
    locked = [q for q in spec.questions if q.lock]
    if len(locked) > questions:
        found.errors.append(
            f"{counted(len(locked), 'question')} are locked, but the card has {questions}."
        )
    if spec.budget is not None and sum(q.cost for q in locked) > spec.budget:
        found.errors.append("budget: the locked questions alone cost more; raise the budget.")
    for group, most in spec.limits.items():
        if sum(q.group == group for q in locked) > most:
            found.errors.append(f"limits: more than {most} of the group {group!r} are locked.")
