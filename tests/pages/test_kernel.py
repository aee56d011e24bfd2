"""Chapters run in a kernel as Quarto runs them, which takes the chunks' labels away."""

import os

import pytest

from analysis.book.manuscript.book import read_book
from analysis.book.manuscript.source import parse
from analysis.paths import ROOT
from tests.pages.kernel import run_as_quarto
from tests.pages.test_lint import floats

SMALL = ["index.qmd", "report/kinds.qmd", "report/words.qmd", "report/colophon.qmd"]


def run(project, path, tmp_path, **settings):
    """The names under which a chapter's figures and tables offer their data, by label."""
    source = parse(path, (project / path).read_text(encoding="utf-8"))
    environment = {**os.environ, "PYTHONPATH": str(project), **settings}
    shown = run_as_quarto(project, source, tmp_path / "info.json", environment)
    labels = {chunk.label for chunk in source.chunks}
    return {label: text for label, text in shown.items() if label in labels}


def require_names(project, path, shown):
    """Each figure and table that a chapter shows is named after its chunk."""
    for name, body in floats((project / path).read_text(encoding="utf-8")):
        if f"#| label: {name}\n" in body and "show(" in body:
            assert f"/{name}.csv" in shown[name], (path, name)


@pytest.mark.parametrize("path", SMALL)
def test_a_chapter_runs_in_quartos_kernel(small_project, tmp_path, path):
    project, _ = small_project
    shown = run(project, path, tmp_path, REPORT_DATA="")
    require_names(project, path, shown)


@pytest.mark.slow
@pytest.mark.parametrize("path", [chapter.source for chapter in read_book(ROOT).chapters])
def test_each_chapter_of_the_book_runs_in_quartos_kernel(real_preview, tmp_path, path):
    shown = run(ROOT, path, tmp_path)
    require_names(ROOT, path, shown)
