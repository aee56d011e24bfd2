"""Check a Stata file by reading it to its end."""

from __future__ import annotations

from pathlib import Path

import pyreadstat

from analysis.errors import ReportError

_TAG, _END = b"<stata_dta>", b"</stata_dta>"


def read_stata(path: Path) -> tuple:
    """Read a Stata data set and its labels, as `pyreadstat.read_dta` does.

    A damaged header can claim billions of rows, for which the reader would ask for more memory
    than there is: a file has no more cells than bytes.

    Raises
    ------
    ValueError
        If the file claims more rows than it can hold.
    """
    _, claimed = pyreadstat.read_dta(str(path), metadataonly=True)
    if (claimed.number_rows or 0) * claimed.number_columns > path.stat().st_size:
        raise ValueError("it claims more rows than it holds")
    return pyreadstat.read_dta(str(path))


def check_stata(path: Path, rows: int | None = None) -> None:
    """Refuse a file that is no whole Stata data set, or not of so many rows.

    Raises
    ------
    ReportError
        In one sentence.
    """
    content = path.read_bytes()
    # Formats 113 to 115 start with their number, later ones with a tag.
    if not content.startswith(_TAG) and content[:1] not in (b"q", b"r", b"s"):
        raise ReportError(f"{path} is not a Stata data set: delete it and get it again.")
    try:
        frame, _ = read_stata(path)
    except Exception as error:  # the reader raises what it happens to stumble over
        raise ReportError(f"{path} is a damaged Stata data set: get it again.") from error
    if content.startswith(_TAG) and not content.endswith(_END):
        raise ReportError(f"{path} has no end: it was cut, get it again.")
    if rows is not None and len(frame) != rows:
        raise ReportError(
            f"{path} has {len(frame):,} rows where {rows:,} are expected: get it again."
        )
