"""What pages need once they are there: pictures, results, the brief, and what links to them.

Quarto runs this file after it renders (``post-render`` in ``_quarto.yml``); `before` has
left what the pages were made from.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":
    if os.environ.get("REPORT_HOOKS") == "off":
        sys.exit()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from analysis.book.assets.prepare import data_by_study, edition
from analysis.book.before import READY, Ready, hook
from analysis.book.brief import write_brief
from analysis.book.manuscript.book import BRIEF_NAME, Book, read_book
from analysis.book.manuscript.document import read_trees
from analysis.book.place import STAMP
from analysis.book.quarto.finish import finish_pages, place_figures
from analysis.book.sharing.share import heads, share
from analysis.paths import RESULTS, ROOT
from analysis.store.cache import get


def set_brief(book: Book, ready: Ready, folder: Path) -> None:
    """Make the brief's PDF, if the book has one."""
    if book.brief:
        print("  setting the brief", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        write_brief(book, ready.brief, folder / BRIEF_NAME, edition())


def complete(
    book: Book, trees: dict[str, dict], folder: Path, pages: Sequence[str], *, cards: bool
) -> None:
    """Put results and pictures beside pages.

    Parameters
    ----------
    book : Book
    trees : dict of dict
        Pandoc's tree of each chapter whose page was made.
    folder : Path
        The site's.
    pages : sequence of str
        Names of the pages that were made.
    cards : bool
        Whether to draw the pictures that stand for pages where somebody links to them.
    """
    if RESULTS.is_dir():
        shutil.copytree(RESULTS, folder / RESULTS.name, dirs_exist_ok=True)
    place_figures(folder, pages)
    place = f" {book.site_url}" if book.site_url else ""
    sources = [f"Source: {book.title}.{place} Data: {title}." for title in data_by_study()]
    share(book, trees, folder, sources=sources, cards=cards)


def after_quarto(folder: Path, outputs: Sequence[Path]) -> None:
    """Finish what Quarto has rendered into a folder."""
    book = read_book(ROOT)
    ready = Ready(**json.loads(get(*READY)))
    trees = read_trees(ready.texts)
    pages = [path.relative_to(folder).as_posix() for path in outputs if path.suffix == ".html"]
    (folder / STAMP).unlink(missing_ok=True)  # it vouched for what was here before
    if ready.brief:
        set_brief(book, ready, folder)
    complete(book, trees, folder, pages, cards=True)
    finish_pages(book, folder, pages, heads(book, trees))


if __name__ == "__main__":
    output = Path(os.environ["QUARTO_PROJECT_OUTPUT_DIR"]).resolve()
    listed = os.environ.get("QUARTO_PROJECT_OUTPUT_FILES", "").splitlines()
    hook(lambda: after_quarto(output, [(ROOT / name).resolve() for name in listed]))
