"""Correlations against SciPy, a hand-made sandwich and simulated truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.correlations import (
    correlation_matrix,
    correlation_table,
    fisher_interval,
)
from analysis.mobility.merge import analysis_sample


@pytest.fixture(scope="module")
def zones(simulated_study):
    return analysis_sample(simulated_study)


@pytest.fixture(scope="module")
def table(zones):
    return correlation_table(zones, resamples=400).set_index("feature")


def test_r_is_pairwise_complete_pearson(zones, table):
    for name in FEATURES:
        pair = zones[[name, TARGET]].dropna()
        assert table.loc[name, "r"] == pytest.approx(stats.pearsonr(pair[name], pair[TARGET])[0])
        assert table.loc[name, "n"] == len(pair)


def test_fisher_interval_is_scipys(zones):
    pair = zones[["married", TARGET]].dropna()
    answer = stats.pearsonr(pair["married"], pair[TARGET])
    expected = answer.confidence_interval(0.95)
    assert fisher_interval(answer.statistic, len(pair)) == pytest.approx(tuple(expected))


def test_p_value_is_the_sandwich_done_by_hand(zones, table):
    pair = zones[["state", "married", TARGET]].dropna()
    x = np.column_stack([np.ones(len(pair)), pair["married"]])
    y = pair[TARGET].to_numpy()
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    residual = y - x @ beta
    states = pair["state"].unique()
    scores = np.array([x[pair["state"] == s].T @ residual[pair["state"] == s] for s in states])
    n, groups = len(pair), len(states)
    correction = groups / (groups - 1) * (n - 1) / (n - 2)
    variance = correction * bread @ (scores.T @ scores) @ bread
    t = beta[1] / np.sqrt(variance[1, 1])
    assert table.loc["married", "p_value"] == pytest.approx(2 * stats.t.sf(abs(t), groups - 1))


def test_holm_adjustment_by_hand(table):
    order = table["p_value"].sort_values()
    steps = [min(1, p * (len(order) - i)) for i, p in enumerate(order)]
    assert table.loc[order.index, "p_adjusted"].to_numpy() == pytest.approx(
        np.maximum.accumulate(steps)
    )


def test_state_bootstrap_agrees_with_drawing_rows(zones):
    """The shortcut over sums against resampling whole states row by row."""
    pair = zones[["state", "married", TARGET]].dropna()
    groups = [group for _, group in pair.groupby("state")]
    rng = np.random.default_rng(3)
    draws = []
    for _ in range(600):
        chosen = pd.concat([groups[i] for i in rng.integers(len(groups), size=len(groups))])
        draws.append(chosen["married"].corr(chosen[TARGET]))
    row = correlation_table(zones, ("married",), resamples=4000).iloc[0]
    spread = np.std(draws)
    assert row["ci_low"] == pytest.approx(np.quantile(draws, 0.025), abs=0.35 * spread)
    assert row["ci_high"] == pytest.approx(np.quantile(draws, 0.975), abs=0.35 * spread)


@pytest.mark.slow
def test_a_trait_of_states_is_not_called_clear_too_often():
    """Null features that are alike inside states: the textbook test is fooled, ours is not."""
    rng = np.random.default_rng(11)
    state = np.repeat(np.arange(40), 12)
    clustered = textbook = 0
    trials = 120
    for _ in range(trials):
        frame = pd.DataFrame(
            {
                "state": state,
                "x": rng.normal(size=40)[state] + 0.3 * rng.normal(size=480),
                "am": rng.normal(size=40)[state] + 0.3 * rng.normal(size=480),
            }
        )
        row = correlation_table(frame, ("x",), resamples=10).iloc[0]
        clustered += row["p_value"] < 0.05
        textbook += row["fisher_p_adjusted"] < 0.05
    # Three binomial standard errors above the nominal level, and small-sample slack.
    assert clustered / trials < 0.05 + 3 * np.sqrt(0.05 * 0.95 / trials) + 0.01
    assert textbook / trials > 0.3


def test_heat_map_order_keeps_every_column_once(zones):
    columns = [*FEATURES, TARGET]
    matrix = correlation_matrix(zones, columns)
    assert sorted(matrix.index) == sorted(columns)
    assert list(matrix.index) == list(matrix.columns)
    assert matrix.loc["gini", "married"] == pytest.approx(zones["gini"].corr(zones["married"]))


@pytest.mark.parametrize(
    "values", [[1.0] * 6, [np.nan] * 6, [1.0, 2.0, np.nan, np.nan, np.nan, np.nan]]
)
def test_a_feature_without_a_correlation_is_named(values):
    frame = pd.DataFrame(
        {"state": list("AABBCC"), "flat": values, "am": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]}
    )
    with pytest.raises(ValueError, match="'flat'"):
        correlation_table(frame, ("flat",), resamples=10)
