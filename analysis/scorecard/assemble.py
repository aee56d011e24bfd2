"""Put a survey together from its specification, and say all that is wrong with it at once."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import ReportError
from analysis.scorecard.answers import Answered, Individuals, answer, question_columns
from analysis.scorecard.simulate import simulate_tables
from analysis.scorecard.spec import Line, Question, Spec
from analysis.scorecard.specfile import find_spec, read_spec
from analysis.scorecard.survey import Item, PovertyLine, Survey, weighted_quantile
from analysis.scorecard.tables import Table, locate, read_table

FEWEST_QUESTIONS = 10


@dataclass
class Findings:
    """What is wrong (faults stop a build) and what to know (cautions don't)."""

    faults: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)


def load_survey(name: str | Path, *, questions: int = FEWEST_QUESTIONS) -> Survey:
    """Read a specification and its data.

    Parameters
    ----------
    name : str or Path
        Path of a specification, or the name of a shipped one.
    questions : int
        How many usable questions there must be at least.

    Raises
    ------
    ReportError
        With every fault of the specification and of its data, one sentence each.
    """
    survey, found = examine(name, questions=questions)
    if found.faults:
        raise ReportError("\n".join(found.faults))
    return survey


def examine(
    name: str | Path, *, questions: int = FEWEST_QUESTIONS
) -> tuple[Survey | None, Findings]:
    """Look at a specification and its data, and collect every fault."""
    path = find_spec(name)
    spec, faults = read_spec(path)
    found = Findings(faults=list(faults))
    if spec is None:
        return None, found
    try:
        households, people = read_files(spec, path.parent)
    except ReportError as error:
        found.faults.append(str(error))
        return None, found
    return assemble(spec, households, people, found, questions=questions), found


def read_files(spec: Spec, beside: Path) -> tuple[Table, Table | None]:
    """Read the household file and, where there is one, the individual file."""
    if spec.simulate is not None:
        return simulate_tables(spec.simulate.households, spec.simulate.seed)
    households = read_table(locate(spec.files.household, beside))
    if spec.files.individual is None:
        return households, None
    return households, read_table(locate(spec.files.individual, beside))


