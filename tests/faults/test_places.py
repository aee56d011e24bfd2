"""Places that are not what they should be: another type, nobody's home, no permission."""

import errno
import json

import pytest

from analysis import paths
from analysis.__main__ import main
from analysis.scorecard.selection.runner import _Store
from analysis.store import cache
from analysis.store.stamp import read_stamp
from tests.faults.struck import run

JUNK = [b"", b"[]", b"null", b"{", b"3", b'{"state": []}', b'{"files": {"x": 1}}', b"\xff\xfe"]


def one_sentence(capsys, command):
    assert main(command) == 2
    told = capsys.readouterr()
    assert told.err.startswith("error: ")
    assert told.err.count("\n") == 1
    return told.err


def test_the_home_of_nobody_is_one_sentence(raw, monkeypatch, capsys):
    monkeypatch.setenv("REPORT_DATA", "~nosuchuser/data")
    assert "~nosuchuser" in one_sentence(capsys, ["data"])


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_a_build_takes_the_place_of_nothing_but_a_site(tmp_path, capsys, kind):
    out = tmp_path / "out"
    if kind == "folder":
        out.mkdir()
        (out / "mine").write_text("mine")
    elif kind == "file":
        out.write_text("mine")
    else:
        out.symlink_to(tmp_path / "nowhere")
    assert "is no site" in one_sentence(capsys, ["build", "--preview", "--out", str(out)])
    assert out.is_symlink() if kind == "link" else out.exists()


@pytest.mark.parametrize("junk", JUNK)
def test_records_that_hold_something_else_are_not_believed(tmp_path, monkeypatch, junk):
    monkeypatch.setattr(paths, "CACHE", tmp_path)
    (tmp_path / "pages").mkdir()
    for path in (tmp_path / "stamp.json", tmp_path / "pages" / "entry"):
        path.write_bytes(junk)
    assert read_stamp(tmp_path / "stamp.json", tmp_path) == {}
    assert cache.get("pages", "entry") is None


def test_folders_in_the_place_of_records_are_not_believed(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "CACHE", tmp_path)
    for path in (tmp_path / "stamp.json", tmp_path / "pages" / "entry"):
        path.mkdir(parents=True)
    assert read_stamp(tmp_path / "stamp.json", tmp_path) == {}
    assert cache.get("pages", "entry") is None


def work(material, task):
    """Stands for a resample."""


def test_finished_resamples_that_were_damaged_are_done_again(tmp_path):
    store = _Store(tmp_path, work, 1)
    with store:
        for name in "abc":
            store.write(name, [0.25])
    assert _Store(tmp_path, work, 1).read() == {name: [0.25] for name in "abc"}
    whole = store.path.read_bytes()
    for place in range(len(whole)):
        bad = bytearray(whole)
        bad[place] ^= 2
        store.path.write_bytes(bytes(bad))
        found = _Store(tmp_path, work, 1).read()
        assert all(found.get(name, [0.25]) == [0.25] for name in found)
        assert set(found) <= set("abc")
    store.path.write_bytes(whole[:-9])
    with store:
        store.write("d", [1.0])
    assert set(_Store(tmp_path, work, 1).read()) == set("abd")


@pytest.mark.parametrize("junk", JUNK)
def test_a_store_that_holds_something_else_is_empty(tmp_path, junk):
    store = _Store(tmp_path, work, 1)
    store.path.write_bytes(junk)
    assert store.read() == {}
    store.path.write_text(json.dumps({"a": 1}))
    assert store.read() == {}


def test_resamples_go_on_where_nothing_can_be_kept(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = _Store(tmp_path / "file" / "folder", work, 1)
    with store:
        store.write("a", [1.0])
    assert store.read() == {}


@pytest.mark.parametrize("how", [errno.EACCES, errno.EIO])
def test_a_folder_without_permission_is_one_sentence(tmp_path, how):
    """Whoever runs this may be root, so that the refusal is made by hand."""
    spare = tmp_path / "spare"
    spare.mkdir()
    ended = run(refuse_reading, how, watched=tmp_path / "none", spare=spare)
    assert ended.code == 0, ended.err


def refuse_reading(how):
    import os
    import sys

    secret = os.path.join(paths.ROOT, "data", "secret")

    def hook(event, given):
        if event in ("open", "os.listdir", "os.scandir") and str(given[0]).startswith(secret):
            raise OSError(how, os.strerror(how), str(given[0]))

    sys.addaudithook(hook)
    for name in ("card.json", "answers.csv", "own.yml"):
        command = {
            "card.json": ["score", f"{secret}/card.json", f"{secret}/answers.csv"],
            "answers.csv": ["suggest", f"{secret}/answers.csv"],
            "own.yml": ["check", f"{secret}/own.yml"],
        }[name]
        assert main(["scorecard", *command]) == 2
