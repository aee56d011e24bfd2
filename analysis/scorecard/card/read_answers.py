"""Read a file of answers to be scored, whatever its format, as words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.errors import ReportError
from analysis.scorecard.survey.data_files import FORMATS, read_table, word
from analysis.scorecard.survey.text_files import read_words

TEXT = (".csv", ".tsv", ".txt")


def read_answers(path: Path) -> pd.DataFrame:
    """Read the households of a file; each cell is text, "" where there is nothing.

    Parameters
    ----------
    path : Path
        .csv, .tsv or .txt (separated by commas, semicolons or tabs, in UTF-8, UTF-16 or
        Windows-1252), .xlsx, .dta, .sav or .parquet. Codes with value labels become labels.

    Returns
    -------
    DataFrame
        ``attrs["first"]`` is the number of the first household's row as the file's own
        program shows it: 2 below a header, 1 where columns have names of their own.

    Raises
    ------
    ReportError
        If the file is of no known format, can't be read, or has no rows.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise ReportError(f"{path} is of no known format; use {', '.join(FORMATS)}.")
    if suffix not in TEXT:
        table = read_table(path)
        words = {str(c): table.coded(c).map(word).fillna("") for c in table.frame.columns}
        frame = pd.DataFrame(words, index=table.frame.index)
        frame.attrs["first"] = 2 if suffix == ".xlsx" else 1
        return frame
    try:
        frame = read_words(path)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise ReportError(f"{path} can't be read as a table: {reason}.") from None
    frame.attrs["first"] = 2
    if frame.attrs.get("separator") == ";":
        for name in {"weight", "size"} & set(frame.columns):
            frame[name] = frame[name].str.replace(",", ".", regex=False)
    return frame
