"""Intervals that respect the design: whole clusters are drawn within strata."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.scorecard.sampling.bootstrap import cluster_strata
from analysis.scorecard.survey.survey import Survey

LEVEL = 0.95


def cluster_weights(survey: Survey, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Bootstrap weights: in each stratum one cluster fewer than there are is drawn, rescaled.

    The rescaled bootstrap of Rao and Wu (1988): with n clusters in a stratum, n − 1 are drawn
    with replacement and weights are multiplied by n/(n − 1), which makes the variance of
    a mean unbiased. A stratum with one cluster has no variance of its own, so it is put together
    with another (:func:`collapsed`).

    Returns
    -------
    ndarray, shape (samples, households)
        Household weights of each sample.
    """
    present, strata = cluster_strata(survey.cluster, survey.stratum)
    strata = collapsed(strata)
    times = np.ones((samples, len(present)))
    for code in np.unique(strata):
        here = np.flatnonzero(strata == code)
        n = len(here)
        if n > 1:
            drawn = rng.multinomial(n - 1, np.full(n, 1 / n), size=samples)
            times[:, here] = drawn * n / (n - 1)
    return times[:, np.searchsorted(present, survey.cluster)] * survey.weight


def collapsed(strata: np.ndarray) -> np.ndarray:
    """Strata of clusters, those with a single one put together, at last with the smallest other.

    Parameters
    ----------
    strata : ndarray of int, shape (clusters,)

    Returns
    -------
    ndarray of int, shape (clusters,)
        No stratum has a single cluster, unless there is but one.
    """
    codes, count = np.unique(strata, return_counts=True)
    single = codes[count == 1]
    merged = np.where(np.isin(strata, single), single[0] if len(single) else -1, strata)
    if len(single) == 1 and len(codes) > 1:
        others = codes[count > 1]
        merged[strata == single[0]] = others[np.argmin(count[count > 1])]
    return merged


def interval(
    measure: Callable[[np.ndarray], float], weight: np.ndarray, samples: np.ndarray
) -> tuple[float, float, float]:
    """Estimate with a percentile interval over bootstrap weights.

    Parameters
    ----------
    measure : callable
        From household weights to a number.
    weight : ndarray, shape (households,)
    samples : ndarray, shape (samples, households)

    Returns
    -------
    estimate, low, high : float
        The interval is NaN where no sample gives a number.
    """
    return with_interval(measured(measure, weight, samples))


def measured(
    measure: Callable[[np.ndarray], float], weight: np.ndarray, samples: np.ndarray
) -> np.ndarray:
    """The measure with the survey's weights, then with those of each sample."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.array([measure(weight), *(_or_nan(measure, sample) for sample in samples)])


def _or_nan(measure: Callable[[np.ndarray], float], sample: np.ndarray) -> float:
    """NaN where a sample has nobody to measure."""
    try:
        return measure(sample)
    except ZeroDivisionError:
        return float("nan")


def with_interval(values: np.ndarray) -> tuple[float, float, float]:
    """What `interval` gives, from what `measured` gives."""
    estimate, values = float(values[0]), values[1:]
    values = values[np.isfinite(values)]
    if not values.size:
        return estimate, float("nan"), float("nan")
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return estimate, float(low), float(high)
