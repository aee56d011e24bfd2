"""Read tables out of an .xls workbook whose sheets carry titles, notes and footnotes.

Sheets are found by name or by the title in their cells, and columns by their headers, so
that a table that has moved is still read and one that has changed is refused.
"""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xlrd

from analysis.data.names import Column
from analysis.errors import ReportError

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_SECTOR = 512  # bytes, of which such a file has a whole number
_EMPTY = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
_MEND = "correct the cell or get the workbook again"
# Line breaks and other control characters, which no name needs.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_BLANK_TEXT = {"", "."}


def normal(text: object) -> str:
    """Text as compared: case and white space aside."""
    return " ".join(str(text).split()).casefold()


@dataclass(frozen=True)
class Sheet:
    """A sheet of an open workbook, with the file it comes from for messages."""

    path: Path
    title: str
    cells: xlrd.sheet.Sheet

    def where(self, row: int, column: int) -> str:
        """Name a cell as a spreadsheet program does, with its sheet and file."""
        return f"Cell {xlrd.colname(column)}{row + 1} of {self.title} in {self.path}"

    def values(self, row: int) -> list[object]:
        """Values of a row, text stripped, empty cells as None."""
        return [_value(cell) for cell in self.cells.row(row)]


def open_workbook(path: Path) -> xlrd.book.Book:
    """Open a workbook without reading its sheets yet.

    Raises
    ------
    ReportError
        If the file is not a whole .xls workbook.
    """
    again = "delete it and get it again"
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise ReportError(f"{path} cannot be read ({error.strerror}).") from error
    if start.lstrip().startswith(b"<"):
        raise ReportError(f"{path} is a web page and not an .xls workbook: {again}.")
    if start.startswith(b"PK"):
        raise ReportError(f"{path} is an .xlsx or zip file and not an .xls workbook: {again}.")
    if not start.startswith(_OLE):
        raise ReportError(f"{path} is not an .xls workbook: {again}.")
    if path.stat().st_size % _SECTOR:
        raise ReportError(f"{path} is a damaged or truncated .xls workbook: {again}.")
    try:
        with open(os.devnull, "w") as silence:
            return xlrd.open_workbook(path, on_demand=True, logfile=silence)
    except Exception as error:  # a broken file makes xlrd fail in many ways
        raise ReportError(f"{path} is a damaged or truncated .xls workbook: {again}.") from error


def find_sheet(book: xlrd.book.Book, path: Path, title: str) -> Sheet:
    """Find a sheet by its name, its number in figures, or the title in its first cells.

    Parameters
    ----------
    title : str
        As in the cells, with the number in Roman numerals: "Online Data Table VIII".

    Raises
    ------
    ReportError
        If no sheet has that title, or the sheet cannot be read.
    """
    names = {normal(name): name for name in book.sheet_names()}
    wanted = (normal(title), normal(_in_figures(title)))
    name = next((names[key] for key in wanted if key in names), None)
    if name is None:
        name = next((n for n in book.sheet_names() if _titled(_sheet(book, path, n), title)), None)
    if name is None:
        raise ReportError(
            f"{path} has no sheet {_in_figures(title)!r} (its sheets: "
            f"{', '.join(book.sheet_names())}): get the workbook again."
        )
    return Sheet(path, name, _sheet(book, path, name))


