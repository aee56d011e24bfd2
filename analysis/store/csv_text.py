"""Tables as CSV that no spreadsheet program takes for anything but text and numbers."""

from __future__ import annotations

import re

import pandas as pd

MARK = "'"
_RUN = re.compile(r"[\s\ufeff]*[=+\-@\t\r]")
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*%?")


def as_csv(frame: pd.DataFrame, float_format: str | None = None) -> str:
    """The table with a mark before text, in cells or headers, that a program would run."""
    texts = frame.select_dtypes(include=["object", "string", "category"]).columns
    guarded = frame.copy()
    for place, name in enumerate(frame.columns):
        if name in texts:
            guarded.isetitem(place, frame.iloc[:, place].astype(object).map(safe))
    guarded.columns = [safe(name) for name in frame.columns]
    return guarded.to_csv(index=False, float_format=float_format, lineterminator="\n")


def safe(value: object) -> object:
    """A cell's value; text that begins like a formula gets an apostrophe before it."""
    if not isinstance(value, str) or len(value) < 2 or _NUMBER.fullmatch(value):
        return value
    return MARK + value if _RUN.match(value) else value


def plain(text: str) -> str:
    """Text as it was before `safe`."""
    return text[1:] if text.startswith(MARK) and safe(text[1:]) == text else text
