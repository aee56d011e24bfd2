"""The arithmetic of points, exact in integers, for any coefficients."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ReportError
from analysis.scorecard.card.lookup import model_lookup
from analysis.scorecard.model.points import scores, whole_points

coefficient = st.floats(-6, 6).map(lambda b: round(b, 6))
cards = st.lists(
    st.lists(coefficient, min_size=2, max_size=9).map(np.array), min_size=1, max_size=12
)
cards = cards.filter(lambda beta: sum(np.ptp(b) for b in beta) > 1e-3)


at_leisure = settings(deadline=None)  # a busy machine is no fault


@at_leisure
@given(cards)
def test_points_are_whole_and_run_from_0_to_exactly_100(beta):
    made = whole_points(beta)
    for points, b in zip(made.points, beta, strict=True):
        assert all(isinstance(p, int) and p >= 0 for p in points)
        assert points[int(np.argmax(b))] == 0, "the poorest answer gets nothing"
        order = np.argsort(b, kind="stable")
        assert list(np.array(points)[order]) == sorted(points, reverse=True)
    assert sum(max(points) for points in made.points) == 100
    assert sum(min(points) for points in made.points) == 0


@at_leisure
@given(cards, st.randoms(use_true_random=False))
def test_any_household_scores_within_the_rounding_bound_of_the_model(beta, random):
    made = whole_points(beta)
    codes = np.array([[random.randrange(len(b)) for b in beta] for _ in range(20)])
    score = scores(made.points, codes)
    assert ((score >= 0) & (score <= 100)).all()
    eta = np.array([sum(b[k] for b, k in zip(beta, row, strict=True)) for row in codes])
    by_score = made.base - score * made.scale / 100
    bound = made.rounding * made.scale / 100
    assert (np.abs(eta - by_score) <= bound + 1e-9).all()
    assert made.rounding <= len(beta)


@at_leisure
@given(cards)
def test_adding_a_constant_to_a_question_changes_no_points(beta):
    shifted = [beta[0] + 1.0, *beta[1:]]
    near = [np.round(np.max(b) - b, 9) for b in beta]
    moved = [np.round(np.max(b) - b, 9) for b in shifted]
    if all((a == b).all() for a, b in zip(near, moved, strict=True)):
        one, other = whole_points([-n for n in near]), whole_points([-m for m in moved])
        assert one.points == other.points


def test_the_paper_s_roof():
    """0, 7 and 10 points: thatched, iron sheets, cement, on a card worth 100."""
    beta = [np.array([0.0, -0.7, -1.0]), np.array([0.0, -9.0])]
    assert whole_points(beta).points == ((0, 7, 10), (0, 90))


def test_thirds_still_add_up_to_100():
    assert whole_points([np.array([0.0, -1.0])] * 3).points == ((0, 34), (0, 33), (0, 33))


def test_a_card_without_any_difference_is_refused():
    with pytest.raises(ReportError, match="No answer makes a difference"):
        whole_points([np.zeros(3), np.zeros(2)])


@at_leisure
@given(st.floats(0.01, 0.4), st.lists(st.floats(-8, 12), min_size=1, max_size=5))
def test_lookups_never_rise_and_the_national_column_gives_the_rate(slope, intercepts):
    rng = np.random.default_rng(1)
    score = rng.integers(0, 101, 300)
    weight = rng.uniform(1, 3, 300)
    poor = rng.random(300) < 0.35
    table = model_lookup(np.array(intercepts), slope, score, weight, poor)
    for column in (table.national, *table.regions):
        assert len(column) == 101
        assert all(1000 >= a >= b >= 0 for a, b in pairwise(column))
    mean = np.average(np.array(table.national)[score] / 1000, weights=weight)
    assert mean == pytest.approx(np.average(poor, weights=weight), abs=6e-4)
