import pytest

from analysis.errors import ReportError
from analysis.publish.build.preview import execute
from analysis.publish.build.preview.execute import Job, execute_all
from analysis.publish.build.preview.source import parse
from analysis.publish.build.preview.weave import weave

CHAPTER = """# Title

```{python}
#| label: a-setup
#| include: false
found = 3
```

We found `{python} str(found)` things.
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a chapter in a folder of its own; gives its woven text and whether it really ran."""
    monkeypatch.setattr(execute, "CACHE", tmp_path / "cache")

    def run(text, *, state="same", target="html", uncached=False):
        source, ran = parse("a.qmd", text), []
        job = Job(source, target, uncached)
        [outputs] = execute_all([job], root=tmp_path, state=state, report=ran.append)
        return weave(source, outputs, target=target, echo=True), bool(ran)

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


def test_other_code_or_data_and_the_other_format_run_the_chapter(run):
    run(CHAPTER)
    assert run(CHAPTER, state="other code")[1]
    assert run(CHAPTER, target="typst")[1]
    assert not run(CHAPTER)[1]


def test_a_chapter_may_refuse_to_be_cached(run):
    run(CHAPTER, uncached=True)
    assert run(CHAPTER, uncached=True)[1]


def test_a_chapter_runs_again_when_a_file_that_it_wrote_is_gone(run):
    (run.folder / "results").mkdir()
    writing = CHAPTER.replace(
        "found = 3", 'open("results/x.csv", "w").write("1")\nfound = "[data](results/x.csv)"'
    )
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


def test_a_picture_without_caption_is_refused(run):
    chunk = "\n```{python}\n#| label: a-plot\nfrom IPython.display import SVG\nSVG('<svg/>')\n```\n"
    with pytest.raises(ReportError, match=r"chunk a-plot \(line 11\): it shows image/svg\+xml"):
        run(CHAPTER + chunk)
