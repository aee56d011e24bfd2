"""The PDF of each build."""

import re

import pytest
from pypdf import PdfReader

from tests.book.project import HOSTILE

STROKES = 15


@pytest.fixture(scope="session")
def pages(site):
    reader = PdfReader(site.pdf)
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_the_cover_names_the_report(site, pages):
    assert " ".join(site.book.title.split()[:3]) in pages[0]
    assert ("Preview build" in pages[0]) is (site.build == "preview")
    assert ("Simulated data" in pages[0]) is site.simulated


def test_every_chapter_is_in_the_contents_and_in_the_text(visit, site, pages):
    opened = visit()
    text = " ".join(pages)
    for name in site.pages:
        title = opened.open(name).locator("h1").last.inner_text()
        words = re.sub(r"^(Appendix )?(?:[A-Z]|\d+)?\b[\s—:]*", "", title, count=1).strip()
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


def test_every_figure_is_drawn(visit, site, pages):
    """The page with a figure's caption holds more strokes than its words and rules need."""
    opened = visit()
    marks = [re.findall(rb"\s(?:l|c|re)(?=\s)", content(p)) for p in PdfReader(site.pdf).pages]
    for name in site.pages:
        for caption in opened.open(name).locator("figure figcaption").all_inner_texts():
            if found := re.match(r"(Figure\s(?:\w+\.)?\d+)\W+(\w+\W+\w+)", caption):
                label, words = found[1].replace("\u00a0", " "), found[2]
                (number,) = (n for n, text in enumerate(pages) if f"{label}. {words}" in text)
                assert len(marks[number]) > STROKES, caption


def content(page) -> bytes:
    """The drawing instructions of a page and of the forms that it places."""
    forms = (page["/Resources"].get("/XObject") or {}).values()
    return page.get_contents().get_data() + b"".join(
        form.get_object().get_data() for form in forms if form.get_object()["/Subtype"] == "/Form"
    )


def test_nothing_is_unresolved(pages):
    text = " ".join(pages)
    for name in HOSTILE:  # zones of the small book, one of which is called as inline code
        text = text.replace(name, "")
    assert re.findall(r"\?@|\?\?|\{python\}|\bnan\b|Unable to display", text) == []
