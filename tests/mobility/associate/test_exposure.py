"""Precision-weighted associations with causal effects, on made-up effects that are known."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.mobility.associate.exposure import exposure_table


@pytest.fixture
def effects(simulated_zones):
    """Effects that rise with social capital, some of them measured badly."""
    rng = np.random.default_rng(6)
    zones = simulated_zones.dropna(subset=["social_capital"]).iloc[:300]
    error = rng.choice([0.05, 0.8], len(zones))
    effect = 0.1 * zones["social_capital"] + rng.normal(0, error)
    return pd.DataFrame({"cz": zones["cz"], "effect": effect, "effect_se": error})


def test_slopes_are_least_squares_weighted_by_precision(simulated_zones, effects):
    row = exposure_table(simulated_zones, effects, ("social_capital",)).iloc[0]
    both = simulated_zones.merge(effects, on="cz")
    x = (both["social_capital"] - both["social_capital"].mean()) / both["social_capital"].std(
        ddof=0
    )
    weighted = sm.WLS(both["effect"], sm.add_constant(x), weights=both["effect_se"] ** -2).fit()
    plain = sm.OLS(both["am"], sm.add_constant(x)).fit()
    assert row["effect"] == pytest.approx(weighted.params.iloc[1])
    assert row["mobility"] == pytest.approx(plain.params.iloc[1])
    assert row["n"] == len(both)
    truth = 0.1 * both["social_capital"].std(ddof=0)
    assert row["effect_low"] < truth < row["effect_high"]
    assert row["effect_r_low"] < row["effect_r"] < row["effect_r_high"]


def test_a_zone_that_stands_twice_is_refused(simulated_zones, effects):
    with pytest.raises(pd.errors.MergeError):
        exposure_table(simulated_zones, pd.concat([effects, effects]), ("social_capital",))


def test_without_effects_there_are_columns_and_no_rows(simulated_zones, effects):
    none = exposure_table(simulated_zones, None)
    some = exposure_table(simulated_zones, effects, ("social_capital", "married"))
    assert len(none) == 0
    assert list(none.columns) == list(some.columns)
