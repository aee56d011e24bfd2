"""Splits, folds and resamples that respect how a survey was drawn.

Households of an enumeration area resemble each other, so an area stays whole: in one
fold, in one half, drawn or not drawn. Resampling of single households, as in the paper,
is there for comparison.
"""

from __future__ import annotations

import numpy as np

from analysis.scorecard.settings import Unit

N_TRIED = 20  # draws of a third, of which the most balanced one is held out


def cluster_strata(cluster: np.ndarray, stratum: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Clusters present (sorted) and the stratum of each."""
    present, first = np.unique(cluster, return_index=True)
    return present, stratum[first]


def folds_of(
    cluster: np.ndarray, stratum: np.ndarray, folds: int, rng: np.random.Generator
) -> np.ndarray:
    """Deal clusters into folds, stratum by stratum, so that folds resemble each other.

    Returns
    -------
    ndarray of int, shape (households,)
        Fold of each household, from 0; fewer folds if there are fewer clusters.
    """
    present, strata = cluster_strata(cluster, stratum)
    order = np.lexsort((rng.random(len(present)), strata))
    fold = np.empty(len(present), dtype=np.int64)
    fold[order] = np.arange(len(present)) % min(folds, len(present))
    return fold[np.searchsorted(present, cluster)]


def test_rows(
    cluster: np.ndarray,
    stratum: np.ndarray,
    unit: Unit,
    rng: np.random.Generator,
    poor: np.ndarray | None = None,
    weight: np.ndarray | None = None,
) -> np.ndarray:
    """Hold out a third of the households: whole clusters of each stratum, or households.

    Parameters
    ----------
    poor, weight : ndarray, optional
        Who is poor, and household weights: then clusters are put in the order of their poverty
        rates, and of each three that follow each other in a stratum one is held out; of
        ``N_TRIED`` such draws the one counts whose poverty rate is nearest to that of all.

    Returns
    -------
    ndarray of bool, shape (households,)
    """
    if unit == "household":
        is_test = np.zeros(len(cluster), dtype=bool)
        is_test[rng.permutation(len(cluster))[: len(cluster) // 3]] = True
        return is_test
    if poor is None:
        return folds_of(cluster, stratum, 3, rng) == 0
    overall = np.average(poor, weights=weight)
    candidates = [_third(cluster, stratum, rng, poor, weight) for _ in range(N_TRIED)]
    return min(
        candidates,
        key=lambda is_test: abs(np.average(poor[is_test], weights=weight[is_test]) - overall),
    )


def _third(cluster, stratum, rng, poor, weight) -> np.ndarray:
    """Of each three clusters that follow each other by poverty in a stratum, one at random."""
    present, strata = cluster_strata(cluster, stratum)
    index = np.searchsorted(present, cluster)
    rate = np.bincount(index, weights=weight * poor) / np.bincount(index, weights=weight)
    order = np.lexsort((rng.random(len(present)), rate, strata))
    is_test = np.zeros(len(present), dtype=bool)
    for start in range(0, len(order), 3):
        three = order[start : start + 3]
        drawn = rng.integers(3)
        if drawn < len(three):
            is_test[three[drawn]] = True
    return is_test[index]


def draw(
    cluster: np.ndarray, stratum: np.ndarray, unit: Unit, share: float, rng: np.random.Generator
) -> np.ndarray:
    """An m-out-of-n bootstrap: how often each household is drawn, with replacement.

    Parameters
    ----------
    share : float
        m/n: of the households, or of each stratum's clusters (at least one of each).

    Returns
    -------
    ndarray of int, shape (households,)
    """
    n = len(cluster)
    if unit == "household":
        return np.bincount(rng.integers(n, size=max(1, round(share * n))), minlength=n)
    present, strata = cluster_strata(cluster, stratum)
    times = np.zeros(len(present), dtype=np.int64)
    for code in np.unique(strata):
        here = np.flatnonzero(strata == code)
        drawn = rng.choice(here, size=max(1, round(share * len(here))))
        times += np.bincount(drawn, minlength=len(present))
    return times[np.searchsorted(present, cluster)]
