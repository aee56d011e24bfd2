"""Call the Pandoc that ``pypandoc_binary`` brings along."""

from __future__ import annotations

import json
import subprocess
from functools import cache

import pypandoc

from analysis.errors import ReportError
from analysis.publish.build.fingerprint import digest
from analysis.publish.build.kept import kept

READING = ("--from=markdown", "--to=json")


@cache
def _program() -> str:
    return pypandoc.get_pandoc_path()


def pandoc(text: str, *options: str, place: str) -> str:
    """Run Pandoc on some text; `place` says in messages whose text it is.

    Raises
    ------
    ReportError
        With Pandoc's own words, if it fails or warns: a warning is a loss.
    """
    done = subprocess.run(
        [_program(), *options], input=text, capture_output=True, text=True, encoding="utf-8"
    )
    said = " ".join(done.stderr.split())
    if done.returncode or "[WARNING]" in said:
        raise ReportError(f"{place}: Pandoc says: {said or 'nothing, but it failed'}")
    return done.stdout


def read_markdown(text: str, *, place: str) -> dict:
    """Markdown as Pandoc's document tree."""
    key = digest(text, pypandoc.__version__)
    tree = kept("trees", key, lambda: pandoc(text, *READING, place=place).encode())
    return json.loads(tree)
