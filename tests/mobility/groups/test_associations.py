"""Traits with the mobility of groups: found where they were put, and nowhere else."""

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.data.simulate_groups import SLOPES
from analysis.mobility.groups import associations
from analysis.mobility.groups.results import GroupResults
from analysis.mobility.groups.shrinkage import between_variance

FEATURES = ("commute_under_15", "manufacturing_share", "income_growth", "racial_segregation",
            "foreign_born", "divorced")  # fmt: skip


@pytest.fixture(scope="module")
def results(simulated_study):
    return GroupResults(simulated_study)


@pytest.fixture(scope="module")
def table(results):
    return associations.group_correlations(results.zones, results.ranks, FEATURES)


def test_the_traits_of_a_group_are_those_that_were_planted(table):
    clear = table[table["p_adjusted"] < 0.01].groupby("group")["feature"].agg(set)
    for group in ("white", "black", "hispanic"):
        assert set(SLOPES[group]) <= clear[group]
    assert "manufacturing_share" not in clear["black"]


def test_precision_weights_by_statsmodels(results, table):
    """The weighted correlation is the slope of weighted least squares on standard scores."""
    ranks = results.ranks[results.ranks["group"] == "black"].set_index("cz")
    both = results.zones.set_index("cz").join(ranks[["estimate", "se"]]).dropna(subset=["estimate"])
    tau2, _, _ = between_variance(both["estimate"].to_numpy(), both["se"].to_numpy())
    weight = 1 / (tau2 + both["se"] ** 2)
    fit = sm.WLS(both["estimate"], sm.add_constant(both["income_growth"]), weight).fit()
    expected = np.sign(fit.params["income_growth"]) * np.sqrt(fit.rsquared)
    row = table.query("group == 'black' and feature == 'income_growth'").iloc[0]
    assert row["r_precise"] == pytest.approx(expected, rel=1e-9)
    assert row["r_precise_low"] < row["r_precise"] < row["r_precise_high"]


def test_holm_over_groups_asks_for_more_than_within_one(table):
    groups = table[table["group"] != "all"]
    assert (groups["p_adjusted_all"] >= groups["p_adjusted"] - 1e-12).all()
    assert table.loc[table["group"] == "all", "p_adjusted_all"].isna().all()


def test_the_slope_of_a_gap_is_the_difference_of_slopes(results):
    found = associations.gap_slopes(results.zones, results.ranks, features=FEATURES)
    np.testing.assert_allclose(found["first"] - found["second"], found["difference"], atol=1e-9)
    rows = found.set_index("feature")
    assert rows.loc["racial_segregation", "p_adjusted"] < 0.05
    assert rows.loc["divorced", "p_adjusted"] > 0.05


def test_social_capital_by_pandas_alone(results):
    found = results.social_capital
    ranks = results.ranks[results.ranks["group"] == "white"].set_index("cz")["estimate"]
    both = results.zones[["cz"]].merge(results.study.social_capital, on="cz")
    expected = both["volunteering"].corr(both["cz"].map(ranks))
    row = found.query("group == 'white' and measure == 'volunteering'").iloc[0]
    assert row["r"] == pytest.approx(expected)
