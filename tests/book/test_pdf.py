"""The PDF of each build."""

import re

import pytest
from pypdf import PdfReader

from analysis import data


@pytest.fixture(scope="session")
def pages(site):
    reader = PdfReader(site.pdf)
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_the_cover_names_the_report(site, pages):
    assert " ".join(site.book.title.split()[:3]) in pages[0]
    assert ("Preview build" in pages[0]) is (site.build == "preview")
    assert ("Simulated data" in pages[0]) is data.load().simulated


def test_every_chapter_is_in_the_contents_and_in_the_text(visit, site, pages):
    opened = visit()
    text = " ".join(pages)
    for name in site.pages:
        title = opened.open(name).locator("h1").last.inner_text()
        words = re.sub(r"^(Appendix )?[A-Z0-9]?\b[\s—:]*", "", title, count=1).strip()
        assert text.count(words) >= 2, title


def test_every_figure_of_the_site_is_on_paper_with_its_caption(visit, site, pages):
    opened = visit()
    text = " ".join(pages)
    labels = []
    for name in site.pages:
        page = opened.open(name)
        for caption in page.locator("figure figcaption").all_inner_texts():
            labels.append(re.match(r"(?:Figure|Table)\s(?:\w+\.)?\d+", caption)[0])
    assert labels
    for label in labels:
        assert f"{label.replace(chr(160), ' ')}. " in text.replace("\u00a0", " "), label


def test_every_figure_is_a_picture(visit, site):
    opened = visit()
    figures = sum(opened.open(name).locator(".report-figure").count() for name in site.pages)
    shapes = 0
    for page in PdfReader(site.pdf).pages:
        for item in (page["/Resources"].get("/XObject") or {}).values():
            shapes += item.get_object()["/Subtype"] in {"/Form", "/Image"}
    assert shapes >= figures


def test_nothing_is_unresolved(pages):
    text = " ".join(pages)
    for sign in ("?@", "??", "{python}", "nan", "Unable to display"):
        assert sign not in text
