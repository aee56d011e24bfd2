"""Which pages an edit renders anew."""

from types import SimpleNamespace

import pytest

from analysis.book import pages
from analysis.book.manuscript.book import Chapter
from analysis.book.pages import copy_linked, page_keys

BIB = """@article{one,
  author = {One, Ann},
  title = {First},
  year = {2001}
}

@book{two,
  author = {Two, Bob},
  title = {Second},
  year = {2002}
}
"""
OLD, NEW = "0123456789abcdef", "fedcba9876543210"
TEXTS = {
    "index.qmd": "No reference, an address a@b.org.",
    "report/a.qmd": f"As @one said. ![](figures/map-wide-{OLD}.svg) figures/map-{OLD}.js",
    "report/b.qmd": "And [@two, p. 3].",
    "report/refs.qmd": "::: {#refs}\n:::",
}


@pytest.fixture
def book(tmp_path):
    bib = tmp_path / "references.bib"
    bib.write_text(BIB)
    chapters = tuple(Chapter(path) for path in TEXTS)
    return SimpleNamespace(bibliography=bib, chapters=chapters)


def stale(before, now):
    return [path for path in now if before.get(path) != now[path]]


def stale_after(book, old, new):
    before = page_keys(book, TEXTS)
    book.bibliography.write_text(BIB.replace(old, new))
    return stale(before, page_keys(book, TEXTS))


def test_nothing_is_stale_where_nothing_changed(book):
    assert stale_after(book, "x{", "x{") == []


def test_a_changed_title_is_seen_where_it_is_cited_and_in_the_list(book):
    assert stale_after(book, "First", "Other") == ["report/a.qmd", "report/refs.qmd"]


def test_a_changed_year_is_seen_wherever_something_is_cited(book):
    assert stale_after(book, "2001", "2002") == ["report/a.qmd", "report/b.qmd", "report/refs.qmd"]


def test_changed_words_and_new_chapters_are_stale(book):
    before = page_keys(book, {path: TEXTS[path] for path in list(TEXTS)[:2]})
    other = {"index.qmd": "Words.", "report/a.qmd": TEXTS["report/a.qmd"], "report/b.qmd": "@one"}
    now = page_keys(book, other)
    assert stale(before, now) == ["index.qmd", "report/b.qmd"]


def test_a_page_whose_pictures_are_others_is_stale(book):
    before = page_keys(book, TEXTS)
    now = page_keys(book, {path: text.replace(OLD, NEW) for path, text in TEXTS.items()})
    assert stale(before, now) == ["report/a.qmd"]


def test_sheets_and_scripts_are_copied_to_wherever_pages_take_them_from(tmp_path, monkeypatch):
    theme, site = tmp_path / "theme", tmp_path / "site"
    for folder in (theme, site / "report" / "theme", site / "libs" / "figures"):
        folder.mkdir(parents=True)
    (theme / "report.css").write_text("new")
    (theme / "figures.js").write_text("new")
    (site / "report" / "theme" / "report.css").write_text("old")
    (site / "libs" / "figures" / "figures.js").write_text("old")
    (site / "libs" / "other.js").write_text("other")
    monkeypatch.setattr(pages, "THEME", theme)
    copy_linked(site)
    assert {path.name: path.read_text() for path in site.rglob("*.?s*")} == {
        "report.css": "new",
        "figures.js": "new",
        "other.js": "other",
    }
