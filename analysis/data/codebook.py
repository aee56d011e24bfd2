"""The codebook: what each column of the zones means, from the workbook's own definitions."""

from __future__ import annotations

import re

import pandas as pd

from analysis.data.names import CHARACTERISTICS, MOBILITY, Column
from analysis.data.workbook import Sheet, normal, read_entries
from analysis.errors import ReportError

MENDED = {
    "Outlflow": "Outflow",
    "out of the CZ from other CZs": "out of the CZ to other CZs",
    "insitutions": "institutions",
    "25pth": "25th",
}
"""Slips of the source's wording, mended wherever they stand."""

LATER_MARK = "*"
ENTRIES = {8: "Online Data Table 9", 5: "the notes of Online Data Table 5"}
"""Where the workbook defines the columns of a table."""
SOURCES = {8: "Online Data Table 8", 5: "Tax records, core sample (Online Data Table 5)"}
"""Source of what has none in the workbook."""


def marked_titles(codebook: pd.DataFrame) -> pd.Series:
    """Titles with a mark behind those of traits that were measured after childhood."""
    later = codebook["measured_later"] != ""
    return codebook["title"].where(~later, codebook["title"] + LATER_MARK)


def read_definitions(sheet: Sheet) -> dict[str, dict[str, str]]:
    """Entries of Table 9 by normalized title: definition and source."""
    headers = ("Variable", "Definition", "Source")
    return {normal(entry["Variable"]): entry for entry in read_entries(sheet, headers)}


def read_descriptions(sheet: Sheet) -> dict[str, dict[str, str]]:
    """Entries of the notes above Table 5 by normalized title: definition."""
    headers = ("Variable", "Description")
    entries = read_entries(sheet, headers, last=re.compile("note:", re.IGNORECASE))
    return {normal(entry["Variable"]): {"Definition": entry["Description"]} for entry in entries}


def build_codebook(
    definitions: dict[str, dict[str, str]], descriptions: dict[str, dict[str, str]]
) -> pd.DataFrame:
    """Join the columns of the zones to their definitions.

    Parameters
    ----------
    definitions, descriptions : dict
        As `read_definitions` and `read_descriptions` give them.

    Returns
    -------
    pandas.DataFrame
        Indexed by column name, all of str but `table`: title, original, unit, definition,
        domain, source, table (8 or 5), kind, measured_later (when, for a trait measured after
        the childhood of the 1980-82 cohorts; empty for others).

    Raises
    ------
    ReportError
        If a column has no entry.
    """
    rows = [_row(column, 8, definitions) for column in CHARACTERISTICS]
    shared = {column.name for column in CHARACTERISTICS}
    rows += [_row(column, 5, descriptions) for column in MOBILITY if column.name not in shared]
    return pd.DataFrame(rows).set_index("name")


def _row(column: Column, table: int, entries: dict[str, dict[str, str]]) -> dict[str, object]:
    entry = {"Definition": column.definition} if column.definition else None
    entry = entry or entries.get(normal(column.entry))
    if entry is None:
        raise ReportError(
            f"The workbook's definition of {column.header!r} is missing from {ENTRIES[table]}, "
            f"where it stood as {column.entry!r}: get the workbook again."
        )
    caution = f"{column.caution}." if column.caution else ""
    return {
        "name": column.name,
        "title": column.title,
        "original": column.header,
        "unit": column.unit,
        "definition": _mend(f"{entry['Definition'].rstrip('. ')}. {caution}"),
        "domain": column.domain,
        "source": _mend(entry.get("Source", SOURCES[table])),
        "table": table,
        "kind": column.kind,
        "measured_later": column.measured_later,
    }


def _mend(text: str) -> str:
    for wrong, right in MENDED.items():
        text = text.replace(wrong, right)
    return " ".join(text.split())
