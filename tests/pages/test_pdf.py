"""The PDF of each build."""

import functools
import itertools
import re
import shutil
import subprocess

import pytest
from pypdf import PdfReader

from analysis import __version__
from tests.pages.paper import bookmarks, sheets, tables, used
from tests.pages.project import HOSTILE

STROKES = 15
LONG_LINE = (
    "limits: {family: 2, health: 1, housing: 3, work: 1, school: 2, animals: 1, "
    "land: 1, tools: 1, food: 2}"
)


@pytest.fixture(scope="session")
def pages(site):
    return [" ".join(sheet.text.split()) for sheet in sheets(site.pdf)]


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


CAPTIONS = """[...document.querySelectorAll("figure figcaption")].map(caption => [
  caption.parentElement.closest("[id^=fig-], [id^=tbl-]").id,
  caption.innerText || caption.textContent])"""
SITE_ALONE = re.compile(
    r'^(:{3,}) \{\.content-visible when-format="html"\}\n(.*?)^\1 *$', re.DOTALL | re.MULTILINE
)


@functools.cache
def on_site_alone(root) -> set[str]:
    """Figures and tables that a chapter keeps off paper."""
    texts = [
        path.read_text(encoding="utf-8")
        for path in (root / "index.qmd", *(root / "report").glob("*.qmd"))
    ]
    inside = [part for text in texts for _, part in SITE_ALONE.findall(text)]
    return {name for part in inside for name in re.findall(r"\{#((?:fig|tbl)-[\w-]+)", part)}


def test_every_figure_of_the_site_is_on_paper_with_its_caption(visit, site, pages):
    opened = visit()
    text = " ".join(pages)
    labels = []
    for name in site.pages:
        page = opened.open(name)
        # Those of folded tables too.
        for identifier, caption in page.evaluate(CAPTIONS):
            if identifier not in on_site_alone(site.book.root):
                labels.append(re.match(r"(?:Figure|Table)\s(?:\w+\.)?\d+", caption.strip())[0])
    assert labels
    for label in labels:
        assert f"{label.replace(chr(160), ' ')}. " in text.replace("\u00a0", " "), label


def test_every_figure_is_drawn(visit, site, pages):
    """The page with a figure's caption holds more strokes than its words and rules need."""
    opened = visit()
    marks = [re.findall(rb"\s(?:l|c|re)(?=\s)", content(p)) for p in PdfReader(site.pdf).pages]
    for name in site.pages:
        for identifier, caption in opened.open(name).evaluate(CAPTIONS):
            if identifier in on_site_alone(site.book.root):
                continue
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


@pytest.fixture(scope="session")
def reader(site):
    return PdfReader(site.pdf)


def parts(site) -> set[str]:
    return {chapter.part for chapter in site.book.chapters if chapter.part} | {"Appendices"}


def test_no_page_ends_in_its_upper_half_but_at_the_end_of_a_part(reader, site):
    at = bookmarks(reader)
    first = min(at.values())
    ends = {page - 1 for title, page in at.items() if title in parts(site)}
    ends |= {len(reader.pages) - 1}
    short = {
        number + 1: round(share, 2)
        for number, sheet in enumerate(sheets(site.pdf))
        if number >= first and number not in ends and (share := used(sheet)) < 0.5
    }
    assert short == {}


def test_the_contents_take_two_pages_at_most_and_leave_out_the_routine(reader, pages):
    before = min(bookmarks(reader).values())
    listed = " ".join(pages[1:before])
    assert 1 <= before - 1 <= 2
    assert "What to take away" not in listed


def test_appendices_do_not_stand_alone_on_a_page(reader, site):
    at = bookmarks(reader)
    letters = [c for c in site.book.chapters if c.appendix]
    assert letters
    assert "Appendices" in at
    assert any(page == at["Appendices"] for title, page in at.items() if title != "Appendices")


def test_a_table_that_breaks_keeps_three_rows_on_either_side(reader):
    found = tables(reader)
    assert found
    for rows in found:
        body = [min(row.pages) for row in rows if not row.head and row.pages]
        pages = sorted(set(body))
        if len(pages) > 1:
            assert min(body.count(page) for page in pages) >= 3, [page + 1 for page in pages]


def test_the_pdf_says_who_made_it_from_what_and_in_which_version(reader, site, pages):
    assert reader.metadata.title == site.book.title
    assert reader.metadata.author == site.book.author
    cover = pages[0]
    assert site.book.author in cover
    assert __version__ in cover
    assert ("Simulated" if site.simulated else "Online Data Tables") in cover


def test_the_pdf_claims_the_standard_that_it_was_checked_against(reader, site):
    """Typst refuses to write what does not meet PDF/UA-1, such as a picture without words.

    Letters that no font of the machine has are the one thing that is let pass: the small
    book has some.
    """
    root = reader.trailer["/Root"]
    said = root["/Metadata"].get_object().get_data().decode()
    assert bool(re.search(r"pdfuaid:part>\s*1\s*<", said)) is (
        "report/words.qmd" not in site.book.sources
    )
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower().startswith("en")


def test_letters_are_of_one_family_and_large_enough(site):
    """Figures too: their labels have 7 points at least. Formulas have signs of their own."""
    for number, sheet in enumerate(sheets(site.pdf), start=1):
        for word in sheet.words:
            assert re.match("Libertinus|DejaVuSansMono|NewCMMath", word.font), (number, word)
            small = "Math" in word.font or word.text == "†"
            assert word.size >= 7 or small, (number, word)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this machine")
def test_no_words_lie_on_one_another(site):
    said = subprocess.run(
        ["pdftotext", "-bbox", site.pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    number = r'="(-?[\d.]+)"'
    box = re.compile(rf"<word xMin{number} yMin{number} xMax{number} yMax{number}>(.*?)</word>")
    for at, page in enumerate(said.split("<page ")[1:], start=1):
        found = [(*map(float, m.groups()[:4]), m[5]) for m in box.finditer(page)]
        for one, other in itertools.combinations(found, 2):
            wide = min(one[2], other[2]) - max(one[0], other[0])
            high = min(one[3], other[3]) - max(one[1], other[1])
            shorter = min(one[3] - one[1], other[3] - other[1])
            assert wide < 2 or high < 0.5 * shorter, (at, one[4], other[4])


def test_code_can_be_copied_line_by_line(site, pages):
    """A line that wraps goes on behind a mark that is drawn: no letter is added to it."""
    if "report/words.qmd" not in site.book.sources:
        pytest.skip("the small book has a line of code that is too long")
    text = "".join("".join(pages).split())
    assert "".join(LONG_LINE.split()) in text


def test_links_between_chapters_stay_in_the_pdf(reader):
    """None leads to a file of the source, which a reader of the PDF does not have."""
    for number, page in enumerate(reader.pages, start=1):
        for note in page.get("/Annots", []):
            action = note.get_object().get("/A")
            address = action.get_object().get("/URI", "") if action else ""
            assert ".qmd" not in str(address), number
