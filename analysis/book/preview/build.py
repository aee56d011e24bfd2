"""The preview build from end to end: read, number, write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from analysis.book.assets.prepare import PLOTLY, SHAPES, Edition
from analysis.book.manuscript.book import Book
from analysis.book.manuscript.document import read_documents, read_trees
from analysis.book.preview.paper import write_pdf
from analysis.book.preview.site import shapes_of, shows, write_site
from analysis.paths import THEME

ASSETS = (
    THEME / "favicon.svg",
    THEME / "report.css",
    THEME / "figures.css",
    THEME / "preview" / "page.css",
    THEME / "theme.js",
    THEME / "preview" / "search.js",
)
FIGURE_ASSETS = (PLOTLY, THEME / "figures.js", THEME / "save.js")


def build_preview(
    book: Book,
    woven: dict[str, str],
    out: Path,
    edition: Edition,
    *,
    heads: Mapping[str, dict[str, str]] = MappingProxyType({}),
    paper: bool = True,
    drawn: Callable[[], object] = lambda: None,
) -> None:
    """Build the site, and the PDF unless `paper` is false, into an empty folder.

    Parameters
    ----------
    book : Book
    woven : dict of str
        Each chapter's Markdown with what its code gave, by the chapter's path.
    out : Path
        Made if it does not exist.
    edition : Edition
    heads : dict of dict
        What each page says to those who link to it.
    drawn : callable
        Waits until the pictures for paper are drawn.

    Raises
    ------
    ReportError
        Naming file and line (or chunk) of whatever can't be built.
    """
    trees = read_trees(woven)
    site = read_documents(book, woven, trees, target="html")
    figures = any(shows(document, "report-figure") for document in site)
    shapes = [SHAPES[name] for name in SHAPES if any(name in shapes_of(page) for page in site)]
    print("  writing pages", flush=True)
    assets = [*ASSETS, *(FIGURE_ASSETS if figures else ()), *shapes]
    write_site(book, site, out, edition, heads=heads, assets=assets)
    drawn()
    if paper:
        print("  setting the PDF", flush=True)
        pdf = out / f"{book.output_file}.pdf"
        documents = read_documents(book, woven, trees, target="typst")
        write_pdf(book, documents, pdf, edition)
