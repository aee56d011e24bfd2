"""The one date that outputs carry: the same sources and data give the same bytes on any day."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from datetime import UTC, datetime

from analysis import paths
from analysis.errors import ReportError

EPOCH = "SOURCE_DATE_EPOCH"
SOURCES = ("*.qmd", "*.txt", "report/*.qmd", "analysis/**/*.py")


def made_at() -> datetime:
    """Date and time that outputs carry, in UTC.

    ``$SOURCE_DATE_EPOCH`` (seconds since 1970) where it is set, as agreed among
    builders of software; else the time of the last commit; and without git the
    time of the newest source.

    Raises
    ------
    ReportError
        If ``$SOURCE_DATE_EPOCH`` is not a time.
    """
    given = os.environ.get(EPOCH)
    if not given:
        return datetime.fromtimestamp(_last_change(), UTC)
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(int(given), UTC)
    raise ReportError(
        f"${EPOCH} is {given[:40]!r}, which is no time; give whole seconds since 1970, or unset it."
    )


def in_words(date: datetime) -> str:
    """A date as readers see it, such as "3 May 2030"."""
    return f"{date.day} {date:%B %Y}"


def _last_change() -> int:
    # A checkout that merely lies in another's folder has no commit of its own.
    if (paths.ROOT / ".git").exists():
        with suppress(OSError, subprocess.SubprocessError, ValueError):
            command = ["git", "-C", str(paths.ROOT), "log", "-1", "--format=%ct"]
            return int(subprocess.run(command, capture_output=True, check=True, timeout=20).stdout)
    sources = [path for pattern in SOURCES for path in paths.ROOT.glob(pattern)]
    return int(max(path.stat().st_mtime for path in sources))
