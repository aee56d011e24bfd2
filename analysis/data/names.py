"""The variables of the workbook's tables, as ``data/columns.csv`` lists them, one row each.

``data/README.md`` explains the columns of that file.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, fields

from analysis import paths

TARGET = "am"

RANGES = {
    "share": (0.0, 1.0),
    "percent": (0.0, 100.0),
    "rank": (0.0, 100.0),
    # No more than the country has residents; no income or spending a person above ten millions.
    "count": (0.0, 3e8),
    "dollars": (0.0, 1e7),
    "thousands": (0.0, 1e4),
    "rate": (0.0, 100.0),
    "indicator": (0.0, 1.0),
    # A Gini coefficient exceeds 1 where incomes are negative, and an index misses 0 by a hair.
    "index": (-0.1, 2.0),
    "slope": (-2.0, 2.0),
    "residual": (-100.0, 100.0),
}
"""Values that a kind of column can take: no real one is outside, and few damaged ones inside."""


@dataclass(frozen=True)
class Column:
    """One variable of one table of the workbook.

    Attributes
    ----------
    name, header : str
        Name in data frames, and in the workbook (white space and case aside).
    title, unit : str
        For readers.
    kind : str
        A key of `RANGES`, "identifier" or "text": for checks and for number formats.
    role : str
        "trait" if it is set against the target.
    entry : str
        Title of its entry in the workbook's codebook.
    domain, definition, caution, measured_later : str
        For `analysis.data.codebook`; a definition only where the workbook has none.
    """

    name: str
    header: str
    title: str
    unit: str
    kind: str
    role: str
    entry: str
    domain: str
    definition: str
    caution: str
    measured_later: str

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest value allowed."""
        return RANGES.get(self.kind, (-math.inf, math.inf))


def read_columns(table: int) -> tuple[Column, ...]:
    """Read the variables of one table of the workbook, in the order of its sheet."""
    names = [field.name for field in fields(Column)]
    with paths.COLUMNS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["table"] == str(table)]
    return tuple(
        Column(**{name: row[name] for name in names} | {"entry": row["entry"] or row["header"]})
        for row in rows
    )


CHARACTERISTICS, MOBILITY, COUNTIES = (read_columns(table) for table in (8, 5, 3))

FEATURES = tuple(column.name for column in CHARACTERISTICS if column.role == "trait")
"""The traits that are set against the target: Table 8 without identifiers and race."""

MEASURED_LATER = frozenset(column.name for column in CHARACTERISTICS if column.measured_later)
"""Traits dated, by the source, after the childhood of the 1980-82 cohorts.

The youngest turned 18 in 2000, so that the Census of that year and the school year 2000-2001
still stand at the end of it.
"""
