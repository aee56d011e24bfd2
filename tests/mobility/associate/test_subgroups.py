"""Groups of children: NumPy, statsmodels, and zones whose mix of families is known."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.mobility.associate.subgroups import group_table, joint_table, mix_table


def made_up(place: float, gap: float, size: int = 600) -> pd.DataFrame:
    """Zones where mobility falls by ``place`` ranks and by the mix of families a share of 1."""
    rng = np.random.default_rng(11)
    share = rng.uniform(0.1, 0.4, size)
    married = 46 - place * share + rng.normal(0, 0.5, size)
    single = married - gap
    return pd.DataFrame(
        {
            "state": rng.choice([f"S{k}" for k in range(30)], size),
            "single_mothers": share,
            "frac_black": 0.8 * share + rng.normal(0, 0.05, size),
            "am_single_parents": single,
            "am_married_parents": married,
            "am": share * single + (1 - share) * married,
        }
    )


def estimates(zones):
    return mix_table(zones).set_index("quantity")["estimate"]


def test_a_pattern_of_families_alone_is_told_from_one_of_places():
    families, places = estimates(made_up(0, 6)), estimates(made_up(50, 0))
    assert families["all"] == pytest.approx(families["mix_per_ten"], abs=0.15)
    assert families["mix_share"] == pytest.approx(1, abs=0.15)
    assert families["same_mix"] == pytest.approx(0, abs=0.15)
    assert places["same_mix"] == pytest.approx(places["all"])
    assert places["mix_share"] == pytest.approx(0)
    assert places["all"] == pytest.approx(-5, abs=0.15)
    assert places["gap"] == pytest.approx(0)


def test_slopes_are_those_of_least_squares():
    zones = made_up(30, 5)
    zones.loc[:9, "am_single_parents"] = np.nan
    known = zones.iloc[10:]
    table = mix_table(zones).set_index("quantity")
    assert (table["n"] == len(known)).all()
    fit = np.polyfit(known["single_mothers"], known["am_married_parents"], 1)[0]
    assert table.loc["married", "estimate"] == pytest.approx(fit / 10)
    assert table.loc["gap", "estimate"] == pytest.approx(5)


def test_correlations_of_groups_use_the_zones_that_have_them(simulated_zones):
    table = group_table(simulated_zones, ("single_mothers",)).set_index("outcome")
    for outcome, row in table.iterrows():
        known = simulated_zones.dropna(subset=[outcome])
        assert row["r"] == pytest.approx(known["single_mothers"].corr(known[outcome]))
        assert row["r_all"] == pytest.approx(known["single_mothers"].corr(known["am"]))
        assert row["n"] == len(known)
    assert table.loc["am", "r"] == pytest.approx(table.loc["am", "r_all"])


def test_joint_slopes_are_statsmodels():
    zones = made_up(30, 5)
    names = ["single_mothers", "frac_black"]
    scaled = zones[["am", *names]].apply(lambda c: (c - c.mean()) / c.std(ddof=0))
    fit = sm.OLS(scaled["am"], sm.add_constant(scaled[names])).fit()
    table = joint_table(zones).set_index("feature")
    for name in names:
        assert table.loc[name, "joint"] == pytest.approx(fit.params[name])
        assert table.loc[name, "alone"] == pytest.approx(scaled["am"].corr(scaled[name]))
