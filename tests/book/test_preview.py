import json
import re

import pytest
from pypdf import PdfReader

from analysis.errors import ReportError

PAGES = ["index", "report/figures", "report/words", "report/references", "report/notes"]


def test_two_cold_builds_give_the_same_bytes(built_book, cold_book, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    cold_book.build(notice=built_book.notice, paper=True)
    files = [path.relative_to(built_book.site) for path in built_book.site.rglob("*.*")]
    assert {"index.html", "small-book.pdf"} <= {path.name for path in files}
    for path in files:
        assert (cold_book.site / path).read_bytes() == (built_book.site / path).read_bytes(), path


def words(html: str) -> str:
    text = re.sub(r"<(script|style|head)\b.*?</\1>", "", html, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", "", text).replace("\u00a0", " ")
    return " ".join(text.split())


def test_chapters_figures_tables_and_equations_are_numbered_by_chapter(built_book):
    figures = words(built_book.page("report/figures.html"))
    assert "Figure 1.1: It rises. By a step." in figures
    assert "Table 1.1: Two zones." in figures
    assert "1.1 A table" in figures
    assert "Table A.1: Two zones." in words(built_book.page("report/notes.html"))
    assert "(2.1)" in words(built_book.page("report/words.html"))


def test_references_lead_across_pages(built_book):
    index = built_book.page("index.html")
    for address, text in {
        "report/figures.html#sec-figures": "Chapter 1",
        "report/figures.html#fig-line": "Figure 1.1",
        "report/figures.html#tbl-small": "Table 1.1",
        "report/words.html#eq-mean": "Equation 2.1",
        "report/notes.html#sec-notes": "Appendix A",
        "report/words.html#sec-lists": "the words",
        "report/words.html#words": "the second chapter",
    }.items():
        assert re.search(rf'<a[^>]*href="{address}"[^>]*>{text}</a>', index.replace("\u00a0", " "))
    figures = built_book.page("report/figures.html").replace("\u00a0", " ")
    assert re.search(r'<a[^>]*href="#fig-line"[^>]*>1.1</a> is a number alone', figures)
    assert 'href="../index.html#' in built_book.page("report/words.html")


def test_every_address_within_the_site_exists(built_book):
    for name in PAGES:
        page = built_book.page(f"{name}.html")
        for address in re.findall(r'(?:href|src)="([^"]+)"', page):
            if address.startswith("data:"):
                continue
            path, _, fragment = address.partition("#")
            target = (built_book.site / name).parent / path if path else None
            file = target.resolve() if target else built_book.site / f"{name}.html"
            assert file.is_file(), address
            if fragment and file.suffix == ".html":
                assert f'id="{fragment}"' in file.read_text(encoding="utf-8"), address


def test_inline_code_chunks_and_printed_words_are_shown(built_book):
    assert "We found 3 things in 41.5% of places" in words(built_book.page("index.html"))
    figures = built_book.page("report/figures.html")
    assert "printed words" in words(figures)
    assert figures.count("<summary>Code</summary>") == 2
    assert "from exhibits import" not in figures


def test_citations_lead_to_the_references(built_book):
    page = built_book.page("report/words.html")
    assert 'href="../report/references.html#ref-chetty2014"' in page
    assert "Chetty et al. (2014)" in words(page)
    assert 'id="ref-hand1996"' in built_book.page("report/references.html")
    assert 'id="ref-hand1996"' not in page


def test_call_outs_conditions_and_raw_html_are_kept(built_book):
    page = built_book.page("report/words.html")
    assert 'class="callout callout-note"' in page
    text = words(page)
    assert "Caution A warning has a heading." in text
    assert "2.3" not in text
    assert "Only on the site." in text
    assert "Only on paper." not in text
    assert "Hidden on the site." not in text
    assert '<p id="raw">Raw words.</p>' in page


def test_every_page_says_that_it_is_a_preview_and_gives_the_notice(built_book):
    for name in PAGES:
        page = built_book.page(f"{name}.html")
        assert "Preview build" in page
        assert built_book.notice in page


def test_figures_have_their_script_and_plotly_beside_it(built_book):
    loading = [name for name in PAGES if "figures.js" in built_book.page(f"{name}.html")]
    assert loading == ["report/figures"]
    assert len(list(built_book.site.rglob("plotly*.js"))) == 1


def test_the_search_index_holds_every_section(built_book):
    text = (built_book.site / "assets" / "search-index.js").read_text(encoding="utf-8")
    entries = json.loads(text.removeprefix("window.searchIndex = ").rstrip(";\n"))
    found = {(entry["href"], entry["section"]) for entry in entries}
    assert ("report/words.html#sec-lists", "2.1 Lists") in found
    assert any("41.5%" in entry["text"] for entry in entries)


def test_the_pdf_holds_the_same_words_and_numbers(built_book):
    reader = PdfReader(built_book.site / "small-book.pdf")
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert "A Small Book" in pages[0]
    assert "1 May 2030" in pages[0]
    assert "Preview build" in pages[0]
    assert built_book.notice in pages[0]
    text = " ".join(pages)
    for expected in (
        "Figure 1.1. It rises. By a step.",
        "Table 1.1. Two zones.",
        "Table A.1. Two zones.",
        "We found 3 things in 41.5% of places: see Chapter 1, Figure 1.1, Table 1.1",
        "Only on paper.",
        "Chetty et al. (2014) found",
        "The Theory of Measurement",
    ):
        assert expected.lower() in text.lower(), expected
    assert "Only on the site." not in text
    assert "from exhibits import" not in text


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "index.qmd",
            "@tbl-small",
            "@tbl-gone",
            "index.qmd, line 10: the cross-reference @tbl-gone",
        ),
        ("index.qmd", "words.qmd#sec-lists", "words.qmd#gone", "line 11: the link to"),
        ("index.qmd", "report/words.qmd)", "report/gone.qmd)", "names no chapter"),
        ("index.qmd", "*emphasis*", "![](gone.png)", "the picture gone.png does not exist"),
        (
            "report/words.qmd",
            "@hand1996",
            "@nobody",
            "line 5: nothing in references.bib has",
        ),
        ("report/words.qmd", "> A quotation.", "# Again", "a second heading of the first level"),
        ("report/notes.qmd", '"notes"', '"small"', "the identifier tbl-small is used in"),
        ("report/notes.qmd", "# Notes {#sec-notes}", "", "the chapter has no title"),
        ("report/words.qmd", "title: Words", 'title: "W {#sec-w}"', "write the title as a heading"),
        ("report/figures.qmd", "::: {.column-page}", "::: {.panel-tabset}", "figures.qmd, line 30"),
    ],
)
def test_what_leads_nowhere_is_named_by_file_and_line(small_book, file, old, new, said):
    small_book.edit(file, old, new)
    with pytest.raises(ReportError) as fault:
        small_book.build()
    assert said in str(fault.value)
    assert file in str(fault.value)
