"""The four tables of the workbook that the report uses, read and checked against each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.data.codebook import build_codebook, read_definitions, read_descriptions
from analysis.data.names import CHARACTERISTICS, COUNTIES, MOBILITY
from analysis.data.states import POSTAL_BY_NAME
from analysis.data.workbook import find_sheet, open_workbook, read_table
from analysis.errors import ReportError

ZONE_COUNT = 741
"""Commuting zones of 1990 that cover the United States."""
COUNTY_COUNT = 3141
"""Counties and their equivalents in 2000."""


@dataclass(frozen=True)
class Tables:
    """What the workbook holds, one frame a table, columns renamed and nothing else changed."""

    characteristics: pd.DataFrame
    mobility: pd.DataFrame
    counties: pd.DataFrame
    codebook: pd.DataFrame


def read_workbook(path: Path) -> Tables:
    """Read and check Tables 3, 5, 8 and 9 of the workbook.

    Raises
    ------
    ReportError
        If the file is not the workbook, or a table is not as expected.
    """
    with open_workbook(path) as book:
        sheets = {
            number: find_sheet(book, path, f"Online Data Table {number}")
            for number in ("III", "V", "VIII", "IX")
        }
        tables = Tables(
            characteristics=read_table(sheets["VIII"], CHARACTERISTICS),
            mobility=read_table(sheets["V"], MOBILITY),
            counties=_postal_states(read_table(sheets["III"], COUNTIES), path),
            codebook=build_codebook(read_definitions(sheets["IX"]), read_descriptions(sheets["V"])),
        )
    _require_same_zones(tables, path)
    return tables


def _postal_states(counties: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Write states as the other tables do: Table 3 spells them out."""
    postal = counties["state"].map(POSTAL_BY_NAME)
    if postal.isna().any():
        unknown = counties.loc[postal.isna(), "state"].iloc[0]
        raise ReportError(f"Online Data Table 3 in {path} has an unknown state, {unknown!r}.")
    return counties.assign(state=postal.astype("str"))


def _require_same_zones(tables: Tables, path: Path) -> None:
    zones = set(tables.characteristics["cz"])
    if len(zones) != ZONE_COUNT:
        raise ReportError(
            f"Online Data Table 8 in {path} has {len(zones)} commuting zones where "
            f"{ZONE_COUNT} are expected: get the workbook again."
        )
    for number, table in ((5, tables.mobility), (3, tables.counties)):
        if difference := zones.symmetric_difference(table["cz"]):
            raise ReportError(
                f"Online Data Tables {number} and 8 in {path} do not cover the same "
                f"commuting zones ({len(difference)} stand in only one of them, for example "
                f"{min(difference)}): get the workbook again."
            )
    if len(tables.counties) != COUNTY_COUNT:
        raise ReportError(
            f"Online Data Table 3 in {path} has {len(tables.counties):,} counties where "
            f"{COUNTY_COUNT:,} are expected: get the workbook again."
        )
