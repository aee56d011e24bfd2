"""Results of resamples are kept under all that they depend on."""

import pytest

from analysis.scorecard.selection import runner
from analysis.scorecard.selection.frequency import resample_once
from analysis.scorecard.selection.nested import outer_once, sample_once
from analysis.store.reach import Symbol, reachable

REACHED = (
    *("model.refit", "model.region_intercepts", "model.small_logit", "model.elastic_net"),
    *("selection.frequency", "settings"),
)


@pytest.mark.parametrize("module", REACHED)
def test_the_key_of_a_nested_choice_knows_the_code_of(module):
    """A fold of it selects, refits and judges."""
    known = {symbol.module for symbol in reachable(Symbol(outer_once.__module__, "outer_once"))}
    assert f"analysis.scorecard.{module}" in known


def test_the_key_differs_by_work_data_and_libraries(monkeypatch):
    works = (resample_once, sample_once, outer_once)
    keys = {runner._fingerprint(work, data) for work in works for data in ([1.0], [2.0])}
    assert len(keys) == 6
    monkeypatch.setattr(runner, "versions", lambda: ("numpy 9.9",))
    assert runner._fingerprint(resample_once, [1.0]) not in keys
