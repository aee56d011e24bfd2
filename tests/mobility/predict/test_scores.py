"""Scores against scikit-learn's, and weights against repeated rows."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn import metrics

from analysis.mobility.predict import scores

RNG = np.random.default_rng(5)
SIZE = 120


@pytest.fixture
def binary():
    truth = RNG.integers(2, size=SIZE)
    probability = np.clip((truth + RNG.normal(size=SIZE) + 0.5) / 3, 0.01, 0.99).round(2)  # ties
    return truth, probability


@pytest.fixture
def ordered():
    truth = RNG.integers(4, size=SIZE)
    return truth, softmax(RNG.normal(size=(SIZE, 4)) + 1.5 * np.eye(4)[truth], axis=1)


def test_binary_scores(binary):
    truth, probability = binary
    own = {metric: value[0] for metric, value in scores.binary_scores(truth, probability).items()}
    called = (probability >= 0.5).astype(int)
    assert own["accuracy"] == pytest.approx(metrics.accuracy_score(truth, called))
    assert own["balanced accuracy"] == pytest.approx(metrics.balanced_accuracy_score(truth, called))
    assert own["AUC"] == pytest.approx(metrics.roc_auc_score(truth, probability))
    assert own["Brier score"] == pytest.approx(metrics.brier_score_loss(truth, probability))
    assert own["log-loss"] == pytest.approx(metrics.log_loss(truth, probability))
    assert set(own) == {"accuracy", "balanced accuracy", "AUC", "Brier score", "log-loss"}


def test_ordered_scores(ordered):
    truth, probability = ordered
    own = {metric: value[0] for metric, value in scores.ordered_scores(truth, probability).items()}
    called = probability.argmax(axis=1)
    kappa = metrics.cohen_kappa_score(truth, called, weights="quadratic")
    assert own["accuracy"] == pytest.approx(metrics.accuracy_score(truth, called))
    assert own["macro F1"] == pytest.approx(metrics.f1_score(truth, called, average="macro"))
    assert own["quadratic kappa"] == pytest.approx(kappa)
    error = metrics.mean_absolute_error(truth, called)
    assert own["mean absolute class error"] == pytest.approx(error)
    assert own["log-loss"] == pytest.approx(metrics.log_loss(truth, probability))
    assert len(own) == 5


def test_weights_count_rows(binary, ordered):
    counts = RNG.integers(0, 4, size=SIZE)
    rows = np.repeat(np.arange(SIZE), counts)
    for score, (truth, probability) in (
        (scores.binary_scores, binary),
        (scores.ordered_scores, ordered),
    ):
        weighted, repeated = (
            score(truth, probability, counts[None]),
            score(truth[rows], probability[rows]),
        )
        for metric, value in weighted.items():
            assert value == pytest.approx(repeated[metric]), metric


def test_state_draws_move_states_as_one():
    states = np.repeat([f"S{k}" for k in range(10)], 7)
    draws = scores.state_draws(states, 200)
    assert draws.shape == (200, 70)
    assert (draws.reshape(200, 10, 7).std(axis=2) == 0).all()
    assert (draws.sum(axis=1) == 70).all()
    assert draws.mean() == pytest.approx(1, abs=0.05)


def test_interval_covers_the_truth_as_often_as_it_says():
    """Accuracy of 60 states of clustered zones: 95 % intervals, known expectation."""
    covered = 0
    for turn in range(100):
        rng = np.random.default_rng(turn)
        states = np.repeat(np.arange(60), 8)
        skill = rng.beta(8, 2, size=60)[states]
        truth = rng.integers(2, size=480)
        right = rng.random(480) < skill
        probability = np.where(right == (truth == 1), 0.9, 0.1)
        spread = scores.binary_scores(truth, probability, scores.state_draws(states, 300, turn))
        low, high = scores.interval(spread["accuracy"])
        covered += low <= 0.8 <= high
    assert 87 <= covered <= 100
