"""Coefficients and their intervals on zones with a known relation."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from analysis.mobility.explain.coefficients import coefficient_table
from analysis.mobility.explain.models import fitted
from tests.mobility.explain.toys import toy_zones

EFFECTS = {"up": 1.5, "down": -1.0, **{f"null{k}": 0.0 for k in range(6)}}
NAMES = tuple(EFFECTS)


@pytest.fixture(scope="module")
def zones():
    return toy_zones(EFFECTS, states=40, seed=8, noise=1.5)


@pytest.fixture(scope="module")
def table(zones):
    return coefficient_table(zones, NAMES, resamples=120).set_index("feature")


def test_truth_is_found(table):
    assert list(table.index[:2]) == ["up", "down"]
    assert table.loc["up", "ci_low"] > 0
    assert table.loc["down", "ci_high"] < 0
    assert (table.loc[["up", "down"], ["selected", "same_sign"]] == 1).all(axis=None)


def test_nulls_are_seldom_called_clear():
    """Over 24 nulls, at 5 % each: more than five would be a rare accident (p = 0.001)."""
    clear = 0
    for seed in range(4):
        zones = toy_zones(EFFECTS, states=40, seed=seed, noise=1.5)
        table = coefficient_table(zones, NAMES, resamples=80).set_index("feature")
        nulls = table.drop(index=["up", "down"])
        clear += int(((nulls["ci_low"] > 0) | (nulls["ci_high"] < 0)).sum())
    assert clear <= 5


def test_coefficients_are_scikit_learns_at_the_same_penalty(zones, table):
    model = fitted(zones, "elastic net", NAMES)
    values = zones[list(NAMES)].to_numpy()
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    other = LogisticRegression(
        C=model.C_, l1_ratio=model.l1_ratio_, solver="saga", tol=1e-8, max_iter=20_000
    ).fit(standard, zones["label_binary"])
    found = table.loc[list(NAMES), "coefficient"].to_numpy()
    assert found == pytest.approx(other.coef_[0], rel=5e-3, abs=2e-3)
    assert np.exp(found) == pytest.approx(table.loc[list(NAMES), "odds_ratio"].to_numpy())


def test_whole_states_are_resampled():
    """Zones copied within their state add nothing, so intervals must not shrink."""
    few = toy_zones(EFFECTS, count=200, states=15, seed=3)
    many = few.loc[few.index.repeat(4)].reset_index(drop=True)
    width = []
    for zones in (few, many):
        table = coefficient_table(zones, ("up", "down"), resamples=150).set_index("feature")
        low, high, size = table.loc["up", ["ci_low", "ci_high", "coefficient"]]
        width.append((high - low) / size)
    # Copied rows taken as independent would halve it.
    assert width[1] > 0.75 * width[0]
