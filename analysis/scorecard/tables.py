"""Read a survey's data file, whatever its format, with its value labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyreadstat

from analysis import paths
from analysis.errors import ReportError

FORMATS = (".dta", ".sav", ".csv", ".parquet", ".xlsx")
# "None" is an answer, not a gap
_GAPS = {"keep_default_na": False, "na_values": ["", "NA", "N/A", "NaN", "nan", "."]}


@dataclass(frozen=True)
class Table:
    """A data file: its rows, and for labelled columns the label of each code."""

    name: str
    frame: pd.DataFrame
    labels: dict[str, dict] = field(default_factory=dict)

    def coded(self, column: str) -> pd.Series:
        """The column with labels in place of codes, as text where it has labels."""
        values = self.frame[column]
        labels = self.labels.get(column)
        if not labels:
            return values
        return values.map(lambda code: labels.get(code, code), na_action="ignore")

    def meets(self, column: str, values: list) -> pd.Series:
        """Whether each row of a column is one of ``values``, given as labels or as codes."""
        return matches(self.frame[column], values) | matches(self.coded(column), values)


def matches(series: pd.Series, values: list) -> pd.Series:
    """Whether each entry equals one of ``values``; numbers match numbers, text matches text."""
    numbers = [value for value in values if isinstance(value, int | float)]
    words = [str(value).strip().casefold() for value in values if isinstance(value, str)]
    if pd.api.types.is_numeric_dtype(series):
        return series.isin(numbers)
    text = series.map(lambda v: v.strip().casefold() if isinstance(v, str) else None)
    return text.isin(words) | series.isin(numbers)


def locate(name: str, beside: Path) -> Path:
    """Find a data file: as given, beside the specification, or in the data folders.

    Raises
    ------
    ReportError
        If the file is nowhere, or its format is not read.
    """
    if Path(name).suffix.lower() not in FORMATS:
        raise ReportError(f"The file {name} is of no known format; use {', '.join(FORMATS)}.")
    for folder in (Path("."), beside, *paths.data_folders()):
        candidate = folder / name
        if candidate.is_file():
            return candidate
    raise ReportError(
        f"The file {name} was not found; put it beside the specification or in data/raw, "
        "or name its folder in REPORT_DATA."
    )


def read_table(path: Path) -> Table:
    """Read a .dta, .sav, .csv, .parquet or .xlsx file.

    Raises
    ------
    ReportError
        If the file can't be read as what its name says it is.
    """
    readers = {
        ".dta": _read_labelled(pyreadstat.read_dta),
        ".sav": _read_labelled(pyreadstat.read_sav),
        ".csv": lambda p: (pd.read_csv(p, low_memory=False, **_GAPS), {}),
        ".parquet": lambda p: (pd.read_parquet(p), {}),
        ".xlsx": lambda p: (pd.read_excel(p, **_GAPS), {}),
    }
    try:
        frame, labels = readers[path.suffix.lower()](path)
    except Exception as error:  # each reader has its own family of errors
        reason = " ".join(str(error).split())
        raise ReportError(f"The file {path} can't be read: {reason}.") from error
    if frame.empty:
        raise ReportError(f"The file {path} has no rows.")
    return Table(path.name, _plain(frame), labels)


def _read_labelled(reader):
    def read(path: Path) -> tuple[pd.DataFrame, dict]:
        frame, meta = reader(str(path))
        return frame, meta.variable_value_labels

    return read


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Undo object columns that hold only numbers, as readers make for gaps among integers."""
    frame = frame.copy()
    for column in frame.select_dtypes("object", exclude="str").columns:
        known = frame[column].dropna()
        if known.map(lambda v: isinstance(v, int | float)).all():
            frame[column] = pd.to_numeric(frame[column])
    return frame
