"""Groups of households by their heads, such as the head's sex, to report errors by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.scorecard.spec.spec import Spec
from analysis.scorecard.survey.answer_order import natural
from analysis.scorecard.survey.answers import INDIVIDUAL, Individuals
from analysis.scorecard.survey.columns import Lost
from analysis.scorecard.survey.issues import Issues
from analysis.scorecard.survey.person_files import Members

MOST = 12  # groups of a column
UNKNOWN = "not known"

Groups = tuple[tuple[str, tuple[str, ...], np.ndarray], ...]


def head_groups(spec: Spec, members: Members, lost: Lost, found: Issues) -> Groups:
    """The groups of each column of ``head: by``: its name, theirs, and each household's."""
    people = members.files.get(INDIVIDUAL)
    if spec.head is None or people is None or people.head is None:
        return ()
    made = []
    for column in dict.fromkeys(spec.head.by or []):
        if column in lost[INDIVIDUAL]:
            continue
        names, codes = _groups(column, people)
        if len(names) > MOST:
            found.errors.append(
                f"head, by: {column!r} has {len(names)} values, which are too many groups; name a "
                f"column with {MOST} at most."
            )
            continue
        made.append((column, names, codes))
    return tuple(made)


def _groups(column: str, people: Individuals) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of the groups in their natural order, and the group of each household."""
    heads = np.flatnonzero(people.head & (people.household >= 0))
    first = pd.Series(heads).groupby(people.household[heads]).first()
    raw = people.table.frame[column].iloc[first].reset_index(drop=True)
    words = people.table.coded(column).iloc[first].reset_index(drop=True).map(_word)
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


def _word(value) -> str | None:
    if pd.isna(value):
        return None
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()
