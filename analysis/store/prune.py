"""Drop from ``data/processed`` what was not used for long, and of some kinds what is too much.

A file's time is that of its last use, since whatever reads one marks it. What
the present code has fitted stays for a year: an edit can need a fit that was
long hidden behind the result of another. All else (fits of other code, drawn
figures, pages) stays for a month, so that going from branch to branch fits
nothing twice. Of pages and of what they are made from only so many stay,
since each edit makes new ones, in no time.

Other processes may be at work here. None needs a file that it has not read or
marked a moment ago, and what is gone is made again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from analysis import paths
from analysis.store.cache import code_mark

MONTH, YEAR = 30 * 24 * 3600, 365 * 24 * 3600  # seconds
MOST = {"chapters": 200, "trees": 200, "pages": 200, "social": 200, "pdfs": 5}
"""How many entries stay of kinds that each edit adds to."""


def prune() -> int:
    """Drop old files, and the oldest of too many; the number of files dropped."""
    folders = [*paths.CACHE.glob("*"), paths.PROCESSED / "figures"]
    return sum(_drop(path) for folder in folders for path in _old(folder))


def _old(folder: Path) -> Iterator[Path]:
    """Files of a folder that have had their time."""
    ages = {path: age for path in folder.glob("*") if (age := _age(path)) is not None}
    newest = sorted(ages, key=ages.get)
    fresh = _present_code(folder.name)
    for number, path in enumerate(newest):
        term = YEAR if fresh and path.name.startswith(fresh) else MONTH
        if number >= MOST.get(folder.name, len(ages)) or ages[path] > term:
            yield path


def _age(path: Path) -> float | None:
    """Seconds since a file was used; None for folders and for what is gone."""
    with suppress(OSError):
        if path.is_file():
            return time.time() - path.stat().st_mtime
    return None


def _present_code(kind: str) -> str:
    """What names of entries begin with that present code has fitted; empty for other kinds."""
    if kind.startswith("analysis."):
        with suppress(ImportError, AttributeError, ValueError):  # of a module that is gone
            return code_mark(kind)
    return ""


def _drop(path: Path) -> bool:
    with suppress(OSError):
        path.unlink()
        return True
    return False
