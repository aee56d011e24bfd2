"""Put a finished build in place at once, or not at all."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from analysis.errors import ReportError

ABANDONED = 24 * 3600  # seconds after which no build is still at work


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A temporary folder beside `folder` that takes its place if all goes well.

    A build that fails or is interrupted leaves the old one as it was.

    Raises
    ------
    ReportError
        If nothing can be written beside `folder`.
    """
    _sweep(folder)
    try:
        temporary = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        temporary.chmod(0o755)
    except OSError as fault:
        raise ReportError(
            f"The build can't be written to {folder.parent} ({fault.strerror}): "
            "make the folder writable or free some space."
        ) from fault
    try:
        yield temporary
        aside = temporary.with_name(temporary.name + "-old")
        if folder.exists():
            os.replace(folder, aside)
        os.replace(temporary, folder)
        shutil.rmtree(aside, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what builds that were killed have left beside the folder."""
    for left in folder.parent.glob(f".{folder.name}-*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
