"""Draft a specification from a survey's files, for an analyst to confirm and to complete."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from analysis import paths
from analysis.errors import ReportError
from analysis.scorecard.draft.column_roles import Roles, guess
from analysis.scorecard.draft.draft_questions import Drafted, draft_questions
from analysis.scorecard.spec.spec import Spec
from analysis.scorecard.survey.answers import HOUSEHOLD, INDIVIDUAL
from analysis.scorecard.survey.data_files import Table, read_table
from analysis.scorecard.survey.load import assemble
from analysis.scorecard.survey.reading import FILL_IN, Issues

CONFIRM = "# CONFIRM"


@dataclass(frozen=True)
class Draft:
    """A specification as text, its number of candidates, and of places to look at."""

    text: str
    questions: int
    places: int


def suggest(files: Sequence[Path], *, beside: Path) -> Draft:
    """Draft a specification.

    Parameters
    ----------
    files : sequence of Path
        The household file and, in any order, files with several rows a household.
    beside : Path
        The folder in which the specification will stand.

    Raises
    ------
    ReportError
        If a file can't be read, or if nothing names the households.
    """
    for path in files:
        if not path.is_file():
            raise ReportError(f"There is no file {path}.")
    tables = [read_table(path) for path in files]
    try:
        roles = guess(tables)
    except ValueError as error:
        raise ReportError(f"No draft can be made: {error}.") from None
    homes = tables[roles.household]
    people = None if roles.individual is None else tables[roles.individual]
    kinds = _kinds(len(files), roles)
    named = {kind: _file(files[i], beside) for kind, i in kinds.items()}
    head = _header(homes, roles, named, files[roles.household].stem)
    drafted = draft_questions(homes, people, roles)
    kept, left_out = _without_errors(head, drafted, {kind: tables[i] for kind, i in kinds.items()})
    lines = [*head, "questions:"]
    lines += [line for question in kept for line in question.lines()]
    if left_out:
        lines += ["", "# Columns that were left out, and why:", *(f"#   {w}" for w in left_out)]
    text = "\n".join(lines) + "\n"
    marks = sum(CONFIRM in line or FILL_IN in line for line in lines if line[:1] != "#")
    return Draft(text, len(kept), marks)


def _kinds(files: int, roles: Roles) -> dict[str, int]:
    """The position of the file of each kind."""
    kinds = {HOUSEHOLD: roles.household}
    if roles.individual is not None:
        kinds[INDIVIDUAL] = roles.individual
    others = [i for i in range(files) if i not in kinds.values()]
    return kinds | {f"other{number}": i for number, i in enumerate(others, start=1)}


def _file(path: Path, beside: Path) -> str:
    """The file as a specification in the folder ``beside`` should name it."""
    folders = {folder.resolve() for folder in (beside, *paths.data_folders())}
    here = path.resolve()
    return path.name if here.parent in folders else here.as_posix()


def _header(homes: Table, roles: Roles, files: dict[str, str], stem: str) -> list[str]:
    """Everything before the questions."""
    lines = [
        "# A draft made from the files alone. Look at every place that is marked with CONFIRM,",
        "# fill in what says FILL_IN, and write each question as it is to be read out.",
        f"name: {_name(stem)}",
        f"title: {_quoted(stem)}  {CONFIRM}: the survey in words",
        f"tested: false  {CONFIRM}: true, once every column and answer has been looked at",
        "files:",
        *(f"  {kind}: {_quoted(files[kind])}" for kind in (HOUSEHOLD, INDIVIDUAL) if kind in files),
    ]
    others = [kind for kind in files if kind not in (HOUSEHOLD, INDIVIDUAL)]
    if others:
        lines += ["  other:", *(f"    {kind}: {_quoted(files[kind])}" for kind in others)]
    lines.append(f"key: [{', '.join(_quoted(column) for column in roles.key)}]  {CONFIRM}")
    if roles.head:
        column, value = roles.head
        by = f", by: {_quoted(roles.sex)}" if roles.sex else ""
        head = f"column: {_quoted(column)}, values: {_quoted(value)}{by}"
        lines.append(f"head: {{{head}}}  {CONFIRM}")
    return [*lines, *_design(homes, roles), *_welfare(homes, roles)]


def _design(homes: Table, roles: Roles) -> list[str]:
    lines = ["design:"]
    for position in ("weight", "size", "region", "cluster"):
        column = getattr(roles, position)
        if column is None and position in ("weight", "cluster"):
            words = (
                "every household counts alike" if position == "weight" else "areas are not known"
            )
            lines.append(f"  # {position}: …  {CONFIRM}: none was found, so {words}")
            continue
        lines.append(f"  {position}: {_column(homes, column)}")
    if roles.urban:
        column, value = roles.urban
        lines.append(f"  urban: {{column: {_quoted(column)}, urban: {_quoted(value)}}}  {CONFIRM}")
    urban = [roles.urban[0]] if roles.urban else []
    strata = [roles.stratum] if roles.stratum else [c for c in (roles.region, *urban) if c]
    if strata and roles.cluster not in strata:
        lines.append(f"  stratum: [{', '.join(map(_quoted, strata))}]  {CONFIRM}")
    return lines


def _welfare(homes: Table, roles: Roles) -> list[str]:
    if roles.status:
        label = f"the poor by {roles.status}"
        return [f"lines:  {CONFIRM}: who counts as poor", f"  - name: {_name(roles.status)}",
                f"    label: {_quoted(label)}", f"    column: {_column(homes, roles.status)}",
                f"    poor: {FILL_IN}"]  # fmt: skip
    related = ", ".join(_quoted(column) for column in roles.related)
    return [
        "welfare:",
        f"  column: {_column(homes, roles.welfare)}",
        f"  unit: per person  {CONFIRM}: money by person, in which currency and of which year",
        f"  related: [{related}]  {CONFIRM}: all that welfare is made of, or that is made of it",
        f"lines:  {CONFIRM}: who counts as poor",
        "  - {name: poorest-40, label: the poorest 40% of persons, quantile: 0.40}",
    ]


def _without_errors(
    head: list[str], drafted: list[Drafted], tables: dict[str, Table]
) -> tuple[list[Drafted], list[str]]:
    """Leave out what a check would refuse or warn of: leaks, constants, unusable columns."""
    left_out = [f"{one.name}: {one.refused}" for one in drafted if one.refused]
    kept = [one for one in drafted if not one.refused]
    text = "\n".join([*head, "questions:", *(line for one in kept for line in one.lines())])
    issues = Issues()
    spec = Spec.model_validate(yaml.safe_load(text))
    assemble(spec, tables, issues, questions=1)
    refused = {}
    for words in (*issues.errors, *(c for c in issues.warnings if "leave it out" in c)):
        shown = re.match(r"question '([^']+)': (.*)", words)
        if shown:
            refused.setdefault(shown[1], shown[2])
    left_out += [f"{name}: {why}" for name, why in refused.items()]
    return [one for one in kept if one.name not in refused], left_out


def _column(table: Table, column: str | None) -> str:
    """A column with its label as a remark, or the place where it has to be filled in."""
    if column is None:
        return f"{FILL_IN}  {CONFIRM}: nothing was found"
    label = table.texts.get(column, "")
    return f"{_quoted(column)}  {CONFIRM}{f': {one_line(label)}' if label else ''}"


def _quoted(text: str) -> str:
    """Text as YAML can't mistake it."""
    return json.dumps(str(text), ensure_ascii=False)


def one_line(text: str) -> str:
    """Text without line breaks, to stand in a remark."""
    return " ".join(str(text).split())


def _name(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60].strip("-")
    return plain if plain[:1].isalpha() else f"survey-{plain}".strip("-")