def assemble(
    spec: Spec,
    households: Table,
    people: Table | None,
    found: Findings,
    *,
    questions: int = FEWEST_QUESTIONS,
) -> Survey | None:
    """Make a :class:`Survey`, or None if what is missing leaves nothing to make it of.

    Faults and cautions are added to ``found``.
    """
    _formula_like(spec, found)
    lost = _missing_columns(spec, households, people, found)
    _check_key(spec, households, lost, found)
    design = _design(spec, households, lost, found)
    members = _join(spec, households, people, lost, found)
    welfare = _welfare(spec, households, lost, found)
    answered = _questions(spec, households, members, welfare, design.get("size"), lost, found)
    if len(answered) < questions:
        found.faults.append(
            f"Only {len(answered)} questions can be used, but the card needs {questions}; "
            "add candidate questions or mend the faulty ones."
        )
    _locks(spec, questions, found)
    ready = not {"weight", "size", "region", "stratum", "cluster"} - set(design)
    lines = _lines(spec, households, design, welfare, lost, found) if ready else ()
    if not ready or not lines or not answered:
        return None
    return Survey(
        name=spec.name,
        title=spec.title,
        notice=spec.notice,
        items=tuple(_item(q, a) for q, a in answered),
        codes=np.column_stack([a.codes for _, a in answered]).astype(np.uint8),
        key=_key(spec, households, lost),
        welfare=welfare,
        lines=lines,
        tested=spec.tested,
        citation=spec.source.citation if spec.source else None,
        limits=tuple(spec.limits.items()),
        budget=spec.budget,
        **design,
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


# -- columns and keys ---------------------------------------------------------------------


def _named_columns(spec: Spec) -> tuple[dict[str, str], dict[str, str]]:
    """Columns that the specification names in either file, with where it names them."""
    house: dict[str, str] = {}
    person: dict[str, str] = {}
    for column in spec.key:
        house.setdefault(column, "key")
        if any(q.derive for q in spec.questions):
            person.setdefault(column, "key")
    design = spec.design
    for place in ("weight", "size", "region", "cluster"):
        house.setdefault(getattr(design, place), f"design, {place}")
    for column in design.stratum or []:
        house.setdefault(column, "design, stratum")
    if design.urban:
        house.setdefault(design.urban.column, "design, urban")
    if spec.welfare:
        house.setdefault(spec.welfare.column, "welfare")
    for line in spec.lines:
        if line.column:
            house.setdefault(line.column, f"line {line.name!r}")
    if spec.head:
        person.setdefault(spec.head.column, "head")
    for question in spec.questions:
        columns = question_columns(question)
        for column in columns["household"]:
            house.setdefault(column, f"question {question.name!r}")
        for column in sorted(columns["individual"]):
            person.setdefault(column, f"question {question.name!r}")
    return house, person


def _missing_columns(spec, households, people, found) -> dict[str, set[str]]:
    house, person = _named_columns(spec)
    lost = {"household": set(), "individual": set()}
    for kind, named, table in (("household", house, households), ("individual", person, people)):
        if table is None:
            continue
        for column, place in named.items():
            if column in table.frame.columns:
                continue
            lost[kind].add(column)
            near = difflib.get_close_matches(column, [str(c) for c in table.frame.columns], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "; correct its name."
            found.faults.append(f"{place}: the file {table.name} has no column {column!r}{hint}")
    return lost


def _key(spec, households, lost) -> np.ndarray:
    if set(spec.key) & lost["household"]:
        return np.arange(len(households.frame)).astype(str)
    parts = [households.frame[column].astype(str) for column in spec.key]
    return np.array(["|".join(row) for row in zip(*parts, strict=True)], dtype=object)


def _check_key(spec, households, lost, found) -> None:
    if set(spec.key) & lost["household"]:
        return
    twice = households.frame.duplicated(spec.key, keep=False)
    if twice.any():
        example = _key(spec, households, lost)[np.flatnonzero(twice)[0]]
        found.faults.append(
            f"key: {int(twice.sum())} rows of {households.name} share their key with another "
            f"row, for example {example}; a key must name one household."
        )


# -- design --------------------------------------------------------------------------------


def _design(spec, households, lost, found) -> dict:
    """The design's arrays that can be had; anything at fault is left out."""
    frame, design, made = households.frame, spec.design, {}
    for place in ("weight", "size"):
        column = getattr(design, place)
        if column in lost["household"]:
            continue
        numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
        bad = ~(np.isfinite(numbers) & (numbers > 0))
        if bad.any():
            first = _key(spec, households, lost)[np.flatnonzero(bad)[0]]
            found.faults.append(
                f"design, {place}: {int(bad.sum())} households have no {place} above 0 in "
                f"{column!r}, for example household {first}."
            )
        made[place] = np.where(bad, 1.0, numbers)
    if design.region not in lost["household"]:
        codes, names = _grouped(spec, households, [design.region], "region", lost, found)
        made["region"], made["regions"] = codes, tuple(names)
    strata = design.stratum or [design.region]
    if not set(strata) & lost["household"]:
        made["stratum"], _ = _grouped(spec, households, strata, "stratum", lost, found)
    if design.cluster not in lost["household"]:
        # a cluster number may start anew in each stratum
        columns = [*(c for c in strata if c not in lost["household"]), design.cluster]
        made["cluster"], _ = _grouped(spec, households, columns, "cluster", lost, found)
    made["urban"] = None
    if design.urban and design.urban.column not in lost["household"]:
        made["urban"] = households.meets(design.urban.column, design.urban.urban).to_numpy()
        if made["urban"].all() or not made["urban"].any():
            found.faults.append(
                f"design, urban: no household or every household of {design.urban.column!r} is "
                f"one of {design.urban.urban}; correct the urban values."
            )
    return made


def _grouped(spec, households, columns, place, lost, found) -> tuple[np.ndarray, list[str]]:
    missing = households.frame[columns].isna().any(axis=1)
    if missing.any():
        first = _key(spec, households, lost)[np.flatnonzero(missing)[0]]
        found.faults.append(
            f"design, {place}: {int(missing.sum())} households have no value in "
            f"{', '.join(columns)}, for example household {first}."
        )
    raw = households.frame[columns]
    codes = raw.groupby(columns, dropna=False, sort=True).ngroup().to_numpy()
    first_rows = np.unique(codes, return_index=True)[1]
    words = [households.coded(column).iloc[first_rows].astype(str) for column in columns]
    return codes, [" ".join(row) for row in zip(*words, strict=True)]


# -- individuals ---------------------------------------------------------------------------


def _join(spec, households, people, lost, found) -> Individuals | None:
    if people is None or set(spec.key) & (lost["household"] | lost["individual"]):
        return None
    index = pd.MultiIndex.from_frame(households.frame[spec.key])
    wanted = pd.MultiIndex.from_frame(people.frame[spec.key])
    first = np.flatnonzero(~index.duplicated())  # a repeated key is a fault of its own
    found_at = index[first].get_indexer(wanted)
    row = np.where(found_at >= 0, first[found_at], -1)
    strangers = int((row < 0).sum())
    empty = len(first) - len(np.unique(row[row >= 0]))
    if strangers or empty:
        found.faults.append(
            f"files, individual: {people.name} does not join {households.name}: {strangers} "
            f"persons have no household there and {empty} households have no person here; "
            "the key must be the same in both files."
        )
    head = None
    if spec.head and spec.head.column not in lost["individual"]:
        head = people.meets(spec.head.column, spec.head.values).to_numpy()
        if not head.any():
            found.faults.append(
                f"head: no person of {people.name} has one of the head's values in "
                f"{spec.head.column!r}; correct the values."
            )
    return Individuals(people, row, head, len(households.frame))


# -- welfare and lines ---------------------------------------------------------------------


def _welfare(spec, households, lost, found) -> np.ndarray | None:
    if spec.welfare is None or spec.welfare.column in lost["household"]:
        return None
    column = spec.welfare.column
    numbers = pd.to_numeric(households.frame[column], errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(numbers)
    if bad.any():
        first = _key(spec, households, lost)[np.flatnonzero(bad)[0]]
        found.faults.append(
            f"welfare: {int(bad.sum())} households have no number in {column!r}, "
            f"for example household {first}."
        )
        return None
    return numbers


def _lines(spec, households, design, welfare, lost, found) -> tuple[PovertyLine, ...]:
    made = []
    for line in spec.lines:
        drawn = _line(line, households, design, welfare, lost)
        if drawn is None:
            continue
        if drawn.poor.all() or not drawn.poor.any():
            whole = "every household is" if drawn.poor.all() else "no household is"
            found.faults.append(f"line {line.name!r}: {whole} poor by it; choose another line.")
            continue
        for code, region in enumerate(design["regions"]):
            here = drawn.poor[design["region"] == code]
            if here.all() or not here.any():
                word = "non-poor" if here.all() else "poor"
                found.faults.append(
                    f"line {line.name!r}: the region {region!r} has no {word} household, so it "
                    "can't have its own intercept; merge it with a neighbour or change the line."
                )
        made.append(drawn)
    return tuple(made)


def _line(line: Line, households, design, welfare, lost) -> PovertyLine | None:
    if line.column is not None:
        if line.column in lost["household"]:
            return None
        poor = households.meets(line.column, line.poor).to_numpy()
        return PovertyLine(line.name, line.label, float("nan"), poor)
    if welfare is None:
        return None
    amount = line.amount
    if amount is None:
        amount = weighted_quantile(welfare, design["weight"] * design["size"], line.quantile)
    return PovertyLine(line.name, line.label, amount, welfare < amount)


# -- questions -----------------------------------------------------------------------------


def _questions(
    spec, households, members, welfare, size, lost, found
) -> list[tuple[Question, Answered]]:
    usable = []
    welfare_columns = {spec.welfare.column, *spec.welfare.related} if spec.welfare else set()
    for question in spec.questions:
        columns = question_columns(question)
        if columns["household"] & lost["household"] or columns["individual"] & lost["individual"]:
            continue  # its missing column has been named
        if question.derive is not None and members is None:
            continue
        if question.derive is not None and question.derive.of == "head" and members.head is None:
            continue
        fault = None
        own = columns["household"] & welfare_columns
        if own:
            fault = f"its column {own.pop()!r} is part of the welfare variable"
        else:
            try:
                answered = answer(question, households, members)
                fault = _question_fault(question, answered, welfare, size)
            except ValueError as error:
                fault = str(error)
        if fault:
            found.faults.append(f"question {question.name!r}: {fault}.")
        else:
            usable.append((question, answered))
    return usable


def _locks(spec: Spec, questions: int, found: Findings) -> None:
    """Locked questions that no card could hold together."""
    locked = [q for q in spec.questions if q.lock]
    if len(locked) > questions:
        found.faults.append(f"{len(locked)} questions are locked, but the card has {questions}.")
    if spec.budget is not None and sum(q.cost for q in locked) > spec.budget:
        found.faults.append("budget: the locked questions alone cost more; raise the budget.")
    for group, most in spec.limits.items():
        if sum(q.group == group for q in locked) > most:
            found.faults.append(f"limits: more than {most} of the group {group!r} are locked.")


def _question_fault(question, answered: Answered, welfare, size) -> str | None:
    codes = answered.codes
    without = int((codes < 0).sum())
    if without:
        return (
            f"{without} households have none of its answers; add their values to 'answers' or "
            "'bins', or name an answer for them with 'missing'"
        )
    if len(answered.labels) < 2:
        return "every household gives the same answer"
    if question.ordered and {question.other, question.missing} & set(
        answered.labels[: answered.listed]
    ):
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
        if _separates(codes, measured):
            return f"its answers are a function of {word}, which the card has to estimate"
    return None


def _separates(codes: np.ndarray, measure: np.ndarray) -> bool:
    """Whether the answers cut a measure into intervals that don't overlap."""
    ranges = pd.Series(measure).groupby(codes).agg(["min", "max"]).sort_values("min")
    return bool((ranges["max"].to_numpy()[:-1] <= ranges["min"].to_numpy()[1:]).all())


def _formula_like(spec: Spec, found: Findings) -> None:
    """Text that a spreadsheet would take for a formula; the outputs write it as text."""
    for question in spec.questions:
        labels = [*(question.answers or {}), *(question.bins or {})]
        for text in (question.text, *labels):
            if text.lstrip()[:1] in ("=", "+", "-", "@") and not _a_number(text):
                found.cautions.append(
                    f"question {question.name!r}: {text!r} looks like a spreadsheet formula; "
                    "it will be written as plain text, but better words would be safer."
                )


def _a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
