"""What a site was made from, kept in it, and believed only while each of its files is whole."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from analysis.store import atomic
from analysis.store.kept import digest

STAMP = "build.json"


def write_stamp(folder: Path, told: dict) -> None:
    """Say last what a folder was made from, and what each file in it holds.

    Parameters
    ----------
    told : dict
        inputs, build, data, failed claims, paper, frame, pages (see `pages.page_marks`).
    """
    (folder / STAMP).unlink(missing_ok=True)
    atomic.write(folder / STAMP, json.dumps({**told, "files": _digests(folder)}))


def read_stamp(folder: Path) -> dict:
    """What the folder was made from; nothing if it is not a whole build, byte for byte."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        told = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        found = _digests(folder)
        files = told["files"]
        if "index.html" in files and files.items() <= found.items():
            return told
    return {}


def is_current(told: dict, inputs: str, *, paper: bool, strict: bool) -> bool:
    """Whether a site that says this is what a build from these inputs would make."""
    if told.get("inputs") != inputs or (paper and not told.get("paper")):
        return False
    return not (strict and told.get("failed claims"))


def _digests(folder: Path) -> dict[str, str]:
    """A hash of each file, by its place in the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != STAMP)
    return {path.relative_to(folder).as_posix(): digest(path.read_bytes()) for path in files}
