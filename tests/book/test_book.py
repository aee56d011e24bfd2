import pytest

from analysis.book.manuscript.book import read_book
from analysis.errors import ReportError
from analysis.paths import ROOT

BOOK = """
book:
  title: "A: Title"
  chapters:
    - index.qmd
    - part: One
      chapters: [report/a.qmd]
  appendices: [report/b.qmd]
format:
  typst:
    execute:
      echo: false
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "report").mkdir()
    for name in ("index.qmd", "report/a.qmd", "report/b.qmd"):
        (tmp_path / name).write_text("# T\n")
    (tmp_path / "_quarto.yml").write_text(BOOK)
    return tmp_path


def test_chapters_parts_and_appendices_are_read(project):
    book = read_book(project)
    assert [(c.source, c.part, c.appendix) for c in book.chapters] == [
        ("index.qmd", None, False),
        ("report/a.qmd", "One", False),
        ("report/b.qmd", None, True),
    ]
    assert [(c.page, c.to_root) for c in book.chapters[:2]] == [
        ("index.html", ""),
        ("report/a.html", "../"),
    ]
    assert book.echo == {"html": True, "typst": False}
    assert book.output_file == "A-Title"


def test_the_report_itself_is_read():
    book = read_book(ROOT)
    assert book.chapters[0].source == "index.qmd"
    assert any(chapter.appendix for chapter in book.chapters)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (BOOK, None, "There is no _quarto.yml in"),
        (BOOK, "book: [", "_quarto.yml is not valid YAML in line 1"),
        (BOOK, "words", "_quarto.yml holds no settings"),
        (BOOK, "book:\n  title: x\n", "_quarto.yml names no chapters"),
        ("report/a.qmd", "report/gone.qmd", "names the chapter report/gone.qmd, which does not"),
        ("- index.qmd", "- 3", "has an entry 3 among its chapters"),
        (BOOK, BOOK + "bibliography: no.bib\n", "names the bibliography no.bib, which does not"),
    ],
)
def test_a_faulty_configuration_is_one_sentence(project, old, new, said):
    path = project / "_quarto.yml"
    path.unlink() if new is None else path.write_text(BOOK.replace(old, new))
    with pytest.raises(ReportError) as fault:
        read_book(project)
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)
