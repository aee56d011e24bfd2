"""Scores of predictions for many sets of row weights at once."""

from __future__ import annotations

import numpy as np

SMALLEST = 1e-12


def auc(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Area under the ROC curve, shape (resamples,).

    The chance that a zone of label 1 scores higher than one of label 0, ties
    counted half.

    Parameters
    ----------
    labels, scores : ndarray, shape (n,)
    weights : ndarray, shape (resamples, n)
        How often each row counts. A set of weights that leaves one class out
        gives NaN.
    """
    _, place = np.unique(scores, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    high = np.add.reduceat((weights * (labels == 1))[:, order], starts, axis=1)
    low = np.add.reduceat((weights * (labels == 0))[:, order], starts, axis=1)
    below = np.cumsum(low, axis=1) - low / 2
    return ratio((high * below).sum(axis=1), high.sum(axis=1) * low.sum(axis=1))


def log_losses(labels: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Log-loss of each row, in the shape of ``chance``."""
    chance = np.clip(chance, SMALLEST, 1 - SMALLEST)
    return -np.where(labels == 1, np.log(chance), np.log1p(-chance))


def mean_of(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean of the rows, shape (resamples,); NaN where no row counts."""
    return ratio(weights @ values, weights.sum(axis=1))


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Quotient that is NaN, without a warning, where the divisor is 0."""
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)
