import errno
import json
import os
import subprocess

import pytest

from analysis import paths
from analysis.__main__ import main
from analysis.book import after, before
from analysis.book import build as building
from analysis.book.assets.prepare import SIMULATED, Edition
from analysis.book.fingerprint import of_surroundings
from analysis.book.place import STAMP
from analysis.book.run.chapters import Claim, Woven
from analysis.errors import ReportError


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A build whose parts are stand-ins that count; its output and record lie in `tmp_path`."""
    counts = {"fits": 0, "results": 0, "render": 0, "briefs": 0, "woven": Woven({}, [], 0)}

    def render(book, texts, folder, edition, *, heads, paper, drawn):
        assert drawn() == 0
        counts["render"] += 1
        (folder / "index.html").write_text(edition.notice)

    def brief(book, woven, path, edition):
        counts["briefs"] += 1
        path.write_text("brief")

    def fit(study):
        counts["fits"] += 1

    def results(study):
        counts["results"] += 1
        yield "pyproject.toml"

    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(before, "RECORD", tmp_path / "cache" / "results.json")
    monkeypatch.setattr(after, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(before, "prepare", lambda: None)
    monkeypatch.setattr(before, "write_edition", lambda: None)
    monkeypatch.setattr(before, "_find_data", lambda: True)
    monkeypatch.setattr(building, "build_preview", render)
    monkeypatch.setattr(after, "write_brief", brief)
    monkeypatch.setattr(building, "heads", lambda book, trees: {})
    monkeypatch.setattr(after, "share", lambda *given, **said: None)
    for module in (building, after):
        monkeypatch.setattr(module, "edition", lambda: Edition("", "", SIMULATED, None))
    monkeypatch.setattr(after, "data_by_study", lambda: ())
    monkeypatch.setattr(before, "weave_book", lambda book, state, only: counts["woven"])
    monkeypatch.setattr(building, "draw_waiting", lambda paper: 0)
    monkeypatch.setattr("analysis.publish.results.fits.fit_all", fit)
    monkeypatch.setattr("analysis.publish.results.result_files.write_all", results)
    monkeypatch.setattr("analysis.data.load", lambda: None)
    counts["out"] = tmp_path / "_book"
    return counts


def test_nothing_is_done_where_nothing_has_changed(project, capsys, monkeypatch):
    building.build(preview=True, out=project["out"])
    building.build(preview=True, out=project["out"])
    assert project["render"] == 1
    said = capsys.readouterr().out
    assert "Nothing has changed since the last build." in said
    assert "Made with preview on simulated data." in said
    monkeypatch.setattr(building.fingerprint, "of_data", lambda: "other data")
    building.build(preview=True, out=project["out"])
    assert (project["render"], project["fits"], project["results"]) == (2, 2, 2)


def test_what_a_killed_build_has_left_goes_even_where_nothing_has_changed(project, capsys):
    building.build(preview=True, out=project["out"])
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = project["out"].with_name(f"._book-{gone.pid}-1")
    left.mkdir()
    building.build(preview=True, out=project["out"])
    assert "Nothing has changed" in capsys.readouterr().out
    assert not left.exists()


@pytest.mark.parametrize("damage", ["changed", "gone", "stamp gone"])
def test_a_site_that_is_not_as_it_was_made_is_built_again(project, damage):
    building.build(preview=True, out=project["out"])
    whole = (project["out"] / "index.html").read_bytes()
    broken = project["out"] / (STAMP if damage == "stamp gone" else "index.html")
    if damage == "changed":
        broken.write_bytes(whole[:-1] + b"?")
    else:
        broken.unlink()
        (project["out"] / "index.html").touch()  # else it is no site, and is left alone
    building.build(preview=True, out=project["out"])
    assert project["render"] == 2
    assert (project["out"] / "index.html").read_bytes() == whole


def test_other_words_fit_and_write_nothing_again(project, monkeypatch):
    building.build(preview=True, out=project["out"])
    monkeypatch.setattr(building.fingerprint, "of_text", lambda book: "other words")
    building.build(preview=True, out=project["out"])
    assert (project["render"], project["fits"], project["results"]) == (2, 1, 1)


def test_simulated_data_are_said_and_the_build_is_recorded(project):
    building.build(preview=True, out=project["out"])
    assert "Simulated data" in (project["out"] / "index.html").read_text()
    record = json.loads((project["out"] / STAMP).read_text())
    assert (record["build"], record["data"]) == ("preview", "simulated data")


def test_without_a_browser_the_site_is_built_and_it_is_said(project, capsys, monkeypatch):
    monkeypatch.setattr(before.chromium, "find_or_install", lambda: None)
    building.build(preview=True, out=project["out"])
    assert "No Chrome or Chromium was found" in capsys.readouterr().out
    assert (project["out"] / "index.html").is_file()


def test_a_place_that_cannot_be_written_is_one_sentence_and_code_2(project, capsys, tmp_path):
    assert main(["build", "--preview", "--out", str(tmp_path / "no" / "place")]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: There is no folder")
    assert err.count("\n") == 1


def test_what_is_built_and_why_is_said_before_anything_is_fitted(project, capsys):
    building.build(preview=True, out=project["out"])
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Build: preview. It was asked for; leave out --preview")
    assert said[1].startswith("Data:  simulated, since the raw files are neither in data/raw/")
    assert said.index("Fitting the models …") > 1


def test_sentences_that_do_not_hold_are_listed_and_strict_refuses_them(project, capsys):
    claim = Claim("report/x.qmd", 12, "It rises.")
    project["woven"] = Woven({}, [claim], 7)
    building.build(preview=True, out=project["out"])
    said = capsys.readouterr().out
    assert "1 of 7 guarded sentences do not hold" in said
    assert "  report/x.qmd, line 12: It rises." in said
    with pytest.raises(ReportError, match="1 of 7 guarded sentences"):
        building.build(preview=True, out=project["out"], strict=True)


def test_without_paper_the_earlier_pdf_stays_and_the_next_whole_build_makes_one(project):
    building.build(preview=True, out=project["out"])
    name = f"{building.read_book(building.ROOT).output_file}.pdf"
    (project["out"] / name).write_text("paper")
    building.build(preview=True, out=project["out"], paper=False, force=True)
    assert (project["out"] / name).read_text() == "paper"
    building.build(preview=True, out=project["out"])
    assert project["render"] == 3


def test_results_are_used_only_where_they_are_what_was_written(project, tmp_path, monkeypatch):
    file = tmp_path / "numbers.csv"
    fault = []

    def results(study):
        file.write_text("0.5\n" if not fault else "9\n")
        if fault:
            raise fault[0]
        yield str(file)

    def build(data):
        monkeypatch.setattr(building.fingerprint, "of_data", lambda: data)
        building.build(preview=True, out=project["out"], force=True)

    monkeypatch.setattr("analysis.publish.results.result_files.write_all", results)
    build("first")
    file.write_text("7\n")  # changed by somebody else
    build("first")
    assert file.read_text() == "0.5\n"
    fault.append(KeyboardInterrupt())  # ended while writing
    with pytest.raises(KeyboardInterrupt):
        build("second")
    fault.clear()
    build("first")
    assert file.read_text() == "0.5\n"


def test_a_single_page_waits_for_a_look_through_the_code_only_where_a_file_is_newer(
    project, monkeypatch, generated
):
    looks = []
    monkeypatch.setattr(before.fingerprint, "of_results", lambda: looks.append(1) or "code")
    monkeypatch.setattr(before.fingerprint, "of_data", lambda: "data")
    steps, book = before.Steps(), before.read_book(before.ROOT)
    for only, seen in ((None, 1), (["index.qmd"], 1), (None, 2)):
        before.make_ready(book, "state", steps, only=only)
        assert len(looks) == seen
    os.utime(before.RECORD, (0, 0))  # any source is newer
    before.make_ready(book, "state", steps, only=["index.qmd"])
    before.make_ready(book, "other", steps, only=["index.qmd"])
    assert len(looks) == 4
    assert project["fits"] == 2


def test_what_the_machine_refuses_is_one_sentence_and_code_2(project, capsys, monkeypatch):
    def full(study):
        raise OSError(errno.ENOSPC, "No space left on device", "some/file")

    monkeypatch.setattr("analysis.publish.results.fits.fit_all", full)
    assert main(["build", "--preview", "--out", str(project["out"])]) == 2
    said = "error: some/file: No space left on device; free some space, then run the command again."
    assert capsys.readouterr().err.splitlines()[-1] == said


@pytest.mark.parametrize("name", ["analysis/publish/drawing/compact.js", "data/columns.csv"])
def test_a_changed_script_or_table_is_seen(tmp_path, name):
    script = tmp_path / name
    script.parent.mkdir(parents=True)
    script.write_text("one")
    before = of_surroundings(tmp_path)
    assert of_surroundings(tmp_path) == before
    script.write_text("other")
    assert of_surroundings(tmp_path) != before
