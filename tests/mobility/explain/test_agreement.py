"""Agreement of explanations that agree, disagree, and have nothing to do with each other."""

import numpy as np
import pandas as pd
import pytest

from analysis.mobility.explain.agreement import agreement_table

NAMES = tuple(f"t{k}" for k in range(20))


def explained(values):
    frame = pd.DataFrame(values, columns=list(NAMES))
    frame.insert(0, "cz", np.arange(len(values)))
    return frame


@pytest.fixture(scope="module")
def values():
    return np.random.default_rng(5).normal(size=(300, 20)) * np.linspace(1, 3, 20)


@pytest.fixture(scope="module")
def states():
    return pd.Series([f"S{k % 12}" for k in range(300)])


def measures(explained_by, states):
    table = agreement_table(explained_by, states, NAMES, resamples=100)
    return table.set_index("measure")


def test_the_same_explanation_in_other_units_agrees_wholly(values, states):
    found = measures({"one": explained(values), "two": explained(values * 0.01)}, states)
    assert found["estimate"].to_numpy() == pytest.approx(np.ones(3))


def test_the_opposite_explanation_shares_traits_but_no_sign(values, states):
    found = measures({"one": explained(values), "two": explained(-values)}, states)
    assert found.loc["same sign", "estimate"] == 0
    assert found.loc["shared", "estimate"] == 1


def test_unrelated_explanations_agree_by_chance(states):
    rng = np.random.default_rng(6)
    pair = {name: explained(rng.normal(size=(300, 20))) for name in ("one", "two")}
    found = measures(pair, states)
    for measure in ("same sign", "shared"):
        row = found.loc[measure]
        assert row["estimate"] == pytest.approx(row["by_chance"], abs=0.05)


def test_three_models_make_three_pairs_and_zones_must_match(values, states):
    frames = {name: explained(values) for name in "abc"}
    assert len(agreement_table(frames, states, NAMES, resamples=20)) == 9
    frames["b"] = frames["b"].assign(cz=lambda frame: frame["cz"] + 1)
    with pytest.raises(ValueError, match="a and b explain different zones"):
        agreement_table(frames, states, NAMES, resamples=20)
