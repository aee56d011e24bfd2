"""Shrinkage on simulated truth, and τ² against a grid and a published method."""

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from analysis.mobility.groups.shrinkage import between_variance, shrink
from tests.mobility.groups.test_outcomes import table_of


def test_between_variance_is_that_of_statsmodels():
    table = table_of(2.0, 1.5, size=60)
    random = np.random.default_rng(5)
    se = random.uniform(0.5, 3.0, len(table))
    estimate = table["truth"].to_numpy() + se * random.normal(size=len(table))
    tau2, mean, error = between_variance(estimate, se)
    theirs = combine_effects(estimate, se**2, method_re="iterated", use_t=False)
    assert tau2 == pytest.approx(theirs.tau2, rel=1e-4)
    assert mean == pytest.approx(theirs.mean_effect_re, rel=1e-6)
    assert error == pytest.approx(np.sqrt(theirs.var_eff_w_re), rel=1e-4)


def test_no_variance_is_found_where_there_is_none():
    estimate = np.array([40.0, 40.1, 39.9, 40.0])
    assert between_variance(estimate, np.full(4, 2.0))[0] == 0.0


@pytest.fixture(scope="module")
def shrunken():
    """Zones whose errors differ tenfold, as those of large and small places do."""
    table = table_of(2.5, 1.0, size=3000)
    random = np.random.default_rng(9)
    table["se"] = np.exp(random.uniform(np.log(0.4), np.log(5), len(table)))
    table["estimate"] = table["truth"] + table["se"] * random.normal(size=len(table))
    return shrink(table)


def test_shrunken_ranks_are_nearer_to_the_truth(shrunken):
    raw = ((shrunken["estimate"] - shrunken["truth"]) ** 2).mean()
    assert ((shrunken["shrunken"] - shrunken["truth"]) ** 2).mean() < 0.6 * raw


def test_intervals_cover_as_often_as_they_say(shrunken):
    inside = shrunken["truth"].between(shrunken["low"], shrunken["high"])
    assert inside.mean() == pytest.approx(0.95, abs=0.015)
    noisy = shrunken["se"] > 2.5
    assert inside[noisy].mean() == pytest.approx(0.95, abs=0.03)


def test_a_zone_says_nothing_about_its_own_mean(shrunken):
    """However far one state lies, it is drawn to the mean of the others."""
    moved = shrunken.drop(columns=["shrunken", "shrunken_se", "weight", "low", "high"])
    moved.loc[moved["state"] == "A", "estimate"] += 10
    again = shrink(moved)
    before, after = (frame[frame["state"] == "A"] for frame in (shrunken, again))
    change = after["shrunken"] - before["shrunken"]
    np.testing.assert_allclose(change, 10 * before["weight"], atol=1e-6)
