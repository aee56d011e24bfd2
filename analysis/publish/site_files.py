"""Write the machine-readable results that the site offers for download."""

from __future__ import annotations

import pandas as pd

from analysis.errors import ReportError
from analysis.paths import RESULTS, ROOT
from analysis.store import atomic
from analysis.store.csv_text import as_csv


def write_table(name: str, table: pd.DataFrame) -> str:
    """Write a table below ``results/`` and give its path relative to the project.

    The file appears whole or not at all. Floats keep ten significant digits; text that a
    spreadsheet would run gets an apostrophe before it.

    Raises
    ------
    ReportError
        If the folder can't be written to.
    """
    return write_text(name, as_csv(table, "%.10g"))


def drop_table(name: str) -> None:
    """Remove a table that an earlier build wrote from data that are gone."""
    (RESULTS / name).unlink(missing_ok=True)


def write_text(name: str, text: str) -> str:
    """Write any text file below ``results/``, as ``write_table`` does a table."""
    path = RESULTS / name
    try:
        atomic.write(path, text)
    except OSError as fault:
        raise ReportError(
            f"Results can't be written to {path.parent} ({fault.strerror}): "
            "make the folder writable or free some space, then build again."
        ) from fault
    return path.relative_to(ROOT).as_posix()
