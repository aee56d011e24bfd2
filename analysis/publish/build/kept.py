"""Keep what a program made of a text, so that unchanged pages are not made again."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from analysis import whole
from analysis.paths import CACHE

MOST = 200


def kept(kind: str, key: str, make: Callable[[], bytes]) -> bytes:
    """What `make` gave under this key before, or gives now.

    Parameters
    ----------
    kind : str
        Names the folder below the cache; it keeps the `MOST` newest entries.
    key : str
        A hash of all that `make` depends on.
    """
    path = CACHE / kind / key[:32]
    content = read(path)
    if content is None:
        content = make()
        write(path, content)
    return content


def read(path: Path) -> bytes | None:
    """What `write` put there, marked as used; None where it is missing or damaged."""
    content = whole.read_signed(path)
    if content is not None:
        with suppress(OSError):
            os.utime(path)
    return content


write = whole.write_signed


def prune(kind: str) -> None:
    """Drop all but the newest entries of a kind."""
    entries = sorted((CACHE / kind).glob("*"), key=lambda path: -path.stat().st_mtime)
    for path in entries[MOST:]:
        path.unlink(missing_ok=True)
