"""A tiny book that has every piece of markup once."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis import paths
from analysis.book.assets.prepare import Edition, prepare
from analysis.book.manuscript.book import read_book
from analysis.book.preview.build import build_preview
from analysis.book.run.chapters import weave_book

FIXTURE = Path(__file__).parent / "fixture"
NOTICE = "Simulated data: made up."


class SmallBook:
    """A copy of the fixture that can be edited and built, with a cache of its own."""

    def __init__(self, folder: Path, monkeypatch, cache: Path | None = None):
        self.root = folder / "book"
        self.site = folder / "site"
        shutil.copytree(FIXTURE, self.root, ignore=shutil.ignore_patterns("__pycache__"))
        self.cache = cache or folder / "cache"
        monkeypatch.setattr(paths, "CACHE", self.cache)
        self.notice = NOTICE

    def build(self, *, state="same", notice="", paper=False) -> Path:
        shutil.rmtree(self.site, ignore_errors=True)
        book = read_book(self.root)
        woven = weave_book(book, state=state, report=lambda line: None)
        edition = Edition("0.1", "Made up", notice, datetime(2030, 5, 1, tzinfo=UTC))
        build_preview(book, woven.texts, self.site, edition, paper=paper)
        return self.site

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def page(self, name: str) -> str:
        return (self.site / name).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def generated():
    """plotly.js and the shapes of maps, where the pages load them from."""
    prepare()


@pytest.fixture
def small_book(built_book, tmp_path, monkeypatch):
    """A copy to edit, which takes unchanged chapters from the cache of the built one."""
    book = SmallBook(tmp_path, monkeypatch, cache=built_book.cache)
    return book


@pytest.fixture
def cold_book(tmp_path, monkeypatch):
    """A copy of which nothing is kept, below blanks and letters beyond ASCII."""
    folder = tmp_path / "Zoë São 北 x"
    folder.mkdir()
    return SmallBook(folder, monkeypatch)


@pytest.fixture(scope="module")
def built_book(tmp_path_factory, generated):
    """The small book, built once for site and paper, with a notice."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        book = SmallBook(tmp_path_factory.mktemp("small"), monkeypatch)
        book.build(notice=NOTICE, paper=True)
        return book
