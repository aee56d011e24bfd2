"""Ways to damage a file, and how what came of it is counted."""

import io
import json
import os
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np

HELD, TRACEBACK, SILENT, HALF = "held", "traceback", "silent wrong", "half-written"
TALLY = "FAULTS_TALLY"
"""Variable with a file to which each group's counts are appended."""


def count(group: str, outcomes: dict[str, str]) -> None:
    """Require that every case held; name those that did not."""
    if told := os.environ.get(TALLY):
        with open(told, "a", encoding="utf-8") as file:
            file.write(json.dumps([group, Counter(outcomes.values())]) + "\n")
    bad = {case: outcome for case, outcome in outcomes.items() if outcome != HELD}
    assert not bad, f"{len(bad)} of {len(outcomes)} did not hold: {dict(list(bad.items())[:12])}"
    assert outcomes


def cuts(content: bytes, number: int) -> dict[str, bytes]:
    """The file cut short at places from its first byte to its last but one."""
    ends = np.unique(np.linspace(0, len(content) - 1, number).astype(int))
    return {f"cut at {end}": content[:end] for end in ends}


def flips(content: bytes, number: int, seed: int = 1) -> dict[str, bytes]:
    """One bit flipped at random."""
    flipped = {}
    for place in np.random.default_rng(seed).choice(8 * len(content), number, replace=False):
        bad = bytearray(content)
        bad[place // 8] ^= 1 << (place % 8)
        flipped[f"bit {place}"] = bytes(bad)
    return flipped


def replacements() -> dict[str, bytes]:
    """Something else in the place of a file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("x", "x")
    return {
        "nothing": b"",
        "blank": b"\n\n",
        "zeros": bytes(4096),
        "noise": np.random.default_rng(2).bytes(4096),
        "page": b"<!DOCTYPE html><title>404</title>",
        "archive": packed.getvalue(),
        "utf-16": "cz\n100\n".encode("utf-16"),
        "nested": b"[" * 100_000,
        "digits": b"9" * 5000,
        "null": b"null",
    }


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, byte for byte."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def told_well(code: int, out: str, err: str) -> str:
    """Whether a command ended as it should: well, or in one sentence and code 2."""
    if any(word in out + err for word in ("Traceback", "allocate")) or code not in (0, 2):
        return TRACEBACK
    if code == 2 and not (err.startswith("error: ") and err.count("\n") == 1):
        return TRACEBACK
    return HELD
