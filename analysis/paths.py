"""Every path that the project uses, in one place."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

RAW = ROOT / "data" / "raw"
COLUMNS = ROOT / "data" / "columns.csv"
STATES = ROOT / "data" / "states.csv"
PROCESSED = ROOT / "data" / "processed"
SURVEYS = ROOT / "data" / "surveys"
CACHE = PROCESSED / "cache"

REPORT = ROOT / "report"
THEME = REPORT / "theme"
RESULTS = ROOT / "results"
BOOK = ROOT / "_book"

BESIDE = ROOT.parent / "shared" / "data"
"""Raw data that may lie beside the checkout."""


def data_folders() -> list[Path]:
    """Folders searched for raw data, in order: ``data/raw``, then ``$REPORT_DATA``.

    ``$REPORT_DATA`` may name several folders, separated as in ``$PATH``, or none. Where it is
    not set, it stands for `BESIDE` if there is such a folder.
    """
    named = os.environ.get("REPORT_DATA")
    if named is None:
        return [RAW, *([BESIDE] if BESIDE.is_dir() else [])]
    return [RAW, *(_expanded(part) for part in named.split(os.pathsep) if part)]


def _expanded(part: str) -> Path:
    try:
        return Path(part).expanduser()
    except RuntimeError:  # the home of nobody
        return Path(part)


def marked(path: Path) -> tuple[Path, int, int]:
    """A file with its time of change and its size, of which another version would have others."""
    stat = path.stat()
    return path, stat.st_mtime_ns, stat.st_size
