"""What ``_quarto.yml`` says of the book: title, chapters, parts, options."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from analysis.errors import ReportError

CONFIG = "_quarto.yml"
BRIEF = "report/brief.qmd"
BRIEF_NAME = "brief.pdf"


@dataclass(frozen=True)
class Chapter:
    """One ``.qmd`` file of the book.

    Attributes
    ----------
    source : str
        Path below the project's root, with forward slashes.
    part : str or None
        Title of the part that it belongs to.
    appendix : bool
        Whether it is lettered and stands at the end.
    """

    source: str
    part: str | None = None
    appendix: bool = False

    @property
    def page(self) -> str:
        """Where its page stands below the site's root."""
        return str(Path(self.source).with_suffix(".html").as_posix())

    @property
    def to_root(self) -> str:
        """The way from its page to the site's root: "" or "../" and so on."""
        return "../" * self.source.count("/")


@dataclass(frozen=True)
class Book:
    """The book as ``_quarto.yml`` describes it.

    Attributes
    ----------
    root : Path
        The folder that holds ``_quarto.yml``.
    title, subtitle, lang, author : str
        Subtitle and author may be empty.
    chapters : tuple of Chapter
        In reading order, appendices last.
    bibliography : Path or None
        The BibTeX file.
    output_file : str
        Name of the PDF, without its ending.
    echo : dict
        For "html" and "typst", whether code is shown where a chunk does not say.
    site_url : str
        Where the site is published, ending in a slash; empty if that is not said.
    brief : str
        The short version for stakeholders, which is no chapter; empty if there is none.
    """

    root: Path
    title: str
    subtitle: str
    lang: str
    chapters: tuple[Chapter, ...]
    bibliography: Path | None
    output_file: str
    echo: dict[str, bool] = field(default_factory=dict)
    author: str = ""
    site_url: str = ""
    brief: str = ""

    @property
    def sources(self) -> list[str]:
        """Every file that is written like a chapter: the chapters, and the brief."""
        return [*(chapter.source for chapter in self.chapters), *([self.brief] * bool(self.brief))]


def read_book(root: Path) -> Book:
    """Read ``_quarto.yml`` in `root`.

    Raises
    ------
    ReportError
        If the file is missing, is not YAML, names no chapters or one that isn't there.
    """
    settings = _settings(root)
    book = settings.get("book")
    if not isinstance(book, dict) or not book.get("chapters"):
        raise ReportError(f"{CONFIG} names no chapters: list them under book: chapters:.")
    chapters = tuple(_chapters(book["chapters"], appendix=False)) + tuple(
        _chapters(book.get("appendices") or [], appendix=True)
    )
    for chapter in chapters:
        if not (root / chapter.source).is_file():
            raise ReportError(
                f"{CONFIG} names the chapter {chapter.source}, which does not exist: "
                "write it or take it out of the list."
            )
    title = str(book.get("title", ""))
    return Book(
        root=root,
        title=title,
        subtitle=str(book.get("subtitle", "")),
        lang=str(settings.get("lang", "en")),
        chapters=chapters,
        bibliography=_bibliography(root, settings),
        output_file=str(book.get("output-file") or title.replace(" ", "-").replace(":", "")),
        echo={name: _echo(settings, name) for name in ("html", "typst")},
        author=str(book.get("author", "")),
        site_url=_with_slash(str(book.get("site-url") or "")),
        brief=BRIEF if (root / BRIEF).is_file() else "",
    )


def described(book: Book, source: str) -> str:
    """What the chapter's front matter gives as its description; empty if it gives none."""
    text = (book.root / source).read_text(encoding="utf-8")
    match = re.match(r"---\n(.*?)^---\s*$", text, re.DOTALL | re.MULTILINE)
    meta = yaml.safe_load(match[1]) if match else None
    return str(meta.get("description", "")) if isinstance(meta, dict) else ""


def _with_slash(address: str) -> str:
    return address.rstrip("/") + "/" if address else ""


def _settings(root: Path) -> dict:
    try:
        settings = yaml.safe_load((root / CONFIG).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError(f"There is no {CONFIG} in {root}: run this in the project.") from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        problem = getattr(fault, "problem", None) or "it can't be read"
        raise ReportError(f"{CONFIG} is not valid YAML{place}: {problem}.") from None
    if not isinstance(settings, dict):
        raise ReportError(f"{CONFIG} holds no settings: it should describe the book.")
    return settings


def _chapters(entries: list, *, appendix: bool, part: str | None = None):
    for entry in entries:
        if isinstance(entry, str):
            yield Chapter(entry, part, appendix)
        elif isinstance(entry, dict) and "part" in entry:
            yield from _chapters(entry.get("chapters") or [], appendix=appendix, part=entry["part"])
        else:
            raise ReportError(
                f"{CONFIG} has an entry {entry!r} among its chapters: "
                "give the path of a .qmd file, or a part with its chapters."
            )


def _bibliography(root: Path, settings: dict) -> Path | None:
    named = settings.get("bibliography")
    if not named:
        return None
    path = root / (named[0] if isinstance(named, list) else named)
    if not path.is_file():
        raise ReportError(f"{CONFIG} names the bibliography {named}, which does not exist.")
    return path


def _echo(settings: dict, name: str) -> bool:
    formats = settings.get("format")
    own = formats.get(name) if isinstance(formats, dict) else None
    places = [own.get("execute"), own] if isinstance(own, dict) else []
    for place in (*places, settings.get("execute")):
        if isinstance(place, dict) and "echo" in place:
            return bool(place["echo"])
    return True
