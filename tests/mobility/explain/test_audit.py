"""Error rates by hand, and what an error means."""

import numpy as np
import pandas as pd
import pytest

from analysis.mobility.explain.audit import (
    audit_table,
    consequences,
    kinds_of_places,
    max_t_p_values,
)
from tests.mobility.explain.toys import toy_zones


@pytest.fixture
def small():
    """Ten zones in two groups; every number below can be counted on fingers."""
    predictions = pd.DataFrame(
        {
            "cz": range(10),
            "state": list("AABBCCDDEE"),
            "label": [0, 0, 1, 1, 0, 1, 0, 0, 1, 1],
            "probability": [0.1, 0.7, 0.9, 0.2, 0.3, 0.8, 0.4, 0.6, 0.55, 0.45],
        }
    )
    predictions["predicted"] = (predictions["probability"] >= 0.5).astype(int)
    kinds = pd.DataFrame({"Half": pd.Categorical(["first"] * 5 + ["second"] * 5, ordered=True)})
    return predictions, kinds


def scores(table, group):
    return table[table["group"] == group].set_index("metric")


def test_rates_by_hand(small):
    predictions, kinds = small
    children = pd.Series(np.arange(10.0))
    table = audit_table(predictions, kinds, children, resamples=50)
    everyone = scores(table, "All zones")["estimate"]
    assert everyone["error_rate"] == pytest.approx(4 / 10)
    assert everyone["false_high_rate"] == pytest.approx(2 / 5)
    assert everyone["false_low_rate"] == pytest.approx(2 / 5)
    assert everyone["calibration_gap"] == pytest.approx(5.0 / 10 - 5 / 10)
    # Pairs of a high and a low zone in the right order: 19 of 25.
    high = predictions.loc[predictions["label"] == 1, "probability"]
    low = predictions.loc[predictions["label"] == 0, "probability"]
    right = sum((one > other) + 0.5 * (one == other) for one in high for other in low)
    assert everyone["auc"] == pytest.approx(right / 25)

    first = scores(table, "first")
    assert first.loc["false_high_rate", "estimate"] == pytest.approx(1 / 3)
    assert first.loc["false_low_rate", "estimate"] == pytest.approx(1 / 2)
    assert first.loc["false_low_rate", "difference"] == pytest.approx(1 / 2 - 1 / 3)
    assert first["cases"].loc[["error_rate", "false_high_rate", "false_low_rate"]].tolist() == [
        5,
        3,
        2,
    ]
    assert first["zones"].unique().tolist() == [5]
    assert first["states"].unique().tolist() == [3]
    assert first["children"].unique().tolist() == [0 + 1 + 2 + 3 + 4]


def test_a_rate_without_cases_is_missing(small):
    predictions, kinds = small
    predictions["label"] = [1] * 5 + [0, 1, 0, 0, 1]
    table = audit_table(predictions, kinds, pd.Series(np.ones(10)), resamples=20)
    assert np.isnan(scores(table, "first").loc["false_high_rate", "estimate"])
    assert scores(table, "first").loc["error_rate", "estimate"] == pytest.approx(3 / 5)


def test_intervals_come_from_whole_states():
    """One state, wholly wrong, is in or out: the interval must know that."""
    rows = [("A", 1, 0.1)] * 30 + [(f"S{k}", 1, 0.9) for k in range(30)]
    predictions = pd.DataFrame(rows, columns=["state", "label", "probability"])
    predictions["predicted"] = (predictions["probability"] >= 0.5).astype(int)
    kinds = pd.DataFrame({"All": pd.Categorical(["all"] * 60)})
    table = audit_table(predictions, kinds, pd.Series(np.ones(60)), resamples=400)
    row = scores(table, "all").loc["error_rate"]
    assert row["estimate"] == 0.5
    assert row["ci_low"] == 0.0
    assert row["ci_high"] > 0.7


def test_the_largest_of_many_null_differences_is_seldom_called_clear():
    """20 correlated means of 60 normal values, none different from 0."""
    clear = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        values = rng.normal(size=(60, 20)) + rng.normal(size=(60, 1))
        counts = rng.multinomial(60, np.full(60, 1 / 60), size=200)
        estimates = np.vstack([values.mean(axis=0), counts @ values / 60])
        clear += (max_t_p_values(estimates) < 0.05).any()
    assert clear <= 16  # 6 expected


def test_a_comparison_without_spread_has_no_p_value():
    draws = np.random.default_rng(0).normal(size=(101, 3))
    draws[:, 0] += 30.0
    draws[:, 1] = np.nan
    draws[:, 2] = 0.0
    found = max_t_p_values(draws)
    assert found[0] == pytest.approx(1 / 101)
    assert np.isnan(found[1:]).all()


def test_thirds_are_thirds():
    zones = toy_zones({"population": 1.0, "racial_segregation": 0.0, "frac_black": 0.0}, count=99)
    kinds = kinds_of_places(zones.assign(state="TX"))
    assert kinds["Population"].value_counts().tolist() == [33, 33, 33]
    assert zones.loc[kinds["Population"] == "smallest third", "population"].max() == (
        zones["population"].nsmallest(33).max()
    )
    assert set(kinds["Census region"]) == {"South"}


def test_consequences_add_up(small):
    predictions, _ = small
    label = predictions["label"].to_numpy()
    zones = pd.DataFrame({"am": 40 + 2.0 * label, "children": np.arange(10.0), "cz": range(10)})
    table = consequences(predictions, zones, near=0.5).set_index("outcome")
    assert table["zones"].to_dict() == {
        "rightly low": 3,
        "falsely high": 2,
        "falsely low": 2,
        "rightly high": 3,
    }
    assert table.loc["falsely high", "children"] == 1 + 7
    assert table["share_of_children"].sum() == pytest.approx(1)
    assert table.loc["falsely low", "mean_target"] == 42
    assert (table["close_calls"] == 0).all()

    zones = zones.assign(zone="x", state="y")
