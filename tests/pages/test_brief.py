"""The brief for stakeholders: a PDF of its own, and no chapter of the book."""

import re
import shutil

import pytest
from pypdf import PdfReader

from analysis.book.manuscript.book import BRIEF_NAME
from tests.pages.conftest import DATED
from tests.pages.paper import sheets, used
from tests.pages.project import Command

PAGES, LEAST = 4, 0.75


@pytest.fixture(scope="session")
def brief(site):
    return PdfReader(site.folder / BRIEF_NAME)


def test_every_page_links_to_the_brief(visit, site):
    opened = visit()
    for name in site.pages:
        page = opened.open(name)
        links = page.locator(f'a[href$="{BRIEF_NAME}"]')
        assert links.count() >= 1, name
        address = links.first.evaluate("link => link.href")
        assert page.request.get(address).status == 200, name


def test_the_brief_is_no_chapter(site):
    assert site.book.brief
    assert not any("brief" in name for name in site.pages)
    assert list(site.folder.rglob("brief.html")) == []
    report = " ".join(sheet.text for sheet in sheets(site.pdf))
    title = PdfReader(site.folder / BRIEF_NAME).metadata.title
    assert title not in report


def test_the_brief_names_chapters_as_the_book_does(site):
    text = " ".join(" ".join(sheet.text.split()) for sheet in sheets(site.folder / BRIEF_NAME))
    assert "Chapter 1" in text or not site.simulated
    assert re.findall(r"\?@|\?\?|@sec|\.qmd|\{python\}|\bnan\b", text) == []


def test_the_brief_meets_the_standard_of_accessibility(brief, site):
    root = brief.trailer["/Root"]
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()
    assert brief.metadata.author == site.book.author
    for sheet in sheets(site.folder / BRIEF_NAME):
        assert all(word.size >= 7 for word in sheet.words if word.text != "†")


def test_simulated_data_are_said_on_the_first_page(site):
    first = sheets(site.folder / BRIEF_NAME)[0]
    assert ("Simulated data" in first.text) is site.simulated


def test_it_is_made_alone(small_project, small_preview, tmp_path):
    project, out = tmp_path / "project", tmp_path / "out"
    shutil.copytree(small_project[0], project)
    out.mkdir()
    said = Command(project, "brief", "--out", str(out), said=out, **DATED).finished()
    assert str(out / BRIEF_NAME) in said
    alone, with_the_report = (
        "".join(sheet.text for sheet in sheets(folder / BRIEF_NAME))
        for folder in (out, small_preview.folder)
    )
    assert alone == with_the_report
    assert sorted(path.name for path in out.iterdir()) == ["brief.pdf", "brief.txt"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["real_preview", "real_quarto"])
def test_the_real_one_fills_four_pages(name, request):
    real = request.getfixturevalue(name)
    pages = sheets(real.folder / BRIEF_NAME)
    assert len(pages) == PAGES
    assert all(used(page) > LEAST for page in pages)
    text = " ".join(page.text for page in pages)
    for part in ("Five findings", "How sure", "does not support", "scorecard", "read more"):
        assert part in text
