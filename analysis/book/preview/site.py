"""Write documents as a linked site."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from joblib import cpu_count

from analysis.book.assets.prepare import SHAPES, Edition
from analysis.book.assets.search import write_preview_index
from analysis.book.manuscript.book import BRIEF_NAME, Book
from analysis.book.manuscript.document import Document, walk
from analysis.book.manuscript.pandoc import pandoc
from analysis.paths import REPORT, THEME
from analysis.store.cache import get_or_make, make_key
from analysis.store.clock import in_words

FILTER = REPORT / "filters" / "preview.lua"
WORDS = REPORT / "filters" / "words.lua"
TABLES = REPORT / "filters" / "tables.lua"
TEMPLATE = THEME / "preview" / "page.html"


def write_site(
    book: Book,
    documents: list[Document],
    out: Path,
    edition: Edition,
    *,
    assets: list[Path],
    heads: Mapping[str, dict[str, str]] = MappingProxyType({}),
) -> None:
    """Write a page for each document, the search index and what the pages load.

    Parameters
    ----------
    book : Book
    documents : list of Document
        In reading order.
    out : Path
        An empty folder.
    edition : Edition
    assets : list of Path
        Files copied to ``assets/``: styles and scripts.
    heads : dict of dict
        By page, what it says to those who link to it.
    """
    (out / "assets").mkdir(parents=True)
    for path in assets:
        shutil.copy2(path, out / "assets" / path.name)
    with TemporaryDirectory() as folder:
        anchors = Path(folder) / "anchors.json"
        anchors.write_text(json.dumps(anchor_table(documents)), encoding="utf-8")
        common = _common(book, documents, anchors, edition)
        with ThreadPoolExecutor(cpu_count()) as pool:
            numbers = range(len(documents))
            pages = dict(pool.map(lambda at: _page(book, documents, at, common, heads), numbers))
    for name, text in pages.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
    write_preview_index(out / "assets" / "search-index.js", pages)
    for image in sorted({image for document in documents for image in document.images}):
        (out / image).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(book.root / image, out / image)


def shows(document: Document, name: str) -> bool:
    """Whether raw HTML of the page has a class, such as "report-figure"."""
    return any(node["t"] == "RawBlock" and name in node["c"][1] for node in walk(document.blocks))


def shapes_of(document: Document) -> list[str]:
    """Names of the shapes that the page's maps need: "zones", "counties"."""
    return [name for name in SHAPES if shows(document, f'data-shapes="{name}"')]


def anchor_table(documents: list[Document]) -> dict:
    """What the filter looks references up in: identifier to word, number, title and page."""
    return {key: vars(anchor) for document in documents for key, anchor in document.anchors.items()}


def _common(book: Book, documents: list[Document], anchors: Path, edition: Edition) -> dict:
    listed = next((d.chapter.page for d in documents if _lists_references(d)), "")
    settings: dict = {
        "anchors": str(anchors),
        "book-title": book.title,
        "book-subtitle": book.subtitle,
        "date": in_words(edition.date),
        "lang": book.lang,
        "notice": edition.notice,
        "pdf": f"{book.output_file}.pdf",
        "brief": BRIEF_NAME if book.brief else "",
        "link-citations": True,
        "references-page": listed,
    }
    if book.bibliography:
        cited = {key for document in documents for key in document.citations}
        settings["bibliography"] = str(book.bibliography)
        settings["nocite"] = ", ".join(f"@{key}" for key in sorted(cited))
    return settings


def _lists_references(document: Document) -> bool:
    return any(node["t"] == "Div" and node["c"][0][0] == "refs" for node in walk(document.blocks))


def _page(
    book: Book, documents: list[Document], at: int, common: dict, heads: Mapping
) -> tuple[str, str]:
    document = documents[at]
    root = document.chapter.to_root
    settings = common | {
        "page": document.chapter.page,
        "root": root,
        "title": document.plain_title,
        "pagetitle": f"{document.plain_title} – {book.title}" if at else book.title,
        "title-id": document.identifier,
        "number": _label(document),
        "first": at == 0,
        "figures": shows(document, "report-figure"),
        "nav": _navigation(documents, document, root),
        "head": heads.get(document.chapter.page, {}),
    }
    for name, other in (("previous", at - 1), ("next", at + 1)):
        if 0 <= other < len(documents):
            settings[name] = {
                "href": root + documents[other].chapter.page,
                "title": documents[other].name,
            }
    tree = {"pandoc-api-version": document.version, "meta": {}, "blocks": document.blocks}
    text, known = json.dumps(tree), settings | {"anchors": json.dumps(anchor_table(documents))}
    made_by = [path.read_text(encoding="utf-8") for path in (TEMPLATE, FILTER, WORDS, TABLES)]
    bib = book.bibliography.read_text(encoding="utf-8") if book.bibliography else ""
    key = make_key(text, json.dumps(known), bib, *made_by)
    page = get_or_make(
        "pages", key, lambda: _written(text, settings, document.chapter.source).encode()
    )
    return document.chapter.page, page.decode()


def _written(tree: str, settings: dict, place: str) -> str:
    with TemporaryDirectory() as folder:
        metadata = Path(folder) / "page.json"
        metadata.write_text(json.dumps(settings), encoding="utf-8")
        return pandoc(
            tree,
            "--from=json",
            "--to=html5",
            "--mathml",
            "--section-divs",
            "--toc",
            "--toc-depth=3",
            f"--template={TEMPLATE}",
            f"--metadata-file={metadata}",
            f"--lua-filter={FILTER}",
            f"--lua-filter={WORDS}",
            f"--lua-filter={TABLES}",
            place=place,
        )


def _label(document: Document) -> str:
    if not document.number:
        return ""
    return f"Appendix {document.number}" if document.chapter.appendix else document.number


def _navigation(documents: list[Document], current: Document, root: str) -> list[dict]:
    """The sidebar: groups of chapters under their part's title, or under none."""
    groups: list[dict] = []
    for document in documents:
        heading = "Appendices" if document.chapter.appendix else (document.chapter.part or "")
        if not groups or groups[-1]["heading"] != heading:
            groups.append({"heading": heading, "items": []})
        item = {
            "href": root + document.chapter.page,
            "title": document.plain_title,
            "number": document.number,
            "current": document is current,
        }
        groups[-1]["items"].append(item)
    return groups
