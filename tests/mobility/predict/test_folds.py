"""Folds: what they share and what they refuse."""

import numpy as np
import pytest

from analysis.errors import ReportError
from analysis.mobility.predict.folds import RANDOM, STATES, folds


def test_held_out_states_are_not_in_training(simulated_zones):
    labels = simulated_zones["label_quartile"].to_numpy()
    states = simulated_zones["state"].to_numpy(str)
    for repeat in folds(STATES, labels, states, 3):
        for train, test in repeat:
            assert not set(states[train]) & set(states[test])


@pytest.mark.parametrize("scheme", [RANDOM, STATES])
def test_each_repeat_tests_every_zone_once(simulated_zones, scheme):
    labels = simulated_zones["label_binary"].to_numpy()
    states = simulated_zones["state"].to_numpy(str)
    repeated = folds(scheme, labels, states, 2)
    for repeat in repeated:
        tested = np.concatenate([test for _, test in repeat])
        assert sorted(tested) == list(range(len(labels)))
    assert not np.array_equal(repeated[0][0][1], repeated[1][0][1])


def test_a_class_smaller_than_the_folds_is_refused():
    labels = np.array([0] * 30 + [1] * 3)
    with pytest.raises(ReportError, match="Class 1 has 3 zones, fewer than the 5 folds"):
        folds(RANDOM, labels, np.arange(33), 1)


def test_one_label_only_is_refused():
    with pytest.raises(ReportError, match="same label"):
        folds(RANDOM, np.zeros(20, int), np.arange(20), 1)


def test_a_single_state_cannot_be_held_out():
    labels = np.tile([0, 1], 20)
    with pytest.raises(ReportError, match="1 state,"):
        folds(STATES, labels, np.array(["TX"] * 40), 1)
    assert len(folds(RANDOM, labels, np.array(["TX"] * 40), 1)[0]) == 5
