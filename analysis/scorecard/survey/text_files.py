"""Read tables kept as text: comma, semicolon or tab, with or without BOM, in UTF-8 or UTF-16."""

from __future__ import annotations

import codecs
import io
from pathlib import Path

import pandas as pd

from analysis.store.csv_text import plain

SEPARATORS = (",", ";", "\t")
# what stands for "no value" in text; "None" is an answer
MISSING_VALUES = frozenset({"", "NA", "N/A", "NaN", "nan", "."})
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_words(path: Path) -> pd.DataFrame:
    """Read a table of text; every cell is the text that stands there.

    Parameters
    ----------
    path : Path
        The separator is the one that stands most often in the first line. Text that is
        not UTF-8 and has no byte order mark is taken for Windows-1252.

    Raises
    ------
    ValueError
        If the file is no table: rows of unequal length, two columns of one name, no text.
    """
    text = _decoded(path.read_bytes())
    if "\x00" in text:
        raise ValueError("it holds zero bytes and is no text")
    separator = _separator(text)
    frame = pd.read_csv(
        io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, index_col=False
    )
    # what `as_csv` wrote is read as it was before
    frame = frame.map(plain)
    frame.columns = [plain(str(column)).strip() for column in frame.columns]
    _refuse_twins(text, separator)
    frame.attrs["separator"] = separator
    return frame


def to_numbers(words: pd.DataFrame) -> pd.DataFrame:
    """Turn text into numbers where a whole column is numbers, and blanks into missing values.

    Where columns are separated by semicolons, a comma may stand for the decimal point.
    """
    comma = words.attrs.get("separator") == ";"
    columns = {}
    for name in words.columns:
        known = words[name].where(~words[name].str.strip().isin(MISSING_VALUES))
        columns[name] = _numbers(known, comma)
    return pd.DataFrame(columns, index=words.index)


def _numbers(values: pd.Series, comma: bool) -> pd.Series:
    for candidate in (values, *([values.str.replace(",", ".", regex=False)] if comma else [])):
        try:
            return pd.to_numeric(candidate)
        except (ValueError, TypeError):
            continue
    return values


def _decoded(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    inside = "".join(first.split('"')[::2])  # a separator within quotes separates nothing
    return max(SEPARATORS, key=inside.count)


def _refuse_twins(text: str, separator: str) -> None:
    header = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, header=None, nrows=1,
                         keep_default_na=False)  # fmt: skip
    names = [str(name).strip() for name in header.iloc[0]]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two of its columns are named {twice[0]!r}")
