"""The study is read once for each version of its files."""

import pytest

from analysis import paths
from analysis.data import load
from analysis.data.registry import WORKBOOK
from analysis.errors import ReportError


def test_a_file_that_comes_or_goes_is_seen(tmp_path, monkeypatch):
    monkeypatch.setenv("REPORT_DATA", str(tmp_path))
    monkeypatch.setattr(paths, "RAW", tmp_path / "raw")
    first = load()
    assert load() is first
    (tmp_path / WORKBOOK.name).write_bytes(b"no workbook")
    with pytest.raises(ReportError, match=WORKBOOK.name):
        load()
    (tmp_path / WORKBOOK.name).unlink()
    assert load() is first
