"""Effects of functions whose effects are known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.inspection import partial_dependence

from analysis.mobility.explain.effects import (
    accumulated_effect,
    edges,
    effect_table,
    partial_effect,
    rug,
)
from analysis.mobility.explain.models import fitted, score
from analysis.mobility.pipelines import matrix
from tests.mobility.explain.toys import toy_zones


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(1)
    first = rng.normal(size=500)
    return np.column_stack([first, 0.9 * first + 0.3 * rng.normal(size=500)])


@pytest.fixture(scope="module")
def bounds(rows):
    return edges(pd.Series(rows[:, 0], name="first"), 20)


@pytest.mark.parametrize("effect", [accumulated_effect, partial_effect])
def test_a_line_keeps_its_slope(rows, bounds, effect):
    found = effect(lambda x: 3 * x[:, 0] - 2 * x[:, 1], rows, 0, bounds)
    assert np.diff(found) / np.diff(bounds) == pytest.approx(np.full(20, 3.0))


def test_a_parabola_comes_out_centred(rows, bounds):
    found = accumulated_effect(lambda x: x[:, 0] ** 2, rows, 0, bounds)
    curve = bounds**2
    assert found - found[0] == pytest.approx(curve - curve[0])
    at_rows = np.interp(rows[:, 0], bounds, found)
    assert at_rows.mean() == pytest.approx(0, abs=1e-9)


def test_only_accumulated_effects_stay_where_zones_are(rows, bounds):
    """A model that goes wild where no zone lies: traits that differ by more than 3."""

    def wild(x):
        return x[:, 0] + 100 * (np.abs(x[:, 0] - x[:, 1]) > 3)

    calm = accumulated_effect(wild, rows, 0, bounds)
    assert np.ptp(calm) == pytest.approx(np.ptp(bounds), rel=0.01)
    assert np.ptp(partial_effect(wild, rows, 0, bounds)) > 10


def test_an_indicator_has_one_step():
    rows = np.array([[0.0, 1.0], [1.0, 2.0], [1.0, 0.0], [0.0, 5.0]])
    points = edges(pd.Series(rows[:, 0], name="indicator"))
    assert list(points) == [0, 1]
    found = accumulated_effect(lambda x: 4 * x[:, 0] * (x[:, 1] > 1), rows, 0, points)
    # Two of four rows step by 4, and the middle of the step is 0.
    assert list(found) == [-1, 1]


def test_partial_dependence_is_scikit_learns():
    zones = toy_zones({"a": 1.0, "b": -1.0}, count=200)
    values = matrix(zones, ("a", "b"))
    model = HistGradientBoostingClassifier(max_iter=20).fit(values, zones["label_binary"])
    points = edges(zones["a"], 8)
    theirs = partial_dependence(
        model,
        values,
        [0],
        custom_values={0: points},
        response_method="decision_function",
        method="brute",
    )
    found = partial_effect(lambda x: score(model, x), values, 0, points)
    assert np.diff(found) == pytest.approx(np.diff(theirs["average"][0]))


def test_a_constant_trait_is_refused():
    with pytest.raises(ValueError, match="'flat' does not vary"):
        edges(pd.Series([2.0, 2.0, np.nan], name="flat"))


def test_table_of_the_linear_model_follows_its_coefficient():
    zones = toy_zones({"a": 1.5, "b": 0.0}, gaps=("a",))
    table = effect_table(zones, ("a",), "elastic net", ("a", "b"), bins=6, resamples=30)
    model = fitted(zones, "elastic net", ("a", "b"))
    slope = model.coef_[0, 0] / zones["a"].std(ddof=0)
    # Gaps are filled with the mean, which makes the scale of the model smaller.
    slope *= zones["a"].std(ddof=0) / zones["a"].fillna(zones["a"].mean()).std(ddof=0)
    for _, curve in table.groupby("kind"):
        steps = np.diff(curve["effect"]) / np.diff(curve["value"])
        assert steps == pytest.approx(np.full(6, slope), rel=1e-2)
        assert (curve["ci_low"] <= curve["effect"] + 0.5).all()
        assert (curve["ci_high"] >= curve["effect"] - 0.5).all()
        assert curve["zones"].sum() == zones["a"].notna().sum()


def test_rug_is_the_known_values():
    zones = toy_zones({"a": 1.0}, count=50, gaps=("a",))
    found = rug(zones, "a")
    assert list(found["value"]) == sorted(zones["a"].dropna())
    assert set(found["cz"]) == set(zones.loc[zones["a"].notna(), "cz"])
