"""Correlations against SciPy, a bootstrap done by hand and simulated truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.associate import wild_bootstrap
from analysis.mobility.associate.correlations import (
    correlation_matrix,
    correlation_table,
)
from analysis.mobility.sample import analysis_sample


@pytest.fixture(scope="module")
def zones(simulated_study):
    return analysis_sample(simulated_study)


@pytest.fixture(scope="module")
def table(zones):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wild_bootstrap, "FINE_DRAWS", 1999)
        return correlation_table(zones, draws=999).set_index("feature")


def test_r_is_pairwise_complete_pearson(zones, table):
    for name in FEATURES:
        pair = zones[[name, TARGET]].dropna()
        assert table.loc[name, "r"] == pytest.approx(stats.pearsonr(pair[name], pair[TARGET])[0])
        assert table.loc[name, "n"] == len(pair)


def test_the_textbook_interval_is_scipys(zones, table):
    pair = zones[["married", TARGET]].dropna()
    answer = stats.pearsonr(pair["married"], pair[TARGET])
    expected = answer.confidence_interval(0.95)
    ends = table.loc["married", ["fisher_low", "fisher_high"]]
    assert ends.to_numpy(float) == pytest.approx(tuple(expected))


def test_p_value_is_that_of_flipping_residuals_by_state(zones, table):
    """The restricted wild bootstrap with other draws, each a regression of its own."""
    pair = zones[["state", "married", TARGET]].dropna()
    codes = pd.factorize(pair["state"])[0]
    x = np.column_stack([np.ones(len(pair)), pair["married"]])
    y = pair[TARGET].to_numpy()
    bread = np.linalg.inv(x.T @ x)

    def t_of(outcome):
        beta = bread @ x.T @ outcome
        scores = pd.DataFrame(x * (outcome - x @ beta)[:, None]).groupby(codes).sum().to_numpy()
        return abs(beta[1]) / np.sqrt((bread @ scores.T @ scores @ bread)[1, 1])

    rng = np.random.default_rng(3)
    signs = rng.choice([-1, 1], size=(1500, codes.max() + 1))[:, codes]
    drawn = np.array([t_of(y.mean() + flipped * (y - y.mean())) for flipped in signs])
    expected = (drawn >= t_of(y)).mean()
    error = np.sqrt(expected * (1 - expected) / 999) + 1 / 999
    assert table.loc["married", "p_value"] == pytest.approx(expected, abs=4 * error)


def test_an_interval_holds_zero_where_the_test_does_not_reject(table):
    outside = (table["ci_low"] > 0) | (table["ci_high"] < 0)
    decided = ~table["p_value"].between(0.04, 0.06)
    assert (outside == (table["p_value"] <= 0.05))[decided].all()
    assert ((table["ci_low"] < table["r"]) & (table["r"] < table["ci_high"])).all()


def test_holm_adjustment_by_hand(table):
    order = table["p_value"].sort_values()
    steps = [min(1, p * (len(order) - i)) for i, p in enumerate(order)]
    assert table.loc[order.index, "p_adjusted"].to_numpy() == pytest.approx(
        np.maximum.accumulate(steps)
    )


@pytest.mark.slow
def test_a_trait_of_states_is_not_called_clear_too_often(monkeypatch):
    """Null features that are alike inside states: the textbook test is fooled, ours is not."""
    monkeypatch.setattr(wild_bootstrap, "FINE_DRAWS", 999)
    rng = np.random.default_rng(11)
    state = np.repeat(np.arange(40), 12)
    wild = textbook = 0
    trials = 120
    for _ in range(trials):
        frame = pd.DataFrame(
            {
                "state": state,
                "x": rng.normal(size=40)[state] + 0.3 * rng.normal(size=480),
                "am": rng.normal(size=40)[state] + 0.3 * rng.normal(size=480),
            }
        )
        row = correlation_table(frame, ("x",), draws=199).iloc[0]
        wild += row["p_value"] < 0.05
        textbook += row["fisher_p_adjusted"] < 0.05
    # Three binomial standard errors above the nominal level.
    assert wild / trials < 0.05 + 3 * np.sqrt(0.05 * 0.95 / trials)
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
        correlation_table(frame, ("flat",), draws=199)
