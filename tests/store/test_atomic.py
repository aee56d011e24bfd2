"""Files and folders that are put in place whole, or not at all."""

import os
import subprocess

import pytest

from analysis.book.place import replaced
from analysis.errors import ReportError
from analysis.store import atomic


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def ended() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_a_file_is_written_and_read_below_its_hash(tmp_path):
    path = tmp_path / "new" / "file"
    atomic.write_signed(path, b"one\ntwo")
    assert atomic.read_signed(path) == b"one\ntwo"
    assert names(path.parent) == ["file"]
    path.write_bytes(path.read_bytes().replace(b"two", b"tow"))
    assert atomic.read_signed(path) is None
    assert atomic.read_signed(tmp_path) is None


def test_a_finished_folder_takes_the_place_of_the_old_one(tmp_path):
    target = tmp_path / "out"
    for keep, left in ((True, ["new", "other"]), (False, ["new"])):
        atomic.write(target / "other", "other")
        with atomic.folder(target, keep=keep) as folder:
            (folder / "new").write_text("new")
            assert "new" not in names(target) or keep is False
        assert names(target) == left
        assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("exchange", [True, False])
@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_folder(tmp_path, monkeypatch, exchange, fault):
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    target = tmp_path / "out"
    with atomic.folder(target) as folder:
        (folder / "old").write_text("old")
    with pytest.raises(fault), atomic.folder(target) as folder:
        (folder / "half").write_text("half")
        raise fault
    assert names(target) == ["old"]
    with atomic.folder(target) as folder:
        (folder / "new").write_text("new")
    assert names(target) == ["new"]
    assert names(tmp_path) == ["out"]


def test_the_folder_that_one_is_in_keeps_its_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").write_text("other")
    number = tmp_path.stat().st_ino
    with atomic.folder(tmp_path, keep=True) as folder:
        (folder / "new").write_text("new")
    assert names(tmp_path) == ["new", "other"]
    assert tmp_path.stat().st_ino == number


def test_what_ended_commands_left_is_removed_and_what_was_put_aside_comes_back(tmp_path):
    dead, alive = ended(), os.getpid()
    for name in (f".out-{dead}-1", f".out-{dead}-2-old", f".out-{alive}-1", ".out-notes"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    atomic.sweep(tmp_path, "out")
    assert names(tmp_path) == [f".out-{alive}-1", ".out-notes", "out"]
    assert (tmp_path / "out" / "file").read_text() == f".out-{dead}-2-old"


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(ReportError, match="can't be written to"),
        atomic.folder(tmp_path / "file/x"),
    ):
        pass


def test_a_build_replaces_nothing_but_a_site(tmp_path):
    target = tmp_path / "_book"
    target.write_text("mine")
    with pytest.raises(ReportError, match="is no site"), replaced(target):
        pass
    assert target.read_text() == "mine"
    target.unlink()
    atomic.write(target / "notes", "mine")
    with pytest.raises(ReportError, match="is no site"), replaced(target):
        pass
    assert names(target) == ["notes"]
    atomic.write(target / "index.html", "site")
    with replaced(target) as folder:
        atomic.write(folder / "index.html", "new")
    assert names(target) == ["index.html"]
    with pytest.raises(ReportError, match="There is no folder"), replaced(tmp_path / "no" / "x"):
        pass


def test_a_scratch_folder_is_gone_afterwards_or_with_the_next(tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = tmp_path / f".paper-{gone.pid}-1"
    (left / "inside").mkdir(parents=True)
    with atomic.scratch(tmp_path, "paper") as folder:
        (folder / "file").write_text("x")
        assert not left.exists()
    assert list(tmp_path.iterdir()) == []
