"""Weighted measures of how well probabilities tell the poor from the non-poor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import expit

_SMALLEST = 5e-4  # half of the last digit of a lookup: no probability counts as certain


def auc(probability: np.ndarray, poor: np.ndarray, weight: np.ndarray) -> float:
    """Chance that a poor household has a higher probability than a non-poor one (ties half)."""
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
    p = np.clip(probability, _SMALLEST, 1 - _SMALLEST)
    return float(-np.average(np.where(poor, np.log(p), np.log1p(-p)), weights=weight))


def brier(probability: np.ndarray, poor: np.ndarray, weight: np.ndarray) -> float:
    """Mean squared difference between probability and fact."""
    return float(np.average((probability - poor) ** 2, weights=weight))


def headcount_bias(probability: np.ndarray, poor: np.ndarray, weight: np.ndarray) -> float:
    """Estimated less actual poverty rate."""
    return float(np.average(probability - poor, weights=weight))


def calibration_line(
    probability: np.ndarray, poor: np.ndarray, weight: np.ndarray
) -> tuple[float, float]:
    """Intercept and slope of the logit regression of fact on the logit of the probability.

    A perfect card has 0 and 1. Newton's method on two coefficients, no step longer than 1.
    NaN where no line fits best, as where the probability parts the poor from the others.
    """
    p = np.clip(probability, _SMALLEST, 1 - _SMALLEST)
    x = np.column_stack([np.ones(len(p)), np.log(p / (1 - p))])
    b = np.array([0.0, 1.0])
    for _ in range(50):
        q = expit(x @ b)
        gradient = x.T @ (weight * (poor - q))
        curvature = (x * (weight * q * (1 - q))[:, None]).T @ x
        try:
            step = np.linalg.solve(curvature + 1e-9 * np.trace(curvature) * np.eye(2), gradient)
        except np.linalg.LinAlgError:
            break
        b = b + step / max(1.0, np.abs(step).max())
        if np.abs(step).max() < 1e-10:
            return float(b[0]), float(b[1])
    return float("nan"), float("nan")


def targeting_errors(
    targeted: np.ndarray, poor: np.ndarray, weight: np.ndarray
) -> tuple[float, float, float]:
    """Share targeted, exclusion error and inclusion error of a rule.

    Exclusion error (undercoverage) is the share of the poor who are not targeted;
    inclusion error (leakage) the share of the targeted who are not poor, NaN if nobody
    is targeted.
    """
    reached = weight[targeted].sum()
    found = weight[targeted & poor].sum()
    inclusion = 1 - found / reached if reached > 0 else float("nan")
    return (
        float(reached / weight.sum()),
        float(1 - found / weight[poor].sum()),
        float(inclusion),
    )


MEASURES = {"auc": auc, "log_loss": loss, "brier": brier, "headcount_bias": headcount_bias}
