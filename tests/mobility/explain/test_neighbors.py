"""The worked example is chosen by its rule and adds up."""

import pandas as pd
import pytest

from analysis.mobility.explain.neighbors import contrasting_pair

NAMES = ("a", "b")


def frames():
    zones = pd.DataFrame(
        [
            # cz, state, children, label, a, b
            (1, "AA", 900.0, 0, -2.0, 0.5),
            (2, "AA", 800.0, 1, 2.0, 1.0),
            (3, "AA", 10.0, 1, 9.0, 9.0),  # too small
            (4, "BB", 950.0, 0, -9.0, 0.0),  # no partner in its state
            (5, "AA", 700.0, 1, 1.0, 0.0),
            (6, "AA", 650.0, 1, -5.0, 0.0),  # predicted wrongly
            (7, "CC", 20.0, 0, 0.0, 0.0),
            (8, "CC", 30.0, 1, 0.0, 0.0),
            (9, "CC", 40.0, 0, 0.0, 0.0),
        ],
        columns=["cz", "state", "children", "label_binary", "a", "b"],
    )
    parts = zones[["cz", "a", "b"]].assign(intercept=0.1)
    parts["log_odds"] = parts[["a", "b", "intercept"]].sum(axis=1)
    parts["probability"] = 1 / (1 + 2.718281828459045 ** -parts["log_odds"])
    return zones, parts


def test_the_widest_rightly_predicted_gap_within_a_state():
    zones, parts = frames()
    pair = contrasting_pair(zones, parts, features=NAMES)
    assert (pair.lower["cz"], pair.higher["cz"]) == (1, 2)
    assert pair.gap == pytest.approx(4.5)
    assert pair.table["difference"].sum() == pytest.approx(pair.gap)
    assert list(pair.table["feature"]) == ["a", "b"]
    assert pair.table.loc[0, ["lower", "higher"]].tolist() == [-2, 2]


def test_no_pair_is_said_so():
    zones, parts = frames()
    with pytest.raises(ValueError, match="no two large zones"):
        contrasting_pair(zones[zones["state"] != "AA"], parts, features=NAMES)
