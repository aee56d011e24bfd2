"""Scores of predicted probabilities, each for many weightings of the zones at once.

A weighting is how a bootstrap resample counts the zones. Scores of two classes
and of ordered classes share this form, so that models, schemes and resamples
are compared on the same draws.
"""

from __future__ import annotations

import numpy as np

RESAMPLES = 1000
SEED = 1982


def binary_scores(
    truth: np.ndarray, probability: np.ndarray, weights=None
) -> dict[str, np.ndarray]:
    """Score probabilities of the second class.

    Parameters
    ----------
    truth
        0 or 1, shape (n,).
    probability
        Probability of 1, shape (n,). At a half and above the zone is predicted 1.
    weights
        Shape (draws, n); one draw of equal weights unless given.

    Returns
    -------
    dict
        Metric to values, shape (draws,).
    """
    weights = _weights(weights, len(truth))
    total = weights.sum(axis=1)
    correct = (probability >= 0.5) == truth
    positive = weights @ truth
    sensitivity = (weights @ (correct * truth)) / positive
    specificity = (weights @ (correct * (1 - truth))) / (total - positive)
    of_truth = np.clip(np.where(truth == 1, probability, 1 - probability), _EPS, 1)
    return {
        "accuracy": weights @ correct / total,
        "balanced accuracy": (sensitivity + specificity) / 2,
        "AUC": _area(truth, probability, weights),
        "Brier score": weights @ (probability - truth) ** 2 / total,
        "log-loss": -(weights @ np.log(of_truth)) / total,
    }


def ordered_scores(
    truth: np.ndarray, probability: np.ndarray, weights=None
) -> dict[str, np.ndarray]:
    """Score probabilities of ordered classes 0 … K-1; see `binary_scores`.

    Quadratic kappa is Cohen's (1968) with squared distances between classes as
    weights; the class error is the mean distance, in classes, of the most
    probable class from the true one.
    """
    weights = _weights(weights, len(truth))
    table = confusion(truth, probability, weights)
    size = table.shape[-1]
    total = table.sum(axis=(1, 2))
    right = np.diagonal(table, axis1=1, axis2=2)
    actual, predicted = table.sum(axis=2), table.sum(axis=1)
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    expected = np.einsum("di,dj,ij->d", actual, predicted, distance**2) / total
    of_truth = np.clip(probability[np.arange(len(truth)), truth], _EPS, 1)
    return {
        "accuracy": right.sum(axis=1) / total,
        "macro F1": (2 * right / np.maximum(actual + predicted, _EPS)).mean(axis=1),
        "quadratic kappa": 1 - (table * distance**2).sum(axis=(1, 2)) / expected,
        "mean absolute class error": (table * distance).sum(axis=(1, 2)) / total,
        "log-loss": -(weights @ np.log(of_truth)) / total,
    }


def confusion(truth: np.ndarray, probability: np.ndarray, weights=None) -> np.ndarray:
    """Confusion matrices, shape (draws, true class, predicted class)."""
    weights = _weights(weights, len(truth))
    size = probability.shape[1]
    predicted = probability.argmax(axis=1)
    cells = np.zeros((len(truth), size * size))
    cells[np.arange(len(truth)), truth * size + predicted] = 1
    return (weights @ cells).reshape(-1, size, size)


def state_draws(states: np.ndarray, draws: int = RESAMPLES, seed: int = SEED) -> np.ndarray:
    """Draw bootstrap resamples of whole states.

    Zones of a state resemble each other, and so do the errors made on them;
    resampling zones would call the scores more certain than they are.

    Returns
    -------
    ndarray, shape (draws, n)
        How often each zone is in each resample.
    """
    names, code = np.unique(states, return_inverse=True)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(len(names), size=(draws, len(names)))
    counts = np.zeros((draws, len(names)))
    np.add.at(counts, (np.arange(draws)[:, None], drawn), 1)
    return counts[:, code]


def interval(values: np.ndarray) -> tuple[float, float] | tuple[np.ndarray, np.ndarray]:
    """95 % percentile interval over the first axis; undefined draws are left out."""
    low, high = np.nanpercentile(values, [2.5, 97.5], axis=0)
    return low, high


def refitted_interval(value: float, draws: np.ndarray, repeats: int) -> tuple[float, float]:
    """95 % interval of a score: the value and the percentiles of its draws around their mean.

    Around their mean, since the draws are centered elsewhere than the value: a
    model that is fitted to a resample learns from fewer different states, and does
    a little worse.

    Parameters
    ----------
    draws
        Shape (draws, splits): the score of each resample, split into folds once or
        more. What splits of one resample do not share is due to the split, of which
        the value, a mean over ``repeats``, has a ``repeats``-th; departures are
        shrunk to match.
    """
    drawn = draws[np.isfinite(draws).all(axis=1)]
    if len(drawn) < 2:
        return np.nan, np.nan
    splits = drawn.shape[1]
    covariance = np.cov(drawn.T).reshape(splits, splits)
    total = np.diagonal(covariance).mean()
    shrink = 1.0
    if splits > 1 and total > 0:
        shared = np.clip((covariance.sum() - splits * total) / (splits * (splits - 1)), 0, total)
        shrink = np.sqrt((shared + (total - shared) / repeats) / total)
    low, high = interval((shrink * (drawn - drawn.mean())).ravel())
    return value + low, value + high


_EPS = np.finfo(float).eps


def _weights(weights, size: int) -> np.ndarray:
    return np.ones((1, size)) if weights is None else np.asarray(weights, float)


def _area(truth: np.ndarray, probability: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Area under the ROC curve: the weighted share of pairs in the right order."""
    high = truth == 1
    above, below = weights[:, high], weights[:, ~high]
    gap = np.subtract.outer(probability[high], probability[~high])
    right = (gap > 0) + (gap == 0) / 2
    pairs = above.sum(axis=1) * below.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return ((above @ right) * below).sum(axis=1) / pairs
