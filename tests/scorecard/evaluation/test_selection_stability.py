"""How steadily stepwise selection chooses."""

from itertools import combinations

import numpy as np
import pytest

from analysis.scorecard.evaluation.selection_stability import (
    agreement,
    agreement_gain,
    stepwise_choices,
)
from tests.scorecard.conftest import TINY


def test_each_half_sample_chooses_as_many_questions_as_the_card_has(small):
    chosen = stepwise_choices(small, TINY, samples=2)
    assert chosen.shape == (2, len(small.items))
    assert (chosen.sum(axis=1) == TINY.questions).all()


def test_agreement_is_the_mean_over_pairs():
    chosen = np.random.default_rng(1).random((7, 12)) < 0.4
    pairs = [np.sum(a & b) for a, b in combinations(chosen, 2)]
    assert agreement(chosen) == pytest.approx(np.mean(pairs))


def test_the_interval_of_a_gain_covers_the_truth_as_often_as_it_says():
    """Two ways of choosing with known chances: the expected gain is Σp² − Σq²."""
    rng = np.random.default_rng(2)
    p, q = rng.random(40), rng.random(40)
    truth = np.sum(p**2) - np.sum(q**2)
    covered = 0
    for _ in range(300):
        gain, low, high = agreement_gain(rng.random((20, 40)) < p, rng.random((20, 40)) < q)
        assert low <= gain <= high
        covered += low <= truth <= high
    assert 0.90 <= covered / 300 <= 0.99