def read_table(sheet: Sheet, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Read the rows under the header row, one column a `Column`, the first one the key.

    Rows that are blank, number the columns, or hold only a footnote are skipped.

    Returns
    -------
    pandas.DataFrame
        Identifiers as int64, text as str, everything else as float64 with NaN where the
        cell is empty.

    Raises
    ------
    ReportError
        If a header is missing, the table has no rows, a cell is of the wrong type or out of
        range, or a key stands twice.
    """
    header, indices = _find_header(sheet, columns)
    rows = [row for row in range(header + 1, sheet.cells.nrows) if _is_data(sheet, row, indices[0])]
    if not rows:
        raise ReportError(f"{sheet.title} in {sheet.path} has headers but no rows below them.")
    table = pd.DataFrame(
        {
            column.name: _read_column(sheet, column, index, rows)
            for column, index in zip(columns, indices, strict=True)
        }
    )
    _require_unique(sheet, columns[0], indices[0], table, rows)
    return table


def read_entries(
    sheet: Sheet, headers: tuple[str, ...], last: re.Pattern[str] | None = None
) -> list[dict[str, str]]:
    """Read text rows under a row that holds the given headers.

    Parameters
    ----------
    headers : tuple of str
        The first one names the entry; rows without it are skipped.
    last : re.Pattern, optional
        Reading ends at a row whose first filled cell matches.
    """
    wanted = [normal(header) for header in headers]
    for row in range(sheet.cells.nrows):
        found = [normal(value) for value in sheet.values(row)]
        if all(header in found for header in wanted):
            break
    else:
        raise ReportError(
            f"{sheet.title} in {sheet.path} has no row with the headers {', '.join(headers)}."
        )
    indices = [found.index(header) for header in wanted]
    entries = []
    for values in map(sheet.values, range(row + 1, sheet.cells.nrows)):
        filled = [str(value) for value in values if value is not None]
        if last and filled and last.match(filled[0]):
            break
        texts = ["" if values[index] is None else str(values[index]) for index in indices]
        if texts[0] and not re.fullmatch(r"\(\d+\)", texts[0]):
            entries.append(dict(zip(headers, texts, strict=True)))
    return entries


def _in_figures(title: str) -> str:
    """The title with its Roman numeral in figures, as the sheets are named."""
    numerals = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
    words, _, numeral = title.rpartition(" ")
    return f"{words} {numerals.index(numeral) + 1}"


def _sheet(book: xlrd.book.Book, path: Path, name: str) -> xlrd.sheet.Sheet:
    try:
        return book.sheet_by_name(name)
    except Exception as error:  # as in open_workbook
        raise ReportError(
            f"{path} is damaged or truncated in its sheet {name!r}: delete it and get it again."
        ) from error


def _titled(cells: xlrd.sheet.Sheet, title: str) -> bool:
    rows = range(min(5, cells.nrows))
    return any(normal(value) == normal(title) for row in rows for value in cells.row_values(row))


def _value(cell: xlrd.sheet.Cell) -> object:
    if cell.ctype in _EMPTY:
        return None
    if cell.ctype == xlrd.XL_CELL_TEXT:
        text = " ".join(_CONTROL.sub(" ", cell.value).split())
        return None if text in _BLANK_TEXT else text
    return cell.value


def _shown(cell: xlrd.sheet.Cell) -> str:
    """A cell's value for a message, error values by their name."""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "an error value")
    value = _value(cell)
    return "nothing" if value is None else repr(value)


def _find_header(sheet: Sheet, columns: tuple[Column, ...]) -> tuple[int, list[int]]:
    """Row of the headers, and the index of each column in it."""
    wanted = [normal(column.header) for column in columns]
    rows = [[normal(value) for value in sheet.values(row)] for row in range(sheet.cells.nrows)]
    matches = [len(set(wanted).intersection(row)) for row in rows]
    best = int(np.argmax(matches)) if matches else 0
    if not matches or matches[best] < len(wanted) / 2:
        raise ReportError(
            f"{sheet.title} in {sheet.path} has no header row "
            f"({columns[0].header!r}, {columns[1].header!r}, …): get the workbook again."
        )
    for column, header in zip(columns, wanted, strict=True):
        if header not in rows[best]:
            raise ReportError(_missing_header(sheet, column, best, set(rows[best]) - set(wanted)))
    return best, [rows[best].index(header) for header in wanted]


def _missing_header(sheet: Sheet, column: Column, row: int, others: set[str]) -> str:
    near = difflib.get_close_matches(normal(column.header), others, n=1, cutoff=0.4)
    found = f", which has {near[0]!r} instead" if near else ""
    return (
        f"{sheet.title} in {sheet.path} has no column {column.header!r} in its header row "
        f"{row + 1}{found}: get the workbook again or give the column its name back."
    )


def _is_data(sheet: Sheet, row: int, key: int) -> bool:
    values = sheet.values(row)
    filled = [value for value in values if value is not None]
    if not filled or _is_numbering(values):
        return False
    return not (len(filled) == 1 and isinstance(values[0], str))


def _is_numbering(values: list[object]) -> bool:
    """Whether a row numbers its columns: (1), (2), … or -1, -2, … as a program reads those."""
    return all(
        value is None or str(value) in {f"({index})", str(-float(index))}
        for index, value in enumerate(values, start=1)
    )


def _read_column(sheet: Sheet, column: Column, index: int, rows: list[int]) -> pd.Series:
    def require(good: np.ndarray, words: str) -> None:
        """Refuse the first value that is not good, in words."""
        if not good.all():
            first = int(np.argmin(good))
            raise ReportError(
                f"{sheet.where(rows[first], index)} ({column.header}) should be {words} "
                f"and is {numbers[first]:g}: {_MEND}."
            )

    values = [_checked(sheet, column, index, row) for row in rows]
    if column.kind == "text":
        return pd.Series(values, dtype="str")
    numbers = np.array(values)
    if column.kind == "identifier":
        require(numbers % 1 == 0, "a whole number")
        require(numbers > 0, "a positive number")
        return pd.Series(numbers.astype("int64"))
    low, high = column.bounds
    inside = np.isnan(numbers) | ((numbers >= low) & (numbers <= high))
    require(inside, f"between {low:g} and {high:g}")
    return pd.Series(numbers)


def _checked(sheet: Sheet, column: Column, index: int, row: int) -> str | float:
    """Value of a cell that holds what its column should: text, or a number or nothing."""
    cell = sheet.cells.cell(row, index)
    value = _value(cell)
    kind = "text" if column.kind == "text" else "a number"
    wanted = xlrd.XL_CELL_TEXT if column.kind == "text" else xlrd.XL_CELL_NUMBER
    if cell.ctype == wanted and value is not None:
        return value
    if value is None and column.kind not in ("text", "identifier"):
        return np.nan
    raise ReportError(
        f"{sheet.where(row, index)} ({column.header}) should hold {kind} "
        f"and holds {_shown(cell)}: {_MEND}."
    )


def _require_unique(
    sheet: Sheet, column: Column, index: int, table: pd.DataFrame, rows: list[int]
) -> None:
    repeated = table[column.name].duplicated()
    if repeated.any():
        first = int(np.argmax(repeated))
        raise ReportError(
            f"{sheet.where(rows[first], index)} repeats the {column.header} "
            f"{table[column.name][first]}, which must stand once: {_MEND}."
        )
