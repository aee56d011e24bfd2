"""Call the Pandoc that ``pypandoc_binary`` brings along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache

import pypandoc

from analysis.errors import ReportError
from analysis.store.cache import get_or_make, make_key

# Pandoc reads the names of files by the locale, which need not know the letters of this folder.
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
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
        [_program(), *options],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": LOCALE},
    )
    messages = " ".join(done.stderr.split())
    if done.returncode or "[WARNING]" in messages:
        raise ReportError(f"{place}: Pandoc says: {messages or 'nothing, but it failed'}")
    return done.stdout


def read_markdown(text: str, *, place: str) -> dict:
    """Markdown as Pandoc's document tree."""
    key = make_key(text, pypandoc.__version__)
    tree = get_or_make("trees", key, lambda: pandoc(text, *READING, place=place).encode())
    return json.loads(tree)
