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

OWN_DEFINITIONS = {
    "cz": ("Number of the 1990 commuting zone", "Identifier"),
    "zone": ("Name of the commuting zone, after its largest place", "Identifier"),
    "state": ("State that holds the zone, or most of it", "Identifier"),
    "population": ("Residents of the commuting zone in the 2000 Census", "Population"),
    "urban": ("Whether the zone intersects a metropolitan statistical area", "Population"),
    "income_growth": (
        "Annual growth of income from the 2000 Census to the American Community Survey of "
        "2006-2010",
        "Local labor market",
    ),
    "children": (
        "Children of the 1980-82 birth cohorts whose records the mobility estimates use",
        "Mobility",
    ),
}
"""Definition and domain of the columns that the source does not define."""

CAUTIONS = {
    "teen_labor_force": "The values are far smaller than such a fraction can be; the source "
    "does not explain their scale, which leaves correlations as they are",
    "rm_college_quality": "Zero in the source where the estimate is missing, read as missing",
    "religious_share": "Adherents are counted where they worship, so the share can exceed 1",
}
"""What a reader of the values should know, added to the definition."""

MEASURED_LATER = {
    "tax_progressivity": "2008",
    "college_graduation": "2009",
    "migration_inflow": "2004-2005",
    "migration_outflow": "2004-2005",
    "income_growth": "2000 to 2006-2010",
}
"""Traits dated, by the source, after the childhood of the 1980-82 cohorts, and when.

The youngest turned 18 in 2000, so that the Census of that year and the school year 2000-2001
still stand at the end of it.
"""

LATER_MARK = "*"


def marked_titles(codebook: pd.DataFrame) -> pd.Series:
    """Titles with a mark behind those of traits that were measured after childhood."""
    later = codebook["measured_later"] != ""
    return codebook["title"].where(~later, codebook["title"] + LATER_MARK)


def read_definitions(sheet: Sheet) -> dict[str, dict[str, str]]:
    """Entries of Table 9 by normalised title: definition, source and domain."""
    headers = ("Variable", "Definition", "Source")
    return {normal(entry["Variable"]): entry for entry in read_entries(sheet, headers)}


def read_descriptions(sheet: Sheet) -> dict[str, dict[str, str]]:
    """Entries of the notes above Table 5 by normalised title."""
    headers = ("Variable", "Description")
    entries = read_entries(sheet, headers, last=re.compile("note:", re.IGNORECASE))
    return {normal(entry["Variable"]): entry for entry in entries}


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
    rows = [_characteristic(column, definitions) for column in CHARACTERISTICS]
    shared = {column.name for column in CHARACTERISTICS}
    rows += [_mobility(column, descriptions) for column in MOBILITY if column.name not in shared]
    return pd.DataFrame(rows).set_index("name")


def _characteristic(column: Column, definitions: dict[str, dict[str, str]]) -> dict[str, object]:
    if column.name in OWN_DEFINITIONS:
        return _row(column, *OWN_DEFINITIONS[column.name], "Online Data Table 8", 8)
    entry = _entry(column, definitions, "Online Data Table 9")
    return _row(column, entry["Definition"], _sentence_case(entry["group"]), entry["Source"], 8)


def _mobility(column: Column, descriptions: dict[str, dict[str, str]]) -> dict[str, object]:
    source = "Tax records, core sample (Online Data Table 5)"
    if column.name in OWN_DEFINITIONS:
        return _row(column, *OWN_DEFINITIONS[column.name], source, 5)
    entry = _entry(column, descriptions, "the notes of Online Data Table 5")
    return _row(column, entry["Description"], "Mobility", source, 5)


def _entry(column: Column, entries: dict[str, dict[str, str]], where: str) -> dict[str, str]:
    wanted = normal(column.entry or column.header)
    if wanted not in entries:
        raise ReportError(
            f"The workbook's definition of {column.header!r} is missing from {where}, "
            f"where it stood as {column.entry or column.header!r}: get the workbook again."
        )
    return entries[wanted]


def _row(column: Column, definition: str, domain: str, source: str, table: int) -> dict:
    caution = CAUTIONS.get(column.name)
    text = definition.rstrip(". ") + (f". {caution}." if caution else ".")
    return {
        "name": column.name,
        "title": column.title,
        "original": column.header,
        "unit": column.unit,
        "definition": _mend(text),
        "domain": _mend(domain),
        "source": _mend(source),
        "table": table,
        "kind": column.kind,
        "measured_later": MEASURED_LATER.get(column.name, ""),
    }


def _mend(text: str) -> str:
    for wrong, right in MENDED.items():
        text = text.replace(wrong, right)
    return " ".join(text.split())


def _sentence_case(text: str) -> str:
    """Lower-case every word but the first: "Family Structure" becomes "Family structure"."""
    first, *rest = text.split()
    return " ".join([first, *(word.lower() for word in rest)])
