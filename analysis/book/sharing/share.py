"""Say of each page what it is, and put its pictures into the site."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from joblib import cpu_count

from analysis.book.manuscript.book import Book, Chapter, described
from analysis.book.manuscript.document import stringify
from analysis.book.sharing.cards import card
from analysis.book.sharing.pictures import pictures, with_title_and_source
from analysis.paths import RESULTS

SOCIAL = "social"


def heads(book: Book, trees: dict[str, dict]) -> dict[str, dict[str, str]]:
    """For each page what its head says to those who link to it.

    Parameters
    ----------
    book : Book
    trees : dict of dict
        Pandoc's tree of each chapter, by its path; others are passed over.

    Returns
    -------
    dict of dict
        By page: ``title``, ``description``, ``image`` (an address, below the site's
        own where that is known), ``alt``, ``address`` (empty if it is not known) and ``site``.
    """
    return {
        chapter.page: {
            "title": title if chapter is not book.chapters[0] else book.title,
            "description": description,
            "image": f"{book.site_url or chapter.to_root}{SOCIAL}/{_name(chapter)}",
            "alt": _alt(book, trees[chapter.source], title),
            "address": _address(book, chapter),
            "site": book.title,
        }
        for chapter, title, description in _described(book, trees)
    }


def share(
    book: Book, trees: dict[str, dict], folder: Path, *, sources: list[str], cards: bool
) -> None:
    """Write each figure to be saved, and each page's card.

    Parameters
    ----------
    book : Book
    trees : dict of dict
    folder : Path
        The site's.
    sources : list of str
        Line below each figure that is saved, by the book's parts; chapters outside of
        any part have that of the first.
    cards : bool
        Whether to draw the cards as well, which takes longer.
    """
    parts = list(dict.fromkeys(chapter.part for chapter in book.chapters if chapter.part))
    for chapter, _, _ in _described(book, trees):
        source = sources[parts.index(chapter.part) if chapter.part else 0]
        for picture in pictures(trees[chapter.source]):
            if not all((book.root / path).is_file() for path in picture.drawings):
                continue  # only pages are made, and figures for paper wait to be drawn
            path = folder / RESULTS.name / f"{picture.name}.svg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(with_title_and_source(picture, book.root, source), encoding="utf-8")
    if not cards:
        return
    (folder / SOCIAL).mkdir(parents=True, exist_ok=True)

    def draw(item: tuple[Chapter, str, str]) -> None:
        chapter, title, description = item
        shown = pictures(trees[chapter.source])
        first = chapter is book.chapters[0]
        drawn = card(
            book.root,
            book="" if first else book.title,
            title=book.title if first else title,
            description=description,
            drawings=shown[0].drawings if shown else (),
        )
        (folder / SOCIAL / _name(chapter)).write_bytes(drawn)

    with ThreadPoolExecutor(cpu_count()) as pool:
        list(pool.map(draw, _described(book, trees)))


def _described(book: Book, trees: dict[str, dict]) -> list[tuple[Chapter, str, str]]:
    chapters = []
    for chapter in book.chapters:
        if chapter.source not in trees:
            continue
        tree = trees[chapter.source]
        heading = next(
            (b["c"][2] for b in tree["blocks"] if b["t"] == "Header" and b["c"][0] == 1), None
        )
        title = stringify(heading or tree["meta"].get("title", {}).get("c", []))
        chapters.append((chapter, title, described(book, chapter.source)))
    return chapters


def _alt(book: Book, tree: dict, title: str) -> str:
    shown = pictures(tree)
    return shown[0].title if shown else f"{title}, a chapter of {book.title}"


def _name(chapter: Chapter) -> str:
    return f"{PurePosixPath(chapter.source).stem}.png"


def _address(book: Book, chapter: Chapter) -> str:
    page = "" if chapter.page == "index.html" else chapter.page
    return f"{book.site_url}{page}" if book.site_url else ""
