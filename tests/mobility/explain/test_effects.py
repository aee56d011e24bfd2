"""Effects of functions whose effects are known."""

import numpy as np
import pandas as pd
import pytest

from analysis.mobility.explain.effects import accumulated_effect, edges, effect_table
from analysis.mobility.explain.models import fitted
from tests.mobility.explain.toys import toy_zones


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(1)
    first = rng.normal(size=500)
    return np.column_stack([first, 0.9 * first + 0.3 * rng.normal(size=500)])


@pytest.fixture(scope="module")
def bounds(rows):
    return edges(pd.Series(rows[:, 0], name="first"), 20)


def test_a_line_keeps_its_slope(rows, bounds):
    found = accumulated_effect(lambda x: 3 * x[:, 0] - 2 * x[:, 1], rows, 0, bounds)
    assert np.diff(found) / np.diff(bounds) == pytest.approx(np.full(20, 3.0))


def test_a_parabola_comes_out_centered(rows, bounds):
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
    # Setting one trait for every row, as partial dependence does, would put them there.
    spread = [wild(np.column_stack([np.full(len(rows), at), rows[:, 1]])).mean() for at in bounds]
    assert np.ptp(spread) > 10


def test_an_indicator_has_one_step():
    rows = np.array([[0.0, 1.0], [1.0, 2.0], [1.0, 0.0], [0.0, 5.0]])
    points = edges(pd.Series(rows[:, 0], name="indicator"))
    assert list(points) == [0, 1]
    found = accumulated_effect(lambda x: 4 * x[:, 0] * (x[:, 1] > 1), rows, 0, points)
    # Two of four rows step by 4, and the middle of the step is 0.
    assert list(found) == [-1, 1]


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
    steps = np.diff(table["effect"]) / np.diff(table["value"])
    assert steps == pytest.approx(np.full(6, slope), rel=1e-2)
    assert (table["ci_low"] <= table["effect"] + 0.5).all()
    assert (table["ci_high"] >= table["effect"] - 0.5).all()
    assert table["zones"].sum() == zones["a"].notna().sum()
