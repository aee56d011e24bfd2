import json

import pytest

from analysis.__main__ import main
from analysis.publish.build import build as building


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A build whose parts are stand-ins that count; its output and record lie in `tmp_path`."""
    counts = {"fits": 0, "results": 0, "render": 0}

    def render(book, folder, state, notice):
        counts["render"] += 1
        (folder / "index.html").write_text(notice)

    def fit(study):
        counts["fits"] += 1

    def results(study):
        counts["results"] += 1
        yield "pyproject.toml"

    monkeypatch.setattr(building, "RECORD", tmp_path / "cache" / "results.json")
    monkeypatch.setattr(building, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(building, "prepare", lambda notice: None)
    monkeypatch.setattr(building, "_find_data", lambda: True)
    monkeypatch.setattr(building, "_render_preview", render)
    monkeypatch.setattr("analysis.publish.fits.fit_all", fit)
    monkeypatch.setattr("analysis.publish.result_files.write_all", results)
    monkeypatch.setattr("analysis.data.load", lambda: None)
    counts["out"] = tmp_path / "_book"
    return counts


def test_nothing_is_done_where_nothing_has_changed(project, capsys, monkeypatch):
    first = building.build(preview=True, out=project["out"])
    second = building.build(preview=True, out=project["out"])
    assert first == second
    assert project["render"] == 1
    said = capsys.readouterr().out
    assert "Nothing has changed since the last build." in said
    assert "Made with preview on simulated data." in said
    monkeypatch.setattr(building.fingerprint, "of_data", lambda: "other data")
    building.build(preview=True, out=project["out"])
    assert (project["render"], project["fits"], project["results"]) == (2, 2, 2)


def test_other_words_fit_and_write_nothing_again(project, monkeypatch):
    building.build(preview=True, out=project["out"])
    monkeypatch.setattr(building.fingerprint, "of_text", lambda root, sources: "other words")
    building.build(preview=True, out=project["out"])
    assert (project["render"], project["fits"], project["results"]) == (2, 1, 1)


def test_simulated_data_are_said_and_the_build_is_recorded(project):
    building.build(preview=True, out=project["out"])
    assert "Simulated data" in (project["out"] / "index.html").read_text()
    record = json.loads((project["out"] / building.STAMP).read_text())
    assert (record["build"], record["data"]) == ("preview", "simulated data")


def test_without_a_browser_the_site_is_built_and_it_is_said(project, capsys, monkeypatch):
    monkeypatch.setattr(building.chromium, "find_or_install", lambda: None)
    building.build(preview=True, out=project["out"])
    assert "No Chrome or Chromium was found" in capsys.readouterr().out
    assert (project["out"] / "index.html").is_file()


def test_a_place_that_cannot_be_written_is_one_sentence_and_code_2(project, capsys, tmp_path):
    assert main(["build", "--preview", "--out", str(tmp_path / "no" / "place")]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: The build can't be written to")
    assert err.count("\n") == 1
