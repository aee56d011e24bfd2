"""Everything that chapters read is fitted beforehand."""

from functools import cached_property
from types import SimpleNamespace

import pytest

from analysis import paths
from analysis.publish import fits


class Noted:
    """Notes each of its results as it is computed."""

    def __init__(self, done):
        self.done = done

    @cached_property
    def first(self):
        self.done.append("first")

    @cached_property
    def second(self):
        self.done.append("second")


@pytest.fixture(autouse=True)
def no_memory(tmp_path, monkeypatch):
    """Times of parts are kept away from the report's own."""
    monkeypatch.setattr(paths, "CACHE", tmp_path)


def test_each_part_is_told_with_the_time_left_and_remembered(monkeypatch):
    now = iter(range(0, 1000, 10))
    monkeypatch.setattr(fits.time, "perf_counter", lambda: next(now))
    monkeypatch.setattr(fits, "SECONDS", {"first": 40, "second": 15})
    parts = [("first", lambda: None), ("second", lambda: None)]
    monkeypatch.setattr(fits, "_parts", lambda study: parts)
    told = []
    fits.fit_all(None, told.append)
    assert told == ["  first: 10 s, about 15 s left", "  second: 10 s"]
    fits.fit_all(None, told.append)
    assert told[2] == "  first: 10 s, about 10 s left"


def test_a_broken_memory_of_times_does_no_harm(tmp_path, monkeypatch):
    (tmp_path / "seconds.json").write_text("{")
    monkeypatch.setattr(fits, "SECONDS", {"first": 3})
    assert fits._expected() == {"first": 3}


def test_each_result_of_each_part_is_computed(monkeypatch):
    done, told = [], []
    replication, explained = Noted(done), Noted(done)
    models = SimpleNamespace(replication=replication)
    monkeypatch.setattr(fits, "all_results", lambda study: models)
    monkeypatch.setattr(fits, "explanations", lambda models: explained)
    monkeypatch.setattr(fits, "card_study", lambda: done.append("card"))
    monkeypatch.setattr(fits, "card_unit_effect", lambda: done.append("units"))
    monkeypatch.setattr(fits, "card_stepwise", lambda: done.append("stepwise"))
    monkeypatch.setattr(fits, "card_own_cards", lambda: done.append("regions"))
    monkeypatch.setattr(fits, "card_coverage", lambda: done.append("groups"))
    fits.fit_all(None, told.append)
    card = ["card", "units", "stepwise", "regions", "groups"]
    assert done == ["first", "second", "first", "second", *card]
    assert told == []
