"""Keep what was made of a text, so that what is unchanged is not made again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from analysis.paths import CACHE
from analysis.store import atomic


def digest(*parts: object) -> str:
    """A hash of the text of `parts`, which differ wherever one of them does."""
    total = hashlib.sha256()
    for part in parts:
        text = part if isinstance(part, bytes) else str(part).encode()
        total.update(f"{len(text)}:".encode() + text)
    return total.hexdigest()


def kept(kind: str, key: str, make: Callable[[], bytes]) -> bytes:
    """What `make` gave under this key before, or gives now.

    Parameters
    ----------
    kind : str
        Names the folder below the cache, see `analysis.store.prune.MOST`.
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
    content = atomic.read_signed(path)
    if content is not None:
        mark_used(path)
    return content


write = atomic.write_signed


def mark_used(path: Path) -> None:
    """Say that a file is in use; where that can't be written, nothing can be dropped either."""
    with suppress(OSError):
        os.utime(path)
