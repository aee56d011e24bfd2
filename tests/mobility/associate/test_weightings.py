"""Weighted estimates against NumPy and statsmodels, and their intervals on simulated states."""

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.mobility.associate.weightings import (
    correlations,
    draws_with_estimate,
    joint_slopes,
    slopes,
    standard,
    with_interval,
)

SIZE = 80


@pytest.fixture
def cloud():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(SIZE, 3)) + 50  # far from zero, where sums of squares lose digits
    y = x @ [1.0, -0.5, 0.0] + rng.normal(size=SIZE)
    return x, y, rng.exponential(size=(4, SIZE))


def test_correlations_are_numpys(cloud):
    x, y, weights = cloud
    found = correlations(x[:, 0], y, weights)
    for value, row in zip(found, weights, strict=True):
        covariance = np.cov(x[:, 0], y, aweights=row)
        expected = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
        assert value == pytest.approx(expected)


def test_slopes_are_weighted_least_squares(cloud):
    x, y, weights = cloud
    alone, together = slopes(x[:, 0], y, weights), joint_slopes(x, y, weights)
    for k, row in enumerate(weights):
        one = sm.WLS(y, sm.add_constant(x[:, 0]), weights=row).fit()
        every = sm.WLS(y, sm.add_constant(x), weights=row).fit()
        assert alone[k] == pytest.approx(one.params[1])
        assert together[k] == pytest.approx(every.params[1:], abs=1e-6)


def test_whole_weights_are_repeated_rows(cloud):
    x, y, _ = cloud
    counts = np.random.default_rng(1).integers(0, 4, SIZE)
    rows = np.repeat(np.arange(SIZE), counts)
    ones = np.ones((1, len(rows)))
    for estimate in (correlations, slopes):
        weighted = estimate(x[:, 0], y, counts[None].astype(float))
        assert weighted == pytest.approx(estimate(x[rows, 0], y[rows], ones))


def test_a_draw_without_spread_has_no_estimate():
    x, y = np.array([1.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0])
    weights = np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 0.0]])
    for estimate in (correlations, slopes):
        assert np.isnan(estimate(x, y, weights)).tolist() == [False, True]


def test_the_first_draw_is_the_data_and_states_stay_whole():
    states = np.array(["A", "A", "B", "C", "C", "C"])
    draws = draws_with_estimate(states)
    assert (draws[0] == 1).all()
    assert (draws[:, 0] == draws[:, 1]).all()
    assert (draws[:, 3] == draws[:, 5]).all()
    value, low, high = with_interval(draws.mean(axis=1))
    assert value == 1
    assert low < value < high


def covered(runs: int, states: int = 50) -> float:
    """Share of intervals of a child-weighted correlation that hold the true one."""
    rng = np.random.default_rng(7)
    sizes = np.maximum(1, rng.geometric(0.12, states))
    code = np.repeat(np.arange(states), sizes)
    children = rng.lognormal(0, 1, len(code))
    hits, r = 0, 0.5
    for _ in range(runs):
        shared, own = rng.normal(size=(2, states, 2)), rng.normal(size=(len(code), 2))
        x = np.sqrt(0.5) * (shared[0, code, 0] + own[:, 0])
        noise = np.sqrt(0.5) * (shared[1, code, 0] + own[:, 1])
        y = r * x + np.sqrt(1 - r**2) * noise
        draws = draws_with_estimate(code.astype(str)) * children
        _, low, high = with_interval(correlations(standard(x), y, draws))
        hits += low <= r <= high
    return hits / runs


def test_intervals_cover_about_as_often_as_they_say():
    """A little less than 95 %, as percentile intervals of few unequal states do."""
    assert covered(40) > 0.75


@pytest.mark.slow
def test_intervals_cover_nine_times_in_ten_at_least():
    assert 0.87 < covered(400) < 0.97
