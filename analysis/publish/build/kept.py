"""Keep what a program made of a text, so that unchanged pages are not made again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

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
    """What `write` put there; None where it is missing, half-written or damaged."""
    try:
        said, content = path.read_bytes().split(b"\n", 1)
        if said.decode() == hashlib.sha256(content).hexdigest():
            mark_used(path)
            return content
    except (OSError, ValueError):
        pass
    return None


def write(path: Path, content: bytes) -> None:
    """Put content there, whole or not at all, below its own hash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(f".{os.getpid()}.part")
    whole.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    whole.replace(path)
