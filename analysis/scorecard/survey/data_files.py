"""Read a survey's data file, whatever its format, with its value labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from analysis import paths
from analysis.data.locate import require_usable
from analysis.data.stata import read_stata
from analysis.errors import ReportError
from analysis.scorecard.survey.text_files import MISSING_VALUES, read_words, to_numbers

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
FORMATS = (".dta", ".sav", ".csv", ".tsv", ".txt", ".parquet", ".xlsx")


@dataclass(frozen=True)
class Table:
    """A data file: its rows, for labelled columns the label of each code, and columns' texts."""

    name: str
    frame: pd.DataFrame
    labels: dict[str, dict] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def coded(self, column: str) -> pd.Series:
        """The column with labels in place of codes, as text where it has labels."""
        labels = self.labels.get(column)
        return labeled(self.frame[column], labels) if labels else self.frame[column]

    def meets(self, column: str, values: list) -> pd.Series:
        """Whether each row of a column is one of ``values``, given as labels or as codes."""
        return matches(self.frame[column], values) | matches(self.coded(column), values)


def labeled(series: pd.Series, labels: dict) -> pd.Series:
    """The column with labels in place of codes; a code without one stays."""
    return series.map({code: labels.get(code, code) for code in series.dropna().unique()})


def word(value) -> str | None:
    """A value as text, whole numbers without a point; None where there is none."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value)


def matches(series: pd.Series, values: list) -> pd.Series:
    """Whether each entry equals one of ``values``; numbers match numbers, text matches text."""
    numbers = [value for value in values if isinstance(value, int | float)]
    words = [str(value).strip().casefold() for value in values if isinstance(value, str)]
    if pd.api.types.is_numeric_dtype(series):
        return series.isin(numbers)
    # surveys have few distinct answers: each is looked at once
    places, distinct = pd.factorize(series)
    known = [
        value.strip().casefold() in words if isinstance(value, str) else value in numbers
        for value in distinct
    ]
    return pd.Series(np.array([*known, False], dtype=bool)[places], index=series.index)


def locate(name: str, beside: Path) -> Path:
    """Find a data file: as given, beside the specification, or in the data folders.

    Raises
    ------
    ReportError
        If the file is nowhere, its format is not read, or it has the name of a file that the
        report knows and another content.
    """
    path = find(name, beside)
    require_usable(path)
    return path


def find(name: str, beside: Path) -> Path:
    """Find a data file as :func:`locate` does, without a look into it."""
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
    """Read a data file; what is blank is missing, in every format.

    Raises
    ------
    ReportError
        If the file can't be read as what its name says it is, or has no rows.
    """
    try:
        frame, labels, texts = _READERS[path.suffix.lower()](path)
    except Exception as error:  # each reader has its own family of errors
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ReportError(f"The file {path} can't be read: {reason.rstrip('.')}.") from error
    if frame.empty:
        raise ReportError(f"The file {path} has no rows.")
    labels = {name: {code: cleaned(label) for code, label in of.items()}
              for name, of in labels.items()}  # fmt: skip
    return Table(path.name, _plain(frame), labels, {k: cleaned(v) for k, v in texts.items()})


def cleaned(value):
    """Text without control characters and line breaks; anything else as it is."""
    return " ".join(_CONTROL.sub(" ", value).split()) if _odd(value) else value


def _odd(value) -> bool:
    return isinstance(value, str) and _CONTROL.search(value) is not None


def _read_labeled(reader):
    def read(path: Path) -> tuple[pd.DataFrame, dict, dict]:
        frame, meta = reader(path)
        texts = {name: text for name, text in meta.column_names_to_labels.items() if text}
        return frame, meta.variable_value_labels, texts

    return read


def _read_text(path: Path) -> tuple[pd.DataFrame, dict, dict]:
    return to_numbers(read_words(path)), {}, {}


def _read_excel(path: Path) -> tuple[pd.DataFrame, dict, dict]:
    return pd.read_excel(path, keep_default_na=False, na_values=sorted(MISSING_VALUES)), {}, {}


_READERS = {
    ".dta": _read_labeled(read_stata),
    ".sav": _read_labeled(pyreadstat.read_sav),
    ".csv": _read_text,
    ".tsv": _read_text,
    ".txt": _read_text,
    ".parquet": lambda path: (pd.read_parquet(path), {}, {}),
    ".xlsx": _read_excel,
}


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Blank text as missing; numbers as numbers where missing ones had made objects of them."""
    frame = frame.copy()
    frame.columns = [str(column) for column in frame.columns]
    for column in frame.columns:
        values = frame[column]
        if pd.api.types.is_numeric_dtype(values):
            continue
        if isinstance(values.dtype, pd.CategoricalDtype):
            values = values.astype(object)
        blank = np.array([isinstance(v, str) and not v.strip() for v in values], dtype=bool)
        values = values.where(~blank).map(cleaned, na_action="ignore")
        known = values.dropna()
        if len(known) and known.map(lambda v: isinstance(v, int | float)).all():
            values = pd.to_numeric(values)
        frame[column] = values
    return frame
