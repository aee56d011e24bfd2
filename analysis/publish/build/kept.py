"""Keep what a program made of a text, so that unchanged pages are not made again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analysis import whole
from analysis.paths import CACHE
from analysis.prune import mark_used


def kept(kind: str, key: str, make: Callable[[], bytes]) -> bytes:
    """What `make` gave under this key before, or gives now.

    Parameters
    ----------
    kind : str
        Names the folder below the cache, see `analysis.prune.MOST`.
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
        mark_used(path)
    return content


write = whole.write_signed
