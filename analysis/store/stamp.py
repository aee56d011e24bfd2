"""What a folder of files was made from, believed only while each of the files is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from analysis.store import atomic


def write_stamp(path: Path, info: dict, root: Path, names: Iterable[str]) -> None:
    """Write, after all files, what they were made from and a hash of each.

    Parameters
    ----------
    path : Path
        The stamp.
    info : dict
        What the files were made from, fit for JSON.
    root : Path
    names : iterable of str
        Paths of the files below it.
    """
    hashes = {name: _hash(root / name) for name in sorted(names)}
    atomic.write(path, json.dumps({**info, "files": hashes}))


def read_stamp(path: Path, root: Path) -> dict:
    """What the files were made from, and ``files``; empty if one of them has changed or gone."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        info = json.loads(path.read_text(encoding="utf-8"))
        if all(_hash(root / name) == known for name, known in info["files"].items()):
            return info
    return {}


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
