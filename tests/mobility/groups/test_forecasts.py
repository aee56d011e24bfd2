"""Forecasts by group: states unseen, ceilings that hold, intervals that cover."""

import numpy as np
import pytest

from analysis.mobility.groups import forecasts
from analysis.mobility.groups.results import GroupResults

FEATURES = ("commute_under_15", "manufacturing_share", "income_growth", "racial_segregation",
            "foreign_born")  # fmt: skip


@pytest.fixture(scope="module")
def found(simulated_study):
    results = GroupResults(simulated_study)
    return forecasts.group_forecasts(results.zones, results.ranks, FEATURES, 1)


def test_what_was_planted_is_forecast_and_no_more_than_noise_allows(found):
    scores = forecasts.score_table(found).set_index("group")
    assert (scores["r2"] > 0.15).all()
    assert (scores["r2"] < scores["ceiling"]).all()
    assert scores["coverage"].between(0.84, 0.96).all()


def test_r2_by_hand(found):
    own = found[found["group"] == "black"]
    r2 = (
        1
        - ((own["rank"] - own["predicted"]) ** 2).sum()
        / ((own["rank"] - own["rank"].mean()) ** 2).sum()
    )
    row = forecasts.score_table(found).set_index("group").loc["black"]
    assert row["r2"] == pytest.approx(r2)
    assert row["of_ceiling"] == pytest.approx(r2 / row["ceiling"])


def test_an_interval_rests_on_other_states_alone():
    errors = np.array([1.0, 2.0, 3.0, 100.0, 100.0])
    half = forecasts._half_widths(errors, np.array(["A", "A", "B", "C", "C"]))
    assert half[3] == half[4] == 3.0
    assert half[0] == 100.0


def test_the_forecast_for_all_is_compared_on_the_same_zones(found):
    table = forecasts.borrowed_table(found).set_index("group")
    assert table.loc["all", "r"] == pytest.approx(table.loc["all", "own_r"])
    assert table.loc["black", "r"] < table.loc["black", "own_r"]
