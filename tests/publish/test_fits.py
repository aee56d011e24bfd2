"""Everything that chapters read is fitted beforehand."""

from functools import cached_property
from types import SimpleNamespace

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


def test_each_result_of_each_part_is_computed(monkeypatch):
    done, told = [], []
    replication, explained = Noted(done), Noted(done)
    models = SimpleNamespace(replication=replication)
    monkeypatch.setattr(fits, "all_results", lambda study: models)
    monkeypatch.setattr(fits, "explanations", lambda models: explained)
    monkeypatch.setattr(fits, "card_study", lambda: done.append("card"))
    monkeypatch.setattr(fits, "card_unit_effect", lambda: done.append("units"))
    fits.fit_all(None, told.append)
    assert done == ["first", "second", "first", "second", "card", "units"]
    assert told == []
