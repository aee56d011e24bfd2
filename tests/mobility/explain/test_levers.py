"""Associations against statsmodels and by hand, and the children counted."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.mobility.associate.wild_bootstrap import wild_test
from analysis.mobility.explain.levers import domain_table, lever_table
from tests.mobility.explain.toys import toy_zones

NAMES = ("schools", "class_size", "families", "law")


@pytest.fixture(scope="module")
def zones():
    zones = toy_zones({"schools": 1.0, "class_size": 0.2, "families": -1.5}, gaps=("schools",))
    law = {state: k % 3 for k, state in enumerate(sorted(zones["state"].unique()))}
    return zones.assign(law=zones["state"].map(law).astype(float))


@pytest.fixture(scope="module")
def codebook():
    return pd.DataFrame({"domain": ["Education", "Education", "Family", "Tax"]}, index=list(NAMES))


@pytest.fixture(scope="module")
def table(zones, codebook):
    return lever_table(zones, codebook, NAMES, draws=499).set_index("feature")


def standard(values):
    return (values - values.mean()) / values.std(ddof=0)


def test_alone_is_the_correlation_where_the_trait_is_known(zones, table):
    for name in NAMES:
        assert table.loc[name, "alone"] == pytest.approx(zones[name].corr(zones["am"]))


def test_joint_is_statsmodels_beside_the_leaders(zones, table):
    assert table.index[table["leads"]].tolist() == ["schools", "families", "law"]
    known = zones[zones["class_size"].notna()]
    traits = known[["class_size", "families", "law"]].apply(standard)
    fit = sm.OLS(standard(known["am"]), sm.add_constant(traits)).fit()
    assert table.loc["class_size", "joint"] == pytest.approx(fit.params["class_size"])
    controls = sm.add_constant(traits[["families", "law"]])
    found = wild_test(known["am"], known["class_size"], known["state"], controls, draws=499)
    scale = known["class_size"].std() / known["am"].std()
    assert table.loc["class_size", ["joint_low", "joint_high"]].tolist() == pytest.approx(
        [scale * found.low, scale * found.high]
    )


def test_within_states_is_the_slope_with_an_intercept_a_state(zones, table):
    traits = pd.get_dummies(zones["state"]).astype(float)
    traits["families"] = standard(zones["families"])
    fit = sm.OLS(standard(zones["am"]), traits).fit()
    assert table.loc["families", "within"] == pytest.approx(fit.params["families"])
    found = wild_test(
        zones["am"], zones["families"], zones["state"], traits.iloc[:, :-1], draws=499
    )
    scale = zones["families"].std() / zones["am"].std()
    assert table.loc["families", ["within_low", "within_high"]].tolist() == pytest.approx(
        [scale * found.low, scale * found.high], rel=1e-3
    )
    assert np.isnan(table.loc["law", "within"])


def test_children_of_the_worst_quarter_by_hand(zones, table):
    row = table.loc["families"]
    inside = zones["families"] >= zones["families"].quantile(0.75)
    assert row["worst"] == "highest"
    assert row["zones"] == inside.sum() == 100
    assert row["children"] == zones.loc[inside, "children"].sum()
    assert row["share_of_children"] == pytest.approx(row["children"] / zones["children"].sum())
    assert table.loc["schools", "worst"] == "lowest"
    known = zones["schools"].dropna()
    assert table.loc["schools", "zones"] == (known <= known.quantile(0.25)).sum()


def test_domain_shares_are_adjusted_r_squared(zones, codebook):
    table = domain_table(zones, codebook, NAMES, resamples=60)
    traits = zones[list(NAMES)].fillna(zones[list(NAMES)].mean())

    def adjusted(names):
        return sm.OLS(zones["am"], sm.add_constant(traits[names])).fit().rsquared_adj

    rows = table.set_index("domain")
    education = ["schools", "class_size"]
    assert rows.loc["Education", "alone"] == pytest.approx(adjusted(education))
    assert rows.loc["Education", "unique"] == pytest.approx(
        adjusted(list(NAMES)) - adjusted(["families", "law"])
    )
    assert table.attrs["all"] == pytest.approx(adjusted(list(NAMES)))
    assert rows.loc["Family", "alone_low"] < rows.loc["Family", "alone"]
    assert rows.loc["Family", "alone"] < rows.loc["Family", "alone_high"]


def test_a_trait_that_repeats_others_adds_no_degree_of_freedom(zones, codebook):
    """Two Gini columns and their difference: collinear columns must not break the table."""
    doubled = zones.assign(echo=zones["families"] * 2 - zones["law"])
    book = pd.concat([codebook, pd.DataFrame({"domain": ["Family"]}, index=["echo"])])
    table = domain_table(doubled, book, (*NAMES, "echo"), resamples=20)
    plain = domain_table(zones, codebook, NAMES, resamples=20)
    assert table.attrs["all"] == pytest.approx(plain.attrs["all"])
