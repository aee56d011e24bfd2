"""Between states: weighted least squares on their means, and the identity with the pooled slope."""

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.data.names import TARGET
from analysis.mobility.associate.within_states import between_table, side_by_side
from analysis.mobility.explain.levers import lever_table

TRAITS = ("single_mothers", "dropout_rate", "racial_segregation")


@pytest.fixture(scope="module")
def table(simulated_zones):
    return between_table(simulated_zones, TRAITS).set_index("feature")


def test_the_slope_is_that_of_states_weighted_by_their_zones(simulated_zones, table):
    for trait in TRAITS:
        known = simulated_zones[[trait, TARGET, "state"]].dropna()
        pair = known[[trait, TARGET]].apply(
            lambda column: (column - column.mean()) / column.std(ddof=0)
        )
        means, sizes = pair.groupby(known["state"]).mean(), known["state"].value_counts()
        fit = sm.WLS(
            means[TARGET], sm.add_constant(means[trait]), weights=sizes.reindex(means.index)
        ).fit()
        assert table.loc[trait, "between"] == pytest.approx(fit.params[trait])
        assert table.loc[trait, "between_low"] < table.loc[trait, "between"]
        assert table.loc[trait, "between"] < table.loc[trait, "between_high"]


def test_pooled_is_within_and_between_in_the_shares_of_the_variance(
    simulated_study, simulated_zones, table
):
    levers = lever_table(simulated_zones, simulated_study.codebook, TRAITS)
    both = side_by_side(levers, table.reset_index())
    share = both["between_share"]
    mixed = share * both["between"] + (1 - share) * both["within"]
    assert mixed.to_numpy() == pytest.approx(both["pooled"].to_numpy())
    assert both["pooled"].abs().is_monotonic_decreasing


def test_a_trait_of_states_lies_between_them_alone(simulated_zones):
    law = simulated_zones["state"].map(
        {s: k % 4 for k, s in enumerate(simulated_zones["state"].unique())}
    )
    zones = simulated_zones.assign(law=law.astype(float))
    row = between_table(zones, ("law",)).iloc[0]
    assert row["between_share"] == pytest.approx(1)
    assert row["between"] == pytest.approx(np.corrcoef(law, zones[TARGET])[0, 1])
