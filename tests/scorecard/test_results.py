"""The book's survey, read once for each version of its files."""

import shutil

from analysis import paths
from analysis.scorecard.results import book_survey


def test_the_books_survey_is_read_anew_when_its_specification_changes(tmp_path, monkeypatch):
    shutil.copytree(paths.SURVEYS, tmp_path / "surveys")
    monkeypatch.setattr(paths, "SURVEYS", tmp_path / "surveys")
    monkeypatch.setenv("REPORT_DATA", "")
    first = book_survey()
    assert book_survey() is first
    spec = tmp_path / "surveys" / "simulated.yml"
    text = spec.read_text(encoding="utf-8")
    assert "title: " in text
    spec.write_text(text.replace("title: ", "title: Another ", 1), encoding="utf-8")
    assert book_survey().title.startswith("Another ")
