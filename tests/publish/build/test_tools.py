import hashlib
import json
import sys

import pytest

from analysis.errors import ReportError
from analysis.publish.build import chromium, quarto
from analysis.publish.build.book import Book, Chapter
from analysis.publish.build.freeze import freeze


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
    monkeypatch.setattr(quarto, "REFUSED", empty_path / "refused")
    monkeypatch.setattr(quarto.subprocess, "run", lambda *a, **k: tried.append(a))
    for _ in range(2):
        found, why = quarto.find_or_install()
        assert found is None
        assert "could not be installed" in why
    assert len(tried) == 1


BOOK = Book(
    root=None,
    title="",
    subtitle="",
    lang="en",
    chapters=(Chapter("index.qmd"), Chapter("report/data.qmd")),
    bibliography=None,
    output_file="x",
)


def test_a_chunk_that_fails_under_quarto_is_named():
    said = [
        "[1/2] index.qmd",
        "[2/2] report/data.qmd",
        "Starting python3 kernel...Done",
        "Executing 'data.quarto_ipynb'",
        "  Cell 1/3: 'data-setup'...Done",
        "  Cell 2/3: 'data-funnel'...ERROR: ",
        "An error occurred while executing the following cell:",
        "------------------",
        "1/0",
        "ZeroDivisionError                         Traceback (most recent call last)",
        "ZeroDivisionError: division by zero",
        "",
    ]
    expected = "report/data.qmd, chunk data-funnel: ZeroDivisionError: division by zero"
    assert quarto._reason(said, BOOK) == expected


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
