"""Sentences that carry a check: all hold on the real data, and one that does not is marked."""

import json
import re

import pytest

from analysis.book.manuscript.book import read_book
from analysis.paths import ROOT


@pytest.mark.slow
@pytest.mark.needs_data
def test_every_guarded_sentence_holds_for_the_published_data(real_preview):
    stamp = json.loads((real_preview.folder / "build.json").read_text())
    assert stamp["data"] == "the real data"
    assert stamp["failed claims"] == 0
    for name in real_preview.pages:
        assert 'class="claim"' not in (real_preview.folder / name).read_text(), name


def test_chapters_guard_what_they_say():
    guards = {
        source: (ROOT / source).read_text(encoding="utf-8").count("holds(")
        for source in read_book(ROOT).sources
    }
    assert sum(guards.values()) > 100
    assert guards["index.qmd"] > 3
    assert guards["report/brief.qmd"] > 10


def test_what_does_not_hold_is_marked_and_listed(small_project, small_preview, browser):
    _, said = small_project
    assert "1 of 3 guarded sentences do not hold" in said
    assert re.search(r"index\.qmd, line \d+: This one can't hold\.", said)
    page = browser.new_page()
    page.goto(small_preview.address)
    mark = page.locator("sup.claim a")
    assert mark.count() == 1
    assert "This one can’t hold†." in page.locator("main").inner_text()
    mark.click()
    assert page.url.endswith("colophon.html#sec-claims")
    page.get_by_role("heading", name="Checked sentences").wait_for()
    page.close()
