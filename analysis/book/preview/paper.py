"""Write documents as one PDF, by Typst, with the theme that Quarto uses too."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from analysis.book.assets.prepare import Edition
from analysis.book.manuscript.book import Book, described
from analysis.book.manuscript.document import Document
from analysis.book.manuscript.pandoc import pandoc
from analysis.book.preview.site import FILTER, WORDS, anchor_table
from analysis.errors import ReportError
from analysis.paths import REPORT, THEME
from analysis.store.cache import get_or_make, make_key
from analysis.store.clock import in_words

TEMPLATE = THEME / "typst" / "preview.typ"
PREVIEW = "Preview build"
PARTS = ("year", "month", "day", "hour", "minute", "second")
STANDARDS = ["ua-1"]  # Typst checks what it writes against them
GLYPH = "could not be displayed with font"


def write_pdf(book: Book, documents: list[Document], path: Path, edition: Edition) -> None:
    """Set all documents as one book.

    Parameters
    ----------
    book : Book
    documents : list of Document
        In reading order, appendices last.
    path : Path
        The PDF to write.
    edition : Edition
        Named on the cover.

    Raises
    ------
    ReportError
        With Typst's own words, if it can't set the book.
    """
    settings = {
        "title": book.title,
        "subtitle": book.subtitle,
        "edition": PREVIEW,
        **cover(book, book.chapters[0].source, edition),
    }
    tree = tree_of(documents[0], _bound(documents))
    set_pdf(book, tree, anchor_table(documents), settings, path, template=TEMPLATE)


def tree_of(document: Document, blocks: list) -> dict:
    """Blocks as a tree for the Pandoc that read the document."""
    return {"pandoc-api-version": document.version, "meta": {}, "blocks": blocks}


def set_pdf(
    book: Book, tree: dict, anchors: dict, settings: dict, path: Path, *, template: Path
) -> None:
    """Set a document in a template, and write the PDF.

    Parameters
    ----------
    book : Book
        Gives language and bibliography.
    tree : dict
        Pandoc's tree.
    anchors : dict
        What references are looked up in, as `anchor_table` gives it.
    settings : dict
        The template's variables.
    path, template : Path

    Raises
    ------
    ReportError
        With Typst's own words, if it can't set them.
    """
    settings = {"lang": book.lang, **settings}
    if book.bibliography:
        settings["references-file"] = f"/{book.bibliography.relative_to(book.root).as_posix()}"
    with TemporaryDirectory() as folder:
        known = Path(folder) / "anchors.json"
        known.write_text(json.dumps(anchors), encoding="utf-8")
        metadata = Path(folder) / "book.json"
        metadata.write_text(json.dumps(settings | {"anchors": str(known)}), encoding="utf-8")
        text = pandoc(
            json.dumps(tree),
            "--from=json",
            "--to=typst",
            "--wrap=none",
            f"--template={template}",
            f"--metadata-file={metadata}",
            f"--lua-filter={FILTER}",
            f"--lua-filter={WORDS}",
            place=path.name,
        )
    try:
        path.write_bytes(
            get_or_make("pdfs", _key(text), lambda: _compiled(text, book.root, path.name))
        )
    except (RuntimeError, ValueError) as fault:
        path.with_suffix(".typ").write_text(text, encoding="utf-8")
        first = str(fault).strip().splitlines()[0]
        raise ReportError(f"{path.name} can't be set: {first}") from fault


def cover(book: Book, source: str, edition: Edition) -> dict:
    """What the template says of an edition; `source` is the chapter that describes the whole."""
    made = (f"{part}: {getattr(edition.date, part)}" for part in PARTS)  # for Typst's `datetime`
    return {
        "description": described(book, source),
        "date": in_words(edition.date),
        "made": ", ".join(made),
        "notice": edition.notice,
        "version": edition.version,
        "data": edition.data,
        "by-author": [{"name": {"literal": book.author}}] if book.author else [],
    }


def _compiled(text: str, root: Path, name: str) -> bytes:
    try:
        return typst.compile(text.encode(), root=str(root), pdf_standards=STANDARDS)
    except RuntimeError as fault:
        # A name in letters that no font here has, say, must not cost readers the whole PDF.
        if GLYPH not in str(fault):
            raise
        first = str(fault).strip().splitlines()[0]
        print(f"  {name} is not accessible to all: {first}", file=sys.stderr)
        return typst.compile(text.encode(), root=str(root))


def _key(text: str) -> str:
    """A hash of all that the PDF is made of: pictures are named after what they show."""
    look = sorted(TEMPLATE.parent.glob("*.typ"))
    others = [path.read_bytes() for path in (*look, *sorted(REPORT.glob("*.bib")))]
    return make_key(text, typst.__version__, *STANDARDS, *others)


def _bound(documents: list[Document]) -> list:
    """The chapters one after the other, under their titles, parts and appendices."""
    blocks: list = []
    part, appendices = None, False
    for document in documents:
        chapter = document.chapter
        if chapter.appendix and not appendices:
            blocks.append(_raw('#show: appendices.with("Appendices")'))
            blocks.append(_raw("#part[Appendices]"))
        elif chapter.part and chapter.part != part:
            blocks += [_raw("#part["), _plain(chapter.part), _raw("]")]
        part, appendices = chapter.part, chapter.appendix
        classes = [] if document.number else ["unnumbered"]
        blocks.append({"t": "Header", "c": [1, [document.identifier, classes, []], document.title]})
        blocks += document.blocks
    return blocks


def _raw(text: str) -> dict:
    return {"t": "RawBlock", "c": ["typst", text]}


def _plain(text: str) -> dict:
    return {"t": "Plain", "c": [{"t": "Str", "c": text}]}
