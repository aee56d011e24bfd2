"""Write small workbooks in the layout of the real one, whole or broken."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import xlwt

from analysis.data.names import CHARACTERISTICS, COUNTIES, MOBILITY
from analysis.data.states import NAME_BY_POSTAL
from analysis.data.tables import Tables

ZONES = 12
T3, T5, T8, T9 = (f"Online Data Table {number}" for number in (3, 5, 8, 9))
Sheets = dict[str, list[list[object]]]


def first_zones(tables: Tables, count: int = ZONES) -> Tables:
    """The tables with their first zones only."""
    zones = tables.characteristics["cz"].iloc[:count]
    return Tables(
        characteristics=tables.characteristics.iloc[:count],
        mobility=tables.mobility.iloc[:count],
        counties=tables.counties[tables.counties["cz"].isin(zones)].reset_index(drop=True),
        codebook=tables.codebook,
    )


def sheets_of(tables: Tables) -> Sheets:
    """Lay the tables out as the source does: titles, notes, header, numbering, rows."""
    spelt_out = tables.counties.assign(state=tables.counties["state"].map(NAME_BY_POSTAL))
    notes = [["Variable", "Description"]]
    notes += [[column.entry, f"About {column.name}."] for column in MOBILITY]
    return {
        "Table of Contents": [["Contents"]],
        T3: [["Online Data Table III"], [], *_table(spelt_out, COUNTIES)],
        T5: [
            ["Online Data Table V"],
            [],
            *notes,
            [],
            ["Note: RM stands for relative mobility"],
            [],
            *_table(tables.mobility, MOBILITY, gap=True),
        ],
        T8: [
            ["Online Data Table VIII"],
            ["Commuting Zone Characteristics"],
            [],
            *_table(tables.characteristics, CHARACTERISTICS, negative=3),
            ["Notes: a footnote below the table."],
        ],
        T9: [["Online Data Table IX"], [], *_definitions()],
    }


def write_workbook(path: Path, tables: Tables, change: Callable[[Sheets], object] = list) -> Path:
    """Write an .xls workbook of the tables, after a change to its sheets.

    Text such as "#DIV/0!" becomes an error value.
    """
    sheets = sheets_of(tables)
    change(sheets)
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if isinstance(value, str) and value.startswith("#"):
                    sheet.row(i).set_cell_error(j, value)
                elif value is not None:
                    sheet.write(i, j, value)
    book.save(str(path))
    return path


def cell_of(sheets: Sheets, sheet: str, header: str, row: int) -> tuple[list[object], int]:
    """The row of the sheet, and the place in it, of a value under a header (row from 0)."""
    rows = sheets[sheet]
    top = next(i for i, cells in enumerate(rows) if header in cells and len(cells) > 3)
    body = [cells for cells in rows[top + 2 :] if len(cells) > 3]
    return body[row], rows[top].index(header)


def _table(frame: pd.DataFrame, columns, gap: bool = False, negative: int = 0) -> list[list]:
    numbering = [
        -place if place <= negative else f"({place})" for place in range(1, len(columns) + 1)
    ]
    body = [[_plain(value) for value in row] for row in frame.itertuples(index=False)]
    return [[column.header for column in columns], numbering, *([[]] if gap else []), *body]


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value
    return None if np.isnan(value) else float(value)


def _definitions() -> list[list[object]]:
    rows = [[None, "Variable", "Definition", None, "Source"], [None, "(1)", "(2)", None, "(3)"]]
    for column in CHARACTERISTICS:
        if not column.definition:
            text = [None, column.entry, f"About {column.name}.", None, "A source"]
            rows += [text, []]
    return rows
