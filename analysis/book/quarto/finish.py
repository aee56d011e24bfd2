"""Finish the pages that Quarto has made: icons, heads, links, scripts, and the search.

Only pages that were made in this run are touched, so that one chapter is finished as fast
as it is rendered.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from html import escape
from pathlib import Path

from analysis.book.assets.search import write_quarto_index
from analysis.book.manuscript.book import BRIEF_NAME, Book
from analysis.errors import ReportError
from analysis.paths import PROCESSED, THEME

ICONS = THEME / "quarto" / "icons.css"
FIGURES = "figures"
NAMES = {
    "title": "og:title",
    "description": "og:description",
    "image": "og:image",
    "alt": "og:image:alt",
    "address": "og:url",
    "site": "og:site_name",
}
SKIP = '<a class="skip" href="#quarto-document-content">Skip to the text</a>'
_SHOWN = re.compile(r'class="bi (bi-[\w-]+)')
_SCRIPT = re.compile(r'<script (?=src="[^"]*site_libs/(?![^"]*/theme\.js)[^"]*">)')
_TITLE = re.compile(r'<meta property="og:title" [^>]*>\n?')
_NAMED = re.compile(r'(?:src|srcset|data-source)="(?:\.\./)*figures/([\w.-]+)"')
_LOST = re.compile(r"\?@?((?:fig|tbl|sec|eq)-[\w-]+)|\?\?(?=<)")
_DEFINED = re.compile(r"\{#((?:fig|tbl|sec|eq)-[\w-]+)")
_HIDDEN_WORKS = re.compile(r'<div id="refs"[^>]* style="display: none"')
_WORK = re.compile(r'<div id="ref-([^"]+)" class="csl-entry"[^>]*>.*?</div>\n?', re.DOTALL)


def finish_pages(
    book: Book, site: Path, pages: Sequence[str], heads: Mapping[str, dict[str, str]]
) -> None:
    """Finish pages of a site, by their names.

    Parameters
    ----------
    heads : dict of dict
        By page, what it says to those who link to it; see `sharing.share.heads`.

    Raises
    ------
    ReportError
        If a page shows an icon that nobody drew, or a reference that leads nowhere.
    """
    place_icons(site)
    papers = (f"{book.output_file}.pdf", BRIEF_NAME)
    missing = [name for name in papers if not (site / name).exists()]
    texts = ((book.root / chapter.source).read_text("utf-8") for chapter in book.chapters)
    known = {name for text in texts for name in _DEFINED.findall(text)}
    for name in pages:
        page = site / name
        text = page.read_text(encoding="utf-8")
        require_icons(name, text)
        if waiting := require_references(name, text, known):
            print(f"  {name} refers to {', '.join(waiting)} of pages that Quarto has not made yet: "
                  "`quarto render` gives them their numbers.")  # fmt: skip
        text = without_uncited(without_links(text, missing))
        text = with_skip_link(defer_scripts(text))
        if name in heads:
            text = with_head(text, heads[name])
        page.write_text(text, encoding="utf-8")
    write_quarto_index(site, pages)


def place_icons(site: Path) -> None:
    """Put a sheet of the few icons that pages show in the place of Quarto's font of all.

    The font and its sheet are 194 kB of each first visit.
    """
    folder = site / "site_libs" / "bootstrap"
    if folder.is_dir():
        (folder / "bootstrap-icons.woff").unlink(missing_ok=True)
        shutil.copyfile(ICONS, folder / "bootstrap-icons.css")


def require_icons(name: str, text: str) -> None:
    """Refuse a page that shows an icon which the sheet of icons does not have."""
    drawn = set(re.findall(r"\.(bi-[\w-]+)", ICONS.read_text(encoding="utf-8")))
    if lost := sorted(set(_SHOWN.findall(text)) - drawn):
        raise ReportError(f"{name} shows the icon {lost[0]}: draw it in {ICONS.name}.")


def require_references(name: str, text: str, known: Collection[str]) -> list[str]:
    """Refuse a page with a reference that leads nowhere.

    Parameters
    ----------
    known : collection of str
        What the chapters define.

    Returns
    -------
    list of str
        What the page refers to and Quarto could not find, as their pages were never made.
    """
    prose = re.sub(r"<(script|style|code|pre)\b.*?</\1>|<[^>]*>", "<", text, flags=re.DOTALL)
    waiting = set()
    for lost in _LOST.finditer(prose):
        if lost[1] not in known:
            raise ReportError(
                f"{name} shows {lost[0]!r}, a reference that leads nowhere: correct its name in "
                f"{Path(name).with_suffix('.qmd').as_posix()}."
            )
        waiting.add(lost[1])
    return sorted(waiting)


def with_head(text: str, head: Mapping[str, str]) -> str:
    """A page that says what it is, without the title with number and book that Quarto gives."""
    lines = [
        '<meta name="twitter:card" content="summary_large_image">',
        '<meta property="og:type" content="article">',
    ]
    lines += [
        f'<meta property="{name}" content="{escape(head[field])}">'
        for field, name in NAMES.items()
        if head.get(field)
    ]
    if head.get("address"):
        lines.append(f'<link rel="canonical" href="{escape(head["address"])}">')
    before, end, after = _TITLE.sub("", text).partition("</head>")
    return "\n".join([before.rstrip("\n"), *lines, end]) + after


def with_skip_link(text: str) -> str:
    """A page whose first link leads a keyboard past all others, to the text."""
    text = re.sub(r"<body[^>]*>", lambda body: f"{body[0]}\n{SKIP}", text, count=1)
    return text.replace("<main ", '<main tabindex="-1" ', 1)


def defer_scripts(text: str) -> str:
    """Let Quarto's scripts wait for the page, which needs none of them to be drawn.

    All of them act when the page is there (``DOMContentLoaded``), after what is deferred.
    That of the theme goes first.
    """
    return _SCRIPT.sub("<script defer ", text)


def without_links(text: str, files: Sequence[str]) -> str:
    """A page without its links to some files, such as a PDF that was not asked for."""
    for name in files:
        link = rf'<a href="(?:\./|\.\./)*{re.escape(name)}"[^>]*>.*?</a>'
        text = re.sub(link, "", text, flags=re.DOTALL)
    return text


def without_uncited(text: str) -> str:
    """A page whose hidden list of works, of which notes beside citations are made, has no others.

    Every page reads the whole bibliography, so that "2018a" is the same work on all of them.
    """
    if not _HIDDEN_WORKS.search(text):
        return text
    cited = {key for keys in re.findall(r'data-cites="([^"]*)"', text) for key in keys.split()}
    return _WORK.sub(lambda work: work[0] if work[1] in cited else "", text)


def place_figures(site: Path, pages: Sequence[str]) -> None:
    """Copy into a site the pictures and scripts that its pages name."""
    texts = ((site / name).read_text(encoding="utf-8") for name in pages)
    names = {name for text in texts for name in _NAMED.findall(text)}
    if names:
        (site / FIGURES).mkdir(exist_ok=True)
    for name in sorted(names):
        shutil.copyfile(PROCESSED / FIGURES / name, site / FIGURES / name)
