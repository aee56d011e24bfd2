"""Weighted measures of how well probabilities tell the poor from the non-poor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

SMALLEST = 5e-4  # half of the last digit of a lookup: no probability counts as certain


def auc(probability: np.ndarray, poor: np.ndarray, weight: np.ndarray) -> float:
    """How often a poor household has a higher probability than a non-poor one (ties half)."""
    return auc_of(probability, poor)(weight)


def auc_of(probability: np.ndarray, poor: np.ndarray) -> Callable[[np.ndarray], float]:
    """`auc` of the same households for any weights: they are put in order once."""
    values, tie = np.unique(probability, return_inverse=True)

    def measure(weight: np.ndarray) -> float:
        some = np.bincount(tie, weights=weight * poor, minlength=len(values))
        none = np.bincount(tie, weights=weight * ~poor, minlength=len(values))
        below = np.cumsum(none) - none
        return float(some @ (below + none / 2) / (some.sum() * none.sum()))

    return measure


def loss(probability: np.ndarray, poor: np.ndarray, weight: np.ndarray) -> float:
    """Mean log-loss."""
    p = np.clip(probability, SMALLEST, 1 - SMALLEST)
    return float(-np.average(np.where(poor, np.log(p), np.log1p(-p)), weights=weight))


def brier(probability: np.ndarray, poor: np.ndarray, weight: np.ndarray) -> float:
    """Mean squared difference between probability and fact."""
    return float(np.average((probability - poor) ** 2, weights=weight))


def headcount_bias(probability: np.ndarray, poor: np.ndarray, weight: np.ndarray) -> float:
    """Estimated less actual poverty rate."""
    return float(np.average(probability - poor, weights=weight))


MEASURES = {"auc": auc, "log_loss": loss, "brier": brier, "headcount_bias": headcount_bias}
