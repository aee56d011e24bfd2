"""Which rows of the files are used (``keep:``)."""

from __future__ import annotations

from dataclasses import replace

from analysis.scorecard.spec.spec import Spec
from analysis.scorecard.survey.answers import HOUSEHOLD, INDIVIDUAL, meets_all
from analysis.scorecard.survey.columns import Lost
from analysis.scorecard.survey.data_files import Table
from analysis.scorecard.survey.issues import Issues
from analysis.scorecard.wording import counted


def kept_rows(
    spec: Spec, tables: dict[str, Table], lost: Lost, found: Issues
) -> dict[str, Table] | None:
    """Return the tables with the rows that meet ``keep``; None if no household does."""
    rules = {HOUSEHOLD: spec.keep.household, INDIVIDUAL: spec.keep.individual, **spec.keep.other}
    kept = dict(tables)
    for kind, conditions in rules.items():
        usable = {c: test for c, test in conditions.items() if c not in lost.get(kind, {c})}
        if kind not in tables or not usable:
            continue
        table = tables[kind]
        met = meets_all(usable, table)
        if not met.any():
            found.errors.append(
                f"keep, {kind}: no row of {table.name} meets it; correct its values."
            )
            if kind == HOUSEHOLD:
                return None
            continue
        kept[kind] = replace(table, frame=table.frame[met].reset_index(drop=True))
        out = int((~met).sum())
        if out:
            columns = ", ".join(usable)
            found.notes.append(
                f"{counted(out, 'row')} of {table.name} {'is' if out == 1 else 'are'} left out by "
                f"'keep' ({columns})."
            )
    return kept
