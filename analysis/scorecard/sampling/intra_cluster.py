"""Errors of neighbours go together: how closely, and what that does to a group's rate."""

from __future__ import annotations

import numpy as np


def error_correlation(
    probability: np.ndarray, poor: np.ndarray, weight: np.ndarray, area: np.ndarray
) -> float:
    """Correlation of the errors (fact less probability) of two households of one area.

    The moment estimator: over all pairs of households of the same area, the weighted products
    of their errors by what the products of their standard deviations √(p(1−p)) would be.
    Never below 0.
    """
    error, deviation = poor - probability, np.sqrt(probability * (1 - probability))
    pairs = [_pairs(weight * values, area) for values in (error, deviation)]
    return float(np.clip(pairs[0] / pairs[1], 0.0, 1.0)) if pairs[1] > 0 else 0.0


def _pairs(values: np.ndarray, area: np.ndarray) -> float:
    """Sum of the products of all ordered pairs of different households of one area."""
    _, place = np.unique(area, return_inverse=True)
    return float((np.bincount(place, weights=values) ** 2).sum() - (values**2).sum())


def chance_variance(
    share: np.ndarray, probability: np.ndarray, correlation: float, areas: np.ndarray | float
) -> float:
    """Variance of a group's rate that comes from not knowing who of the group is poor.

    With shares s and v = p(1−p) it is Σ s²v for households that err each by itself; a
    correlation within areas adds its part of the covariances.

    Parameters
    ----------
    share : ndarray
        Shares of the households in the group, with sum 1.
    correlation : float
    areas : ndarray or float
        The area of each household; or, where they are not known, how many households an area
        has: then the pairs of one area are as many as that makes, and any pairs.
    """
    deviation = share * np.sqrt(probability * (1 - probability))
    alone = float((deviation**2).sum())
    if isinstance(areas, np.ndarray):
        return alone + correlation * _pairs(deviation, areas)
    n = len(share)
    together = min(1.0, (areas - 1) / (n - 1)) if n > 1 else 0.0
    return alone + correlation * together * (float(deviation.sum()) ** 2 - alone)
