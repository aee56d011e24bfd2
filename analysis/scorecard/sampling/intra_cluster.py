"""Errors of neighbors go together: how closely, and what that does to a group's rate."""

from __future__ import annotations

import numpy as np


def intraclass_correlation(
    probability: np.ndarray, poor: np.ndarray, weight: np.ndarray, cluster: np.ndarray
) -> float:
    """Correlation of the errors (fact less probability) of two households of one cluster.

    The moment estimator: over all pairs of households of the same cluster, the weighted products
    of their errors by what the products of their standard deviations √(p(1−p)) would be.
    Never below 0.
    """
    error, deviation = poor - probability, np.sqrt(probability * (1 - probability))
    pairs = [_pairs(weight * values, cluster) for values in (error, deviation)]
    return float(np.clip(pairs[0] / pairs[1], 0.0, 1.0)) if pairs[1] > 0 else 0.0


def _pairs(values: np.ndarray, cluster: np.ndarray) -> float:
    """Sum of the products of all ordered pairs of different households of one cluster."""
    _, index = np.unique(cluster, return_inverse=True)
    return float((np.bincount(index, weights=values) ** 2).sum() - (values**2).sum())


def bernoulli_variance(
    share: np.ndarray, probability: np.ndarray, correlation: float, clusters: np.ndarray | float
) -> float:
    """Variance of a group's rate that comes from not knowing who of the group is poor.

    With shares s and v = p(1−p) it is Σ s²v for households that err each by itself; a
    correlation within clusters adds its part of the covariances.

    Parameters
    ----------
    share : ndarray
        Shares of the households in the group, with sum 1.
    correlation : float
    clusters : ndarray or float
        The cluster of each household; or, where they are not known, how many households a
        cluster has: then the pairs of one cluster are as many as that makes, and any pairs.
    """
    deviation = share * np.sqrt(probability * (1 - probability))
    alone = float((deviation**2).sum())
    if isinstance(clusters, np.ndarray):
        return alone + correlation * _pairs(deviation, clusters)
    n = len(share)
    together = min(1.0, (clusters - 1) / (n - 1)) if n > 1 else 0.0
    return alone + correlation * together * (float(deviation.sum()) ** 2 - alone)
