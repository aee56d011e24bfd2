"""What stays on disk and what is dropped."""

import io
import os
import time
from concurrent.futures import ThreadPoolExecutor

import joblib
import pytest

from analysis import paths
from analysis.data.study import load
from analysis.store import cache, prune

DAY = 24 * 3600
FITS = "analysis.data.study._tables"


@pytest.fixture
def put(tmp_path, monkeypatch):
    """A function that puts a file into ``data/processed``, last used some days ago."""
    monkeypatch.setattr(paths, "PROCESSED", tmp_path)
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")

    def put(name, days):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"kept")
        then = time.time() - days * DAY
        os.utime(path, (then, then))
        return path

    return put


def test_what_present_code_can_use_stays_for_a_year_and_the_rest_for_a_month(put):
    mark = cache.code_mark(FITS)
    staying = [
        put(f"cache/{FITS}/{mark}-1", 300),
        put(f"cache/{FITS}/other-2", 20),
        put("cache/analysis.gone.module.fit/other-3", 20),
        put("figures/map-1.svg", 20),
        put("cache/results.json", 400),
    ]
    going = [
        put(f"cache/{FITS}/{mark}-4", 400),
        put(f"cache/{FITS}/other-5", 40),
        put(f"cache/{FITS}/half.part", 40),
        put("cache/analysis.gone.module.fit/other-6", 40),
        put("cache/analysis.data.study.gone/other-7", 40),
        put("cache/scorecard/abc.jsonl", 40),
        put("figures/map-2.svg", 40),
    ]
    assert prune.prune() == len(going)
    assert [path for path in staying if not path.exists()] == []
    assert [path for path in going if path.exists()] == []


def test_of_what_each_edit_adds_to_the_last_used_stay(put):
    most = prune.MOST["pdfs"]
    pdfs = [put(f"cache/pdfs/{age}", age) for age in range(most + 3)]
    cache.mark_used(pdfs[-1])
    prune.prune()
    assert [path.exists() for path in pdfs] == [True] * (most - 1) + [False] * 3 + [True]


def test_a_result_that_is_read_is_in_use(put, monkeypatch):
    monkeypatch.setattr(cache, "_STARTED", float("inf"))
    entry = cache.entry_path(load, {"sample": None, "simulated": True})
    put(entry.relative_to(paths.PROCESSED), 400)
    value = io.BytesIO()
    joblib.dump(5, value)
    cache.put(entry.parent.name, entry.name, value.getvalue())
    os.utime(entry, (0, 0))
    assert cache.stored_result(load, simulated=True) == 5
    assert prune.prune() == 0
    assert entry.exists()


def test_several_at_once_drop_each_file_once_and_nothing_else(put):
    new = [put(f"cache/{FITS}/new-{n}", 1) for n in range(50)]
    for n in range(200):
        put(f"cache/{FITS}/old-{n}", 50)
    with ThreadPoolExecutor(8) as pool:
        dropped = [done.result() for done in [pool.submit(prune.prune) for _ in range(8)]]
    assert sum(dropped) == 200
    assert all(path.exists() for path in new)


def test_a_folder_that_is_not_there_is_nothing_to_drop(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PROCESSED", tmp_path / "none")
    monkeypatch.setattr(paths, "CACHE", tmp_path / "none" / "cache")
    assert prune.prune() == 0
