"""Pick rows of tidy result tables by the values of some columns."""

from __future__ import annotations

import pandas as pd


def where(table: pd.DataFrame, **values: object) -> pd.DataFrame:
    """The rows in which every named column has the given value."""
    for column, value in values.items():
        table = table[table[column] == value]
    return table


def one(table: pd.DataFrame, **values: object) -> pd.Series:
    """The single row in which every named column has the given value.

    Raises
    ------
    LookupError
        If no row or more than one fits.
    """
    rows = where(table, **values)
    if len(rows) != 1:
        raise LookupError(f"{len(rows)} rows at {values}")
    return rows.iloc[0]
