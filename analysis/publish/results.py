"""Write the machine-readable results that the site offers for download."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pandas as pd

from analysis.errors import ReportError
from analysis.paths import RESULTS, ROOT


def write_table(name: str, table: pd.DataFrame) -> str:
    """Write a table below ``results/`` and give its path relative to the project.

    The file appears whole or not at all. Floats keep ten significant digits.

    Raises
    ------
    ReportError
        If the folder can't be written to.
    """
    return write_text(name, table.to_csv(index=False, float_format="%.10g"))


def write_text(name: str, text: str) -> str:
    """Write any text file below ``results/``, as ``write_table`` does a table."""
    path = RESULTS / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text)
    except OSError as fault:
        raise ReportError(
            f"Results can't be written to {path.parent} ({fault.strerror}): "
            "make the folder writable or free some space, then build again."
        ) from fault
    return path.relative_to(ROOT).as_posix()


def _replace(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
