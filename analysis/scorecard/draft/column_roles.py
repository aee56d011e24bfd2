"""Guess what the columns of a survey are, from their names, labels, types and values."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.scorecard.survey.data_files import Table
from analysis.scorecard.survey.leakage import separates

MONEY = re.compile(
    r"expend|consum|income|welfare|spending|ingres|gasto|dépens|depens|revenu|(^|_)(pc)?_?exp(_|\d|$)"
)
PER_PERSON = re.compile(r"per.?cap|per person|(^|_)pc|pcer|adult.?eq|percap|par t[eê]te|adeq")
DERIVED = re.compile(r"quint|decil|percentil|poor\b|povert|pobre|pobrez|pauvr|(^|_)pov")
WEIGHT = re.compile(r"weight|(^|_)w(gh?)?t(_|\d|$)|hhw|expansion|ponder|(^|_)pond|fexp|poids")
SIZE = re.compile(r"(hh|household).?size|hhsize|members|tamh|taille|num_?per|persons in")
REGION = re.compile(r"region|provin|(^|_)prov|admin ?1|geo_?1|\bstate\b|depart|r[eé]gion")
CLUSTER = re.compile(
    r"(^|_)(ea|psu|upm|clust(er)?|grappe|segment|cluster_?id)(_|\d|$)"
    r"|enumeration|primary sampling|conglomer|\bcluster\b"
)
STRATUM = re.compile(r"strat")
AGE = re.compile(r"^age$|age in (completed )?years|^edad|^[a-z]*_?age$|\bâge\b")
KEY = re.compile(r"(^|_)(hh|hid|id|key|folio|hogar|household|menage|case)|id$")
SEX = re.compile(r"^(sex|gender|sexe|sexo)\b|(^|_)(sex|gender|sexe|sexo)$")
HEAD = re.compile(r"\b(head|chef|jefe|jefa)\b")
MAX_ANSWERS = 12  # more values than a question has answers


@dataclass(frozen=True)
class Roles:
    """What is guessed of a survey; None where there is nothing to guess from.

    ``household`` and ``individual`` are positions of the files; ``related`` are columns made
    of welfare, or of which it is made.
    """

    household: int
    individual: int | None
    key: list[str]
    weight: str | None = None
    size: str | None = None
    region: str | None = None
    urban: tuple[str, str] | None = None
    stratum: str | None = None
    cluster: str | None = None
    welfare: str | None = None
    status: str | None = None
    head: tuple[str, str] | None = None
    age: str | None = None
    sex: str | None = None
    related: list[str] = field(default_factory=list)

    @property
    def taken(self) -> set[str]:
        """Columns of the household file that are no candidates."""
        single = {self.weight, self.region, self.stratum, self.cluster, self.welfare, self.status}
        urban = {self.urban[0]} if self.urban else set()
        return {*self.key, *single, *urban, *self.related} - {None}


def guess(tables: list[Table]) -> Roles:
    """Guess the role of every column that a specification names.

    Raises
    ------
    ValueError
        If no file has a column, or two or three together, that names each of its rows.
    """
    household, key = _household(tables)
    homes = tables[household]
    individual = _individual(tables, household, key)
    people = None if individual is None else tables[individual]
    weight = _best(homes, WEIGHT, _positive, prefer=r"hh|house", avoid=r"pop|child|person|body")
    region = _best(homes, REGION, lambda v: 2 <= v.nunique() <= 40, prefer=r"region|admin|prov")
    cluster = _best(homes, CLUSTER, lambda v: 10 <= v.nunique() <= len(v) / 2)
    welfare = _welfare(homes)
    urban = _urban(homes)
    return Roles(
        household, individual, key,
        weight=weight,
        size=_size(homes, people, key),
        region=region,
        urban=urban,
        stratum=_best(homes, STRATUM, lambda v: 2 <= v.nunique() <= 200),
        cluster=cluster,
        welfare=welfare,
        status=None if welfare else _best(homes, DERIVED, lambda v: 2 <= v.nunique() <= 4),
        head=_head(people),
        age=None if people is None else _best(people, AGE, _ages),
        sex=None if people is None else _best(people, SEX, lambda v: v.nunique() == 2),
        related=_related(homes, welfare, _size(homes, people, key)),
    )  # fmt: skip


def name_and_label(table: Table, column: str) -> str:
    """Name and label of a column, as the patterns want them."""
    return f"{column} {table.texts.get(column, '')}".casefold().strip()


def _matches(pattern: re.Pattern, table: Table, column: str) -> bool:
    return any(pattern.search(t.casefold()) for t in (column, table.texts.get(column, "")))


def _best(table: Table, pattern, fits, prefer: str = "$^", avoid: str = "$^") -> str | None:
    """The column whose name or label matches and whose values fit; the likeliest of several."""
    matching = [c for c in table.frame.columns
             if _matches(pattern, table, c) and fits(table.frame[c].dropna())]  # fmt: skip

    def unlikely(column: str) -> tuple:
        words = name_and_label(table, column)
        missing = table.frame[column].isna().any()
        return missing, bool(re.search(avoid, words)), not re.search(prefer, words)

    return min(matching, key=unlikely, default=None)


def _positive(values: pd.Series) -> bool:
    return len(values) > 0 and pd.api.types.is_numeric_dtype(values) and bool((values > 0).all())


def _ages(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and values.nunique() > 20 and values.max() <= 130


def _household(tables: list[Table]) -> tuple[int, list[str]]:
    """The household file, and the columns that name a household in it and in the others."""
    for many in (1, 2, 3):
        for position, table in enumerate(tables):
            others = [t for i, t in enumerate(tables) if i != position]
            shared = [c for c in table.frame.columns if all(c in t.frame.columns for t in others)]
            for columns in itertools.combinations(_key_columns(table, shared)[:12], many):
                if _names_rows(table, others, list(columns)):
                    return position, list(columns)
    raise ValueError(
        "no file has a column, or two or three together, that names each of its rows and stands "
        "in the other files too; write 'key' by hand"
    )


def _key_columns(table: Table, columns: list[str]) -> list[str]:
    def could_be(column: str) -> bool:
        values = table.frame[column]
        whole = not pd.api.types.is_float_dtype(values) or bool((values % 1 == 0).all())
        return whole and not values.isna().any() and column not in table.labels

    return sorted(filter(could_be, columns), key=lambda c: not KEY.search(c.casefold()))


def _names_rows(table: Table, others: list[Table], columns: list[str]) -> bool:
    if table.frame.duplicated(columns).any():
        return False
    if not others:
        return bool(KEY.search(columns[0].casefold())) or len(columns) > 1
    return any(other.frame.duplicated(columns).any() for other in others)


def _individual(tables: list[Table], household: int, key: list[str]) -> int | None:
    """The file of persons: the other file that has heads or ages; else the first of them."""
    others = [i for i in range(len(tables)) if i != household]
    for i in others:
        if _head(tables[i]) or _best(tables[i], AGE, _ages):
            return i
    return None


def _size(homes: Table, people: Table | None, key: list[str]) -> str | None:
    """The column that holds the number of persons, or whose name says so."""
    fits = lambda v: _positive(v) and bool((v % 1 == 0).all()) and v.max() <= 60  # noqa: E731
    if people is not None:
        counted = people.frame.groupby(key, dropna=False).size()
        index = pd.MultiIndex.from_frame(homes.frame[key]) if len(key) > 1 else homes.frame[key[0]]
        persons = counted.reindex(index).to_numpy()
        for column in homes.frame.columns:
            values = homes.frame[column]
            if pd.api.types.is_numeric_dtype(values) and np.array_equal(values, persons):
                return column
    return _best(homes, SIZE, fits)


def _urban(homes: Table) -> tuple[str, str] | None:
    """The column with an urban and a rural value, and its urban value."""
    for column in homes.frame.columns:
        if homes.frame[column].nunique() > 4:
            continue
        words = [w for w in homes.coded(column).dropna().unique() if isinstance(w, str)]
        towns = [w for w in words if re.search(r"urba", w.casefold())]
        if towns and any(re.search(r"rura", w.casefold()) for w in words):
            return column, towns[0]
    return None


def _welfare(homes: Table) -> str | None:
    """The likeliest measure of welfare: money, by person rather than by household."""
    best, most = None, 1
    for column in homes.frame.columns:
        values = homes.frame[column].dropna()
        if not pd.api.types.is_numeric_dtype(values) or values.nunique() < 50:
            continue
        words = name_and_label(homes, column)
        if _matches(WEIGHT, homes, column) or re.search(r"share|ratio|number", words):
            continue
        score = 2 * _matches(MONEY, homes, column) + 3 * _matches(PER_PERSON, homes, column)
        score += bool(re.search(r"total|aggregate|real", words))
        if score > most and _matches(MONEY, homes, column):
            best, most = column, score
    return best


def _related(homes: Table, welfare: str | None, size: str | None) -> list[str]:
    """Columns that are money, or a rank of it, or that welfare cuts up without overlap."""
    matching = []
    for column in homes.frame.columns:
        values = homes.frame[column]
        if column in (welfare, size):
            continue
        money = values.nunique() > MAX_ANSWERS and _matches(MONEY, homes, column)
        rank = welfare is not None and _follows(values, homes.frame[welfare])
        if money or rank or _matches(DERIVED, homes, column):
            matching.append(column)
    return matching


def _follows(values: pd.Series, welfare: pd.Series) -> bool:
    """Whether a column is a rank of welfare, or welfare's intervals by another name."""
    known = values.notna() & welfare.notna()
    if known.sum() < 50 or values[known].nunique() < 2:
        return False
    if values[known].nunique() <= MAX_ANSWERS:
        codes = pd.factorize(values[known])[0]
        return separates(codes, welfare[known].to_numpy(dtype=float))
    if not pd.api.types.is_numeric_dtype(values):
        return False
    return abs(values[known].corr(welfare[known], method="spearman")) > 0.8


def _head(people: Table | None) -> tuple[str, str] | None:
    """The column that tells the head of the household, and its value for the head."""
    if people is None:
        return None
    for column in people.frame.columns:
        if people.frame[column].nunique() > 30:
            continue
        for word in people.coded(column).dropna().unique():
            if isinstance(word, str) and HEAD.search(word.casefold()) and len(word) < 30:
                return column, word
    return None
