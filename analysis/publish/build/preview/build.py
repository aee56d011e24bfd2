"""The preview build from end to end: run, weave, number, write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analysis.paths import THEME
from analysis.publish.build.book import Book
from analysis.publish.build.prepare import PLOTLY, SHAPES
from analysis.publish.build.preview.document import Document, read_documents
from analysis.publish.build.preview.execute import Job, Outputs, execute_all
from analysis.publish.build.preview.markup import check
from analysis.publish.build.preview.paper import write_pdf
from analysis.publish.build.preview.site import shapes_of, shows, write_site
from analysis.publish.build.preview.source import Source, parse
from analysis.publish.build.preview.weave import weave

ASSETS = (
    THEME / "favicon.svg",
    THEME / "report.css",
    THEME / "figures.css",
    THEME / "preview" / "page.css",
    THEME / "preview" / "theme.js",
    THEME / "preview" / "search.js",
)
FIGURE_ASSETS = (PLOTLY, THEME / "figures.js")
EDITION = "Preview build"


def build_preview(
    book: Book,
    out: Path,
    *,
    state: str,
    date: str,
    notice: str = "",
    paper: bool = True,
    report: Callable[[str], None] = print,
) -> None:
    """Build the site, and the PDF unless `paper` is false, into an empty folder.

    Parameters
    ----------
    book : Book
    out : Path
        Made if it does not exist.
    state : str
        Hash of code and data; outputs that were cached under another are not used.
    date, notice : str
        Shown on the first page and the cover; the notice on every page.
    report : callable
        Told of what is done, a line at a time.

    Raises
    ------
    ReportError
        Naming file and line (or chunk) of whatever can't be built.
    """
    sources = [_source(book, chapter.source) for chapter in book.chapters]
    targets = ["html", "typst"] if paper else ["html"]
    jobs = [Job(source, target, _never_cached(source)) for target in targets for source in sources]
    outputs = execute_all(jobs, root=book.root, state=state, report=report)
    documents = {target: _documents(book, target, jobs, outputs) for target in targets}
    site = documents["html"]
    figures = any(shows(document, "report-figure") for document in site)
    shapes = [SHAPES[name] for name in SHAPES if any(name in shapes_of(page) for page in site)]
    report("  writing pages")
    write_site(
        book,
        site,
        out,
        notice=notice,
        date=date,
        pdf=paper,
        assets=[*ASSETS, *(FIGURE_ASSETS if figures else ()), *shapes],
    )
    if paper:
        report("  setting the PDF")
        pdf = out / f"{book.output_file}.pdf"
        write_pdf(book, documents["typst"], pdf, notice=notice, date=date, edition=EDITION)


def _source(book: Book, path: str) -> Source:
    source = parse(path, (book.root / path).read_text(encoding="utf-8"))
    check(source)
    return source


def _never_cached(source: Source) -> bool:
    """A chapter with ``execute: freeze: false`` runs at each build, as it does in Quarto."""
    execute = source.meta.get("execute")
    return isinstance(execute, dict) and execute.get("freeze") is False


def _documents(book: Book, target: str, jobs: list[Job], outputs: list[Outputs]) -> list[Document]:
    texts, woven = {}, {}
    for job, output in zip(jobs, outputs, strict=True):
        if job.target == target:
            path = job.source.path
            texts[path] = (book.root / path).read_text(encoding="utf-8")
            woven[path] = weave(job.source, output, target=target, echo=book.echo[target])
    return read_documents(book, woven, texts, target=target)
