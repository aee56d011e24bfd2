"""Where the browser is looked for."""

from pathlib import Path

import pytest

from analysis.publish.drawing import browser


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A folder that is all of PATH, with one program in it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "MAC_PROGRAMS", ())
    for variable in browser.VARIABLES:
        monkeypatch.delenv(variable, raising=False)

    def make(name: str) -> Path:
        path = tmp_path / name
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return path

    return make


def test_none_where_there_is_none(program):
    assert browser.find_chromium() is None


def test_found_on_path(program):
    path = program("google-chrome")
    assert browser.find_chromium() == path


@pytest.mark.parametrize("variable", ["CHROME", "BROWSER_PATH"])
def test_variable_comes_first_and_may_be_wrong(program, monkeypatch, variable, tmp_path):
    usual, own = program("chromium"), program("own")
    monkeypatch.setenv(variable, str(own))
    assert browser.find_chromium() == own
    monkeypatch.setenv(variable, str(tmp_path / "absent"))
    assert browser.find_chromium() == usual
