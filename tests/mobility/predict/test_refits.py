"""Refits on resampled states: the same models, no leaks, and intervals that cover."""

from contextlib import nullcontext

import numpy as np
import pytest

from analysis.mobility.predict import refits, scores
from analysis.mobility.predict.elastic_net_search import ElasticNetSearch
from analysis.mobility.predict.folds import RANDOM, SCHEMES, STATES, folds
from analysis.mobility.predict.out_of_fold import Predictions, resampled_scores
from analysis.mobility.predict.pipelines import matrix, preparation
from analysis.mobility.predict.state_share import StateShare
from tests.mobility.conftest import PLANTED


def test_quick_preparation_is_the_usual_one(planted):
    values = matrix(planted, PLANTED).copy()
    values[::7, 1] = np.nan
    values[:, 3] = 2.5
    rows, test = np.repeat(np.arange(200), 2), np.arange(200, 300)
    usual = preparation().fit(values[rows])
    quick = refits.standardized(values, rows, test)
    np.testing.assert_allclose(quick[0], usual.transform(values[rows]), atol=1e-9)
    np.testing.assert_allclose(quick[1], usual.transform(values[test]), atol=1e-9)


def test_a_refit_is_the_elastic_net_with_its_pair(planted):
    values, truth = matrix(planted, PLANTED), planted["label_binary"].to_numpy()
    rows, test = np.repeat(np.arange(200), 2), np.arange(200, 300)
    model = ElasticNetSearch(np.array([0.2]), np.array([0.5]), preparation=preparation())
    expected = model.fit(values[rows], truth[rows]).predict_proba(values[test])
    found = refits.net(values, truth, rows, test, (0.2, 0.5))
    np.testing.assert_allclose(found, expected, atol=5e-3)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_copies_of_a_state_or_zone_never_train_and_test_at_once(planted, scheme):
    truth, states = planted["label_binary"].to_numpy(), planted["state"].to_numpy(str)
    drawn = scores.state_draws(states, 1).astype(int)[0]
    split = refits.resampled_folds(scheme, truth, states, drawn, 1)
    tested = np.concatenate([test for _, test in split])
    assert sorted(tested) == list(np.flatnonzero(drawn))
    for rows, test in split:
        assert not set(rows) & set(test)
        assert scheme == RANDOM or not set(states[rows]) & set(states[test])
        np.testing.assert_array_equal(np.bincount(rows, minlength=300)[rows], drawn[rows])


def test_state_share_by_hand():
    model = StateShare().fit(np.array([[0], [0], [0], [1]]), np.array([1, 1, 0, 0]))
    # all zones: one half; they count as one zone more
    np.testing.assert_allclose(
        model.predict_proba(np.array([[0], [1], [7]]))[:, 1], [2.5 / 4, 0.5 / 2, 0.5]
    )


def least_squares(values, truth, rows, test, _):
    known = np.column_stack([np.ones(len(rows)), values[rows]])
    slopes = np.linalg.lstsq(known, truth[rows].astype(float), rcond=None)[0]
    probability = np.column_stack([np.ones(len(test)), values[test]]) @ slopes
    probability = np.clip(probability, 0.01, 0.99)
    return np.column_stack([1 - probability, probability])


def country(seed, states=40):
    """Zones of a random country whose states differ in ways that traits do not carry."""
    rng = np.random.default_rng(seed)
    state = np.repeat(np.arange(states), np.minimum(1 + rng.geometric(1 / 8, states), 40))
    size = len(state)
    values = 0.7 * rng.normal(size=(states, 6))[state] + 0.7 * rng.normal(size=(size, 6))
    level = values @ [1.5, -1, 0.7, 0, 0, 0] + 1.2 * rng.normal(size=states)[state]
    truth = (level + 0.6 * rng.logistic(size=size) > 0).astype(int)
    names = state.astype(str)
    probability = np.empty((2, size, 2))
    for turn, repeat in enumerate(folds(STATES, truth, names, 2)):
        for train, test in repeat:
            probability[turn, test] = least_squares(values, truth, train, test, None)
    return values, Predictions(np.arange(size), names, truth, probability)


def resamples(seed, monkeypatch, draws=30):
    """Accuracy of one country, of its resamples with refits, and with predictions fixed."""
    monkeypatch.setattr(refits, "REFITS", {refits.NET: least_squares})
    monkeypatch.setattr(refits, "small_problem", nullcontext)
    values, found = country(seed)
    counts = scores.state_draws(found.states, draws).astype(int)
    known = values, values[:, :1], found.truth, found.states, None, STATES
    rows = [
        refits._draw((refits.NET,), *known, drawn, turn)[refits.NET]["accuracy"]
        for turn, drawn in enumerate(np.repeat(counts, 2, axis=0))
    ]
    value = resampled_scores(found)["accuracy"][0]
    fixed = resampled_scores(found, scores.state_draws(found.states, 400))["accuracy"]
    return value, np.reshape(rows, (draws, 2)), fixed


def intervals(seed, monkeypatch):
    value, refitted, fixed = resamples(seed, monkeypatch)
    return scores.refitted_interval(value, refitted, 2), scores.interval(fixed)


def test_refits_vary_more_than_scores_of_fixed_predictions(monkeypatch):
    found = [resamples(seed, monkeypatch, 20)[1:] for seed in range(4)]
    refitted, fixed = np.mean([[np.std(part, axis=0).mean() for part in pair] for pair in found], 0)
    assert refitted > 1.1 * fixed


@pytest.mark.slow
def test_intervals_with_refits_cover(monkeypatch):
    """The mean score over many countries is caught about as often as promised."""
    truth = np.mean([resampled_scores(country(seed)[1])["accuracy"] for seed in range(9000, 9500)])
    found = np.array([intervals(seed, monkeypatch) for seed in range(240)])
    refitted, fixed = ((found[..., 0] <= truth) & (truth <= found[..., 1])).mean(axis=0)
    assert 0.90 <= refitted <= 0.99
    assert fixed < refitted - 0.02


def test_luck_of_the_deal_is_not_counted_in_full():
    """Draws that share nothing between splits: a mean over many splits hardly varies."""
    rng = np.random.default_rng(3)
    low, high = scores.refitted_interval(0.8, rng.normal(size=(4000, 2)), 100)
    assert high - low == pytest.approx(2 * 1.96 / 10, rel=0.25)
    shared = np.repeat(rng.normal(size=(4000, 1)), 2, axis=1)
    low, high = scores.refitted_interval(0.8, shared, 100)
    assert high - low == pytest.approx(2 * 1.96, rel=0.08)
