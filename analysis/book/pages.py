"""What each page of a build was made from, so that an edit renders no other page anew."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from analysis.book.manuscript.book import Book
from analysis.paths import THEME
from analysis.store.cache import make_key

_ENTRY = re.compile(r"^@\w+\{([^,\s]+),.*?^\}", re.DOTALL | re.MULTILINE)
_SAID = re.compile(r"^\s*(?:author|editor|year|date)\s*=.*$", re.MULTILINE)


def page_keys(book: Book, texts: Mapping[str, str]) -> dict[str, str]:
    """By the chapter's path, a hash of its words and of the references that it cites.

    Parameters
    ----------
    texts : dict of str
        Markdown by the chapter's path, with what its code gave.
    """
    bib = book.bibliography.read_text(encoding="utf-8") if book.bibliography else ""
    entries = {match[1]: match[0] for match in _ENTRY.finditer(bib)}
    cited = {path: _cited(text, entries) for path, text in texts.items()}
    everything = sorted(set().union(*cited.values()))
    keys = {}
    for path, text in texts.items():
        listed = everything if "{#refs}" in text else cited[path]
        # Authors and years of all others decide whether this page says "2018" or "2018a".
        others = [_SAID.findall(entry) for entry in entries.values()] if listed else []
        keys[path] = make_key(text, [entries[key] for key in listed], others)
    return keys


def _cited(text: str, entries: Iterable[str]) -> list[str]:
    return sorted(set(re.findall(r"@([\w:-]+\w)", text)) & set(entries))


def copy_linked(site: Path) -> None:
    """Put the style sheets and scripts that pages link to in the place of their copies."""
    for source in (*THEME.glob("*.css"), *THEME.glob("*.js")):
        for copy in site.rglob(source.name):
            shutil.copyfile(source, copy)
