"""Outcomes beside the zones, and how much of them is noise."""

import numpy as np
import pandas as pd
import pytest

from analysis.mobility.groups.outcomes import FEWEST, reliability_table, with_outcomes


def table_of(truth_sd, se, size=4000, seed=3):
    random = np.random.default_rng(seed)
    truth = 40 + truth_sd * random.normal(size=size)
    return pd.DataFrame(
        {
            "cz": np.arange(size),
            "state": random.choice(list("ABCDEFGHIJ"), size),
            "group": "black",
            "estimate": truth + se * random.normal(size=size),
            "se": se,
            "children": 1000.0,
            "truth": truth,
        }
    )


def test_reliability_is_the_share_of_signal():
    found = reliability_table(table_of(2.0, 1.5))
    assert found["reliability"].iloc[0] == pytest.approx(4 / (4 + 2.25), abs=0.03)
    assert set(found["zones"]) == {4000}


def test_pure_noise_has_no_reliability_below_zero():
    assert 0 <= reliability_table(table_of(0.0, 2.0))["reliability"].iloc[0] < 0.06


def test_too_few_children_are_left_out():
    zones = pd.DataFrame({"cz": [1, 2], "state": ["A", "B"]})
    table = pd.DataFrame({"cz": [1, 2], "state": ["A", "B"], "group": "white",
                          "estimate": [40.0, 50.0], "se": 1.0,
                          "children": [FEWEST, FEWEST - 1.0]})  # fmt: skip
    wide = with_outcomes(zones, table, FEWEST)
    assert wide["rank_white"].tolist() == pytest.approx([40.0, np.nan], nan_ok=True)
    assert wide["rank_black"].isna().all()
