"""Prediction sets: the threshold by hand, and coverage in states that took no part."""

import numpy as np
import pandas as pd

from analysis.mobility.predict import classifiers
from analysis.mobility.predict.conformal import ordered_set, prediction_sets, threshold
from analysis.mobility.predict.folds import STATES
from analysis.mobility.predict.out_of_fold import predict
from tests.mobility.conftest import PLANTED


def test_threshold_by_hand():
    # Nine states of one zone each and a new one: 0.8 of the weight is the eighth largest.
    own, states = np.arange(1, 10) / 10, np.arange(9).astype(str)
    assert threshold(own, states, 0.8) == 0.2
    # 0.95 can't be had from nine states: everything is let in.
    assert threshold(own, states, 0.95) == 0.0


def test_every_state_counts_the_same():
    own = np.append(np.full(100, 0.9), [0.6, 0.5, 0.4])
    states = np.array(["big"] * 100 + ["a", "b", "c"])
    # weights 1/5 each: three states reach 0.6
    assert threshold(own, states, 0.6) == 0.5


def test_sets_have_no_holes_and_are_never_empty():
    probability = np.array([[0.4, 0.1, 0.4, 0.1], [0.3, 0.25, 0.25, 0.2]])
    lowest, highest = ordered_set(probability, np.array([0.35, 0.9]))
    assert lowest.tolist() == [0, 0]
    assert highest.tolist() == [2, 0]


def test_sets_hold_the_class_of_new_states_as_often_as_promised():
    """States shift the label; over six countries 90 % sets cover about 90 % of zones."""
    covered = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        state = rng.integers(30, size=300)
        values = rng.normal(size=(300, 6))
        signal = 1.5 * values[:, 0] - values[:, 1] + rng.normal(size=30)[state]
        zones = pd.DataFrame(values, columns=PLANTED)
        zones["cz"], zones["state"] = np.arange(300), state.astype(str)
        zones["label_binary"] = (signal + rng.logistic(size=300) > 0).astype(int)
        plain = predict(zones, PLANTED, "label_binary", quick_net, STATES, 1)
        sets = prediction_sets(zones, PLANTED, plain)
        assert sets["cz"].tolist() == zones["cz"].tolist()
        covered.append(sets.groupby("state")["covered"].mean().mean())
    assert 0.87 <= np.mean(covered) <= 0.96


def quick_net():
    """An elastic net with one C and l1 ratio, so that nothing is searched."""
    model = classifiers.elastic_net()
    model.Cs, model.l1_ratios = np.array([0.3]), np.array([0.5])
    return model
