import pytest

from analysis import paths
from analysis.book.manuscript.source import parse
from analysis.book.run.execute import Chapters
from analysis.book.run.weave import weave
from analysis.errors import ReportError

CHAPTER = """# Title

```{python}
#| label: a-setup
#| include: false
found = 3
```

We found `{python} str(found)` things.
"""


WRITING = """from IPython.display import Markdown
open("results/x.csv", "w").write("1")
found = Markdown("[data](results/x.csv)")"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a chapter in a folder of its own; gives its woven text and whether it really ran."""
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")

    def run(text, *, state="same"):
        source, ran = parse("a.qmd", text), []
        [outputs] = Chapters(tmp_path, state, ran.append).run([source])
        return weave(source, outputs, echo={"html": True, "typst": False}), bool(ran)

    run.folder = tmp_path
    return run


def test_an_edit_of_prose_runs_nothing_and_is_shown(run):
    assert run(CHAPTER)[1]
    woven, ran = run(CHAPTER.replace("things", "places"))
    assert "We found 3 places." in woven
    assert not ran


def test_an_edit_of_code_runs_the_chapter(run):
    run(CHAPTER)
    woven, ran = run(CHAPTER.replace("found = 3", "found = 4"))
    assert "We found 4 things." in woven
    assert ran
    woven, ran = run(CHAPTER.replace("str(found)", "str(found + 6)"))
    assert "We found 9 things." in woven
    assert ran


def test_other_code_or_data_run_the_chapter(run):
    run(CHAPTER)
    assert run(CHAPTER, state="other code")[1]
    assert not run(CHAPTER)[1]


def test_a_chapter_runs_again_when_a_file_that_it_wrote_is_gone(run):
    (run.folder / "results").mkdir()
    writing = CHAPTER.replace("found = 3", WRITING).replace("str(found)", "found")
    run(writing)
    assert not run(writing)[1]
    (run.folder / "results" / "x.csv").unlink()
    assert run(writing)[1]


def test_a_damaged_entry_of_the_cache_is_computed_again(run):
    run(CHAPTER)
    [entry] = (run.folder / "cache" / "chapters").iterdir()
    entry.write_text("{")
    woven, ran = run(CHAPTER)
    assert ran
    assert "We found 3 things." in woven


FAULTS = {
    "raise ValueError('no such zone')": "chunk a-setup (line 3): ValueError: no such zone",
    "from analysis.errors import ReportError\nraise ReportError('Bring the file.')": (
        "chunk a-setup (line 3): Bring the file."
    ),
    "import os; os._exit(1)": "chunk a-setup (line 3): Python died while running it.",
    "found = ": "chunk a-setup (line 3): SyntaxError: invalid syntax",
}


@pytest.mark.parametrize(("code", "said"), FAULTS.items())
def test_a_failing_chunk_is_one_sentence(run, code, said):
    with pytest.raises(ReportError) as fault:
        run(CHAPTER.replace("found = 3", code))
    assert str(fault.value).startswith(f"a.qmd, {said}")
    assert "\n" not in str(fault.value)


def test_inline_code_must_give_text(run):
    with pytest.raises(ReportError) as fault:
        run(CHAPTER.replace("str(found)", "found"))
    expected = (
        "a.qmd, inline code `found` (line 9): TypeError: inline code must give a str, not int"
    )
    assert str(fault.value) == expected


def test_text_from_inline_code_is_shown_and_markdown_is_read(run):
    chapter = CHAPTER.replace("found = 3", 'found = "*3* <b>@x"')
    assert r"We found \*3\* \<b\>\@x things." in run(chapter)[0]
    marked = CHAPTER.replace("str(found)", "__import__('IPython').display.Markdown('*3*')")
    assert "We found *3* things." in run(marked)[0]


def test_a_chapter_knows_nothing_of_the_one_before(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    first = parse("a.qmd", CHAPTER)
    second = parse("b.qmd", CHAPTER.replace("found = 3", "pass"))
    with pytest.raises(ReportError, match=r"b\.qmd, inline code .*NameError"):
        Chapters(tmp_path, "same", lambda line: None).run([first, second])


def test_a_picture_without_caption_is_refused(run):
    chunk = "\n```{python}\n#| label: a-plot\nfrom IPython.display import SVG\nSVG('<svg/>')\n```\n"
    with pytest.raises(ReportError, match=r"chunk a-plot \(line 11\): it shows image/svg\+xml"):
        run(CHAPTER + chunk)
