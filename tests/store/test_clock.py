"""The date that outputs carry."""

import os
import subprocess
from datetime import UTC, datetime

import pytest

from analysis import paths
from analysis.errors import ReportError
from analysis.store import clock


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A project of one chapter that was written in 2001, outside git."""
    monkeypatch.delenv(clock.EPOCH, raising=False)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (tmp_path / "index.qmd").write_text("# Title\n")
    os.utime(tmp_path / "index.qmd", (1_000_000_000, 1_000_000_000))
    return tmp_path


def commit(folder, date):
    who = [f"GIT_{role}_{part}" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")]
    dates = {"GIT_AUTHOR_DATE": "2009-01-01T00:00:00Z", "GIT_COMMITTER_DATE": date}
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        environment = {**os.environ, **dict.fromkeys(who, "somebody"), **dates}
        subprocess.run(["git", "-C", folder, *words], env=environment, check=True)


def test_the_date_that_a_builder_names_comes_first(root, monkeypatch):
    commit(root, "2010-05-03T12:00:00+02:00")
    monkeypatch.setenv(clock.EPOCH, "1893456000")
    assert clock.made_at() == datetime(2030, 1, 1, tzinfo=UTC)


def test_else_it_is_that_of_the_last_commit(root):
    commit(root, "2010-05-03T12:00:00+02:00")
    assert clock.made_at() == datetime(2010, 5, 3, 10, tzinfo=UTC)


def test_and_without_git_that_of_the_newest_source(root, monkeypatch):
    assert clock.made_at() == datetime.fromtimestamp(1_000_000_000, UTC)
    # Nor does the commit of a folder around it count, or a git that is not there.
    commit(root, "2010-05-03T12:00:00Z")
    inner = root / "inner"
    inner.mkdir()
    (inner / "index.qmd").touch()
    os.utime(inner / "index.qmd", (1_000_000_007, 1_000_000_007))
    monkeypatch.setattr(paths, "ROOT", inner)
    assert clock.made_at() == datetime.fromtimestamp(1_000_000_007, UTC)
    monkeypatch.setattr(paths, "ROOT", root)
    monkeypatch.setenv("PATH", "")
    assert clock.made_at() == datetime.fromtimestamp(1_000_000_000, UTC)


@pytest.mark.parametrize("given", ["today", "1.5", "9" * 30, "2026-11-21"])
def test_what_is_no_time_is_refused_in_a_sentence(root, monkeypatch, given):
    monkeypatch.setenv(clock.EPOCH, given)
    with pytest.raises(ReportError, match="is no time; give whole seconds since 1970"):
        clock.made_at()


def test_dates_in_words():
    assert clock.in_words(datetime(2030, 5, 3, tzinfo=UTC)) == "3 May 2030"
