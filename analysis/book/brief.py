"""The brief: the short version for stakeholders, a PDF of its own in both builds."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from analysis.book.assets.prepare import Edition
from analysis.book.manuscript.book import BRIEF, CONFIG, Book, Chapter
from analysis.book.manuscript.document import read_documents, read_trees
from analysis.book.preview.paper import cover, set_pdf, tree_of
from analysis.book.preview.site import anchor_table
from analysis.errors import ReportError
from analysis.paths import THEME

TEMPLATE = THEME / "typst" / "brief.typ"
_TITLE = re.compile(r"^# .+$", re.MULTILINE)


def write_brief(book: Book, woven: str, path: Path, edition: Edition) -> None:
    """Set the brief.

    Parameters
    ----------
    book : Book
        Its chapters are named in the brief, and linked where the site's address is known.
    woven : str
        The brief's Markdown with what its code gave.
    path : Path
        The PDF to write.
    edition : Edition
        Named on the first page and at the end.

    Raises
    ------
    ReportError
        If the book has no brief, or it can't be set.
    """
    if not book.brief:
        raise ReportError(f"There is no {BRIEF} beside {CONFIG}: write it, or make the report.")
    # Of the other chapters no more than their titles is needed, to be referred to.
    texts = {chapter.source: _title(book, chapter) for chapter in book.chapters}
    texts[book.brief] = woven
    whole = replace(book, chapters=(*book.chapters, Chapter(book.brief)))
    documents = read_documents(whole, texts, read_trees(texts), target="typst")
    brief = documents[-1]
    settings = {
        "title": brief.plain_title,
        "book": book.title,
        "alone": True,
        "page": brief.chapter.page,
        "site-url": book.site_url,
        **cover(book, book.brief, edition),
    }
    tree = tree_of(brief, brief.blocks)
    set_pdf(book, tree, anchor_table(documents), settings, path, template=TEMPLATE)


def _title(book: Book, chapter: Chapter) -> str:
    text = (book.root / chapter.source).read_text(encoding="utf-8")
    match = _TITLE.search(text)
    return match[0] if match else text
