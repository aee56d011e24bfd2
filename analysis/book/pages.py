"""What each page of a build was made from, so that an edit renders no other page anew."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from analysis.book.manuscript.book import Book
from analysis.paths import THEME
from analysis.store.cache import make_key

_PICTURE = re.compile(r"figures/([\w.-]+-[0-9a-f]{16}\.(?:svg|js))")
_ENTRY = re.compile(r"^@\w+\{([^,\s]+),.*?^\}", re.DOTALL | re.MULTILINE)
_SAID = re.compile(r"^\s*(?:author|editor|year|date)\s*=.*$", re.MULTILINE)


def page_marks(book: Book, texts: Mapping[str, str]) -> dict[str, dict]:
    """What tells whether a page must be rendered again.

    Parameters
    ----------
    texts : dict of str
        Markdown by the chapter's path, with what its code gave.

    Returns
    -------
    dict of dict
        By the chapter's path: ``text``, a hash of its words and of the references that it
        cites, and ``pictures``, the names of its drawn figures in their order.
    """
    bib = book.bibliography.read_text(encoding="utf-8") if book.bibliography else ""
    entries = {match[1]: match[0] for match in _ENTRY.finditer(bib)}
    cited = {path: _cited(text, entries) for path, text in texts.items()}
    everything = sorted(set().union(*cited.values()))
    marks = {}
    for path, text in texts.items():
        listed = everything if "{#refs}" in text else cited[path]
        # Authors and years of all others decide whether this page says "2018" or "2018a".
        others = [_SAID.findall(entry) for entry in entries.values()] if listed else []
        words = _PICTURE.sub("figures/", text)
        marks[path] = {
            "text": make_key(words, *(entries[key] for key in listed), others),
            "pictures": _PICTURE.findall(text),
        }
    return marks


def _cited(text: str, entries: Iterable[str]) -> list[str]:
    return sorted(set(re.findall(r"@([\w:-]+\w)", text)) & set(entries))


def stale_pages(before: Mapping[str, dict], now: Mapping[str, dict]) -> list[str]:
    """Paths of the chapters whose words have changed."""
    return [path for path, mark in now.items() if before.get(path, {}).get("text") != mark["text"]]


def rename_pictures(
    book: Book, site: Path, before: Mapping[str, dict], now: Mapping[str, dict]
) -> list[str]:
    """Have pages whose pictures alone have changed show the new ones.

    A change of a color draws every figure anew and changes no word.

    Returns
    -------
    list of str
        Paths of their chapters.
    """
    renamed = []
    for chapter in book.chapters:
        old, new = before.get(chapter.source, {}), now[chapter.source]
        if old.get("text") == new["text"] and old["pictures"] != new["pictures"]:
            names = dict(zip(old["pictures"], new["pictures"], strict=True))
            page = site / chapter.page
            text = page.read_text(encoding="utf-8")
            shown = _PICTURE.sub(lambda name, names=names: f"figures/{names[name[1]]}", text)
            page.write_text(shown, encoding="utf-8")
            renamed.append(chapter.source)
    return renamed


def copy_linked(site: Path) -> None:
    """Put the style sheets and scripts that pages link to in the place of their copies."""
    for source in (*THEME.glob("*.css"), *THEME.glob("*.js")):
        for copy in site.rglob(source.name):
            shutil.copyfile(source, copy)
