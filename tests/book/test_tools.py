import hashlib
import json
import sys

import pytest

from analysis import paths
from analysis.book.assets import chromium
from analysis.book.quarto import quarto
from analysis.book.quarto.freeze import freeze
from analysis.errors import ReportError


@pytest.fixture
def empty_path(tmp_path, monkeypatch):
    """A PATH with nothing on it and none of the variables that name programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CHROME", "BROWSER_PATH", "QUARTO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    return tmp_path


def program(folder, name, words):
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {words}\n")
    path.chmod(0o755)
    return path


def test_no_browser_is_found_or_installed_without_apt(empty_path):
    assert chromium.find_or_install() is None


def test_quarto_is_found_by_its_variable_first(empty_path, monkeypatch):
    program(empty_path, "quarto", "1.9.1")
    assert quarto.find().version == "1.9.1"
    monkeypatch.setenv("QUARTO", str(program(empty_path, "other", "2.0.0")))
    assert quarto.find().version == "2.0.0"


def test_a_variable_that_names_no_quarto_is_one_sentence(empty_path, monkeypatch):
    monkeypatch.setenv("QUARTO", "/nowhere/quarto")
    with pytest.raises(ReportError, match=r"\$QUARTO names /nowhere/quarto, which does not run"):
        quarto.find()


def test_an_old_quarto_is_not_used(empty_path):
    program(empty_path, "quarto", "1.4.550")
    found, why = quarto.find_or_install()
    assert found is None
    assert why == "Quarto 1.4.550 is older than 1.9."


def test_a_failed_installation_is_tried_once(empty_path, monkeypatch):
    tried = []
    monkeypatch.setattr(paths, "CACHE", empty_path / "cache")
    monkeypatch.setattr(quarto.subprocess, "run", lambda *a, **k: tried.append(a))
    for _ in range(2):
        found, why = quarto.find_or_install()
        assert found is None
        assert "could not be installed" in why
    assert len(tried) == 1


def test_a_failure_of_quarto_names_the_file_and_gives_its_words():
    said = [
        "[1/2] index.qmd",
        "[2/2] report/data.qmd",
        "ERROR: Book chapter 'nowhere.qmd' not found",
        "",
    ]
    assert quarto._reason(said) == "report/data.qmd: Book chapter 'nowhere.qmd' not found"


def test_each_form_of_quartos_warnings_is_heard_with_its_file():
    said = [
        "WARN: no theme",
        "[ 1/2] index.qmd",
        "WARNING (/share/filters/crossref/refs.lua:128) Unable to resolve crossref @fig-nosuch",
        "[ 2/2] report/data.qmd",
        "[WARNING] Citeproc: citation nobody not found",
        "WARNINGS are no warning, and so is a Warning: in prose",
        "WARN: PDF standard validation requested but verapdf is not installed.",
        "(W) Unable to resolve link target: nowhere.qmd",
    ]
    assert quarto.warnings(said, "the book") == [
        "the book: no theme",
        "index.qmd: Unable to resolve crossref @fig-nosuch",
        "report/data.qmd: Citeproc: citation nobody not found",
        "report/data.qmd: Unable to resolve link target: nowhere.qmd",
    ]


def test_what_was_run_is_frozen_for_both_formats_under_the_hash_that_quarto_takes(tmp_path):
    (tmp_path / "report").mkdir()
    text = "# A chapter\n\nWords.\n"
    (tmp_path / "report" / "a.qmd").write_text(text)
    freeze(tmp_path, {"report/a.qmd": "# A chapter\n\nOther words.\n"})
    folder = tmp_path / "_freeze" / "report" / "a" / "execute-results"
    assert {path.name for path in folder.iterdir()} == {"html.json", "typ.json"}
    for path in folder.iterdir():
        entry = json.loads(path.read_text())
        assert entry["hash"] == hashlib.md5(text.encode()).hexdigest()
        assert entry["result"]["markdown"] == "# A chapter\n\nOther words.\n"
