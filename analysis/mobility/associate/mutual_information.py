"""Mutual information of each feature with the labels: how much exceeds a permutation null.

Zones of one state are correlated in mobility, so whatever differs between states informs about
a zone's label, a random number for each state too. What a feature adds is therefore read
against a null in which its own values are permuted (`permuter`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numba import njit
from scipy.special import digamma
from scipy.stats import norm, rankdata
from sklearn.utils import check_random_state

from analysis.data.names import FEATURES
from analysis.mobility.predict.out_of_fold import LABELS, workers
from analysis.mobility.predict.pipelines import matrix
from analysis.store.cache import cached
from analysis.store.compiled import keep_by_source

RESAMPLES = 100
PERMUTATIONS, HALF_PERMUTATIONS = 100, 40
JITTERS = 20
SEED = 37
NEIGHBORS = 3

keep_by_source()


@cached
def information_table(
    zones: pd.DataFrame,
    task: str,
    features: tuple[str, ...] = FEATURES,
    resamples: int = RESAMPLES,
    permutations: int = PERMUTATIONS,
) -> pd.DataFrame:
    """Rank features by their excess of mutual information over a null.

    Estimated by nearest neighbors (Ross 2014) from the zones where the feature is known,
    as a mean over seeds of the noise that breaks ties. The null is the mean of the same
    estimate over ``permutations`` of the feature's values, see `permuter`.

    A bootstrap's repeated rows are each other's nearest neighbors and inflate the
    estimate, so resamples are random halves of the states without replacement, whose
    spread about the whole equals the bootstrap's (the delete-half jackknife). Each half is
    compared with a null of its own size.

    Parameters
    ----------
    zones
        With ``state``, the label and the features.
    task
        ``"binary"`` or ``"quartiles"``.

    Returns
    -------
    DataFrame
        Largest excess first: ``task, feature, mutual_information`` (nats), ``null_mean,
        null_high`` (mean and 95th percentile over permutations), ``excess`` (the first less
        the second), ``ci_low, ci_high`` (95 %, of the excess), ``rank, rank_low,
        rank_high`` (95 % of resamples), ``top_ten`` (share of resamples in which it is
        among the first ten), ``n``.
    """
    values, truth = matrix(zones, features), zones[LABELS[task]].to_numpy(int)
    states = np.unique(zones["state"], return_inverse=True)[1]
    every = np.arange(len(truth))
    halves = [_half(states, SEED + resample) for resample in range(resamples)]
    blocks = np.array_split(np.arange(permutations), min(permutations, 10))
    jobs = [
        *((_information, values[rows], truth[rows], seed) for seed, rows in enumerate(halves)),
        *((_information, values, truth, seed) for seed in range(JITTERS)),
        *((_permuted, values, truth, states, every, seeds) for seeds in blocks),
        *(
            (_permuted, values, truth, states, rows, [s])
            for s, rows in enumerate(halves[:HALF_PERMUTATIONS])
        ),
    ]
    information = np.vstack(Parallel(n_jobs=workers())(delayed(job)(*of) for job, *of in jobs))
    ends = np.cumsum([resamples, JITTERS, permutations])
    half, whole, null, half_null = np.split(information, ends)
    null_mean = null.mean(axis=0)
    excess, half_excess = whole.mean(axis=0) - null_mean, half - half_null.mean(axis=0)
    ranks = (-half_excess).argsort(axis=1).argsort(axis=1) + 1
    # Halves carry more bias than the whole: use their spread, not their level.
    low, high = np.percentile(half_excess - half_excess.mean(axis=0), [2.5, 97.5], axis=0)
    rank_low, rank_high = np.percentile(ranks, [2.5, 97.5], axis=0)
    table = pd.DataFrame(
        {
            "task": task,
            "feature": features,
            "mutual_information": whole.mean(axis=0),
            "null_mean": null_mean,
            "null_high": np.percentile(null, 95, axis=0),
            "excess": excess,
            "ci_low": excess + low,
            "ci_high": excess + high,
            "rank": (-excess).argsort().argsort() + 1,
            "rank_low": rank_low.round().astype(int),
            "rank_high": rank_high.round().astype(int),
            "top_ten": (ranks <= 10).mean(axis=0),
            "n": (~np.isnan(values)).sum(axis=0),
        }
    )
    return table.sort_values("rank", ignore_index=True)


def permuter(column: np.ndarray, states: np.ndarray) -> Callable[[np.random.Generator], np.ndarray]:
    """What permutes a feature's values, so that they have nothing to do with the labels.

    A feature that is the same in all zones of each state keeps that: states exchange
    their values. Any other is permuted among zones, yet so that zones of one state stay
    about as correlated as they are: zones are put in order by a normal number of their state
    plus one of their own, in the proportion of the feature's intraclass correlation (of
    normal scores, by analysis of variance), and take its sorted values in that order. A
    free permutation of zones would make the null too narrow; exchanging blocks of
    zones would not fit, since states have from one zone to dozens.

    Parameters
    ----------
    column : ndarray, shape (n,)
        Without gaps.
    states : ndarray, shape (n,)
    """
    _, code = np.unique(states, return_inverse=True)
    count = code.max() + 1
    first = np.unique(code, return_index=True)[1]
    if (column == column[first][code]).all():
        return lambda rng: column[first][rng.permutation(count)][code]
    correlation = intraclass_correlation(norm.ppf((rankdata(column) - 0.5) / len(column)), code)
    ordered = np.sort(column)

    def permute(rng: np.random.Generator) -> np.ndarray:
        order = np.sqrt(correlation) * rng.normal(size=count)[code]
        order += np.sqrt(1 - correlation) * rng.normal(size=len(column))
        permuted = np.empty(len(column))
        permuted[order.argsort()] = ordered
        return permuted

    return permute


def intraclass_correlation(values: np.ndarray, code: np.ndarray) -> float:
    """Intraclass correlation by one-way analysis of variance, 0 to 1.

    Parameters
    ----------
    code : ndarray of int, shape (n,)
        Number of each value's class, 0 to G - 1.
    """
    size = np.bincount(code)
    if len(size) < 2 or len(size) == len(values):
        return 0.0
    middle = np.bincount(code, values) / size
    between = (size * (middle - values.mean()) ** 2).sum() / (len(size) - 1)
    within = ((values - middle[code]) ** 2).sum() / (len(values) - len(size))
    typical = (len(values) - (size**2).sum() / len(values)) / (len(size) - 1)
    total = between + (typical - 1) * within
    return float(np.clip((between - within) / total, 0, 1)) if total > 0 else 0.0


def _half(states: np.ndarray, seed: int) -> np.ndarray:
    """Rows of half of the states, at random."""
    order = np.random.default_rng(seed).permutation(states.max() + 1)
    return np.flatnonzero(np.isin(states, order[: len(order) // 2]))


def _permuted(values, truth, states, rows, seeds) -> np.ndarray:
    """Information of each feature once its values are permuted among some rows, by seed."""
    values, truth, states = values[rows], truth[rows], states[rows]
    known = ~np.isnan(values)
    permuters = [
        permuter(column[there], states[there]) if there.any() else None
        for column, there in zip(values.T, known.T, strict=True)
    ]
    information = []
    for seed in seeds:
        rng, permuted = np.random.default_rng([SEED, seed]), values.copy()
        for column, there, permute in zip(permuted.T, known.T, permuters, strict=True):
            if permute:
                column[there] = permute(rng)
        information.append(_information(permuted, truth, seed))
    return np.array(information)


def _information(values: np.ndarray, truth: np.ndarray, seed: int) -> np.ndarray:
    information, rng = np.zeros(values.shape[1]), np.random.RandomState(seed)
    for index, column in enumerate(values.T):
        known = ~np.isnan(column)
        if len(np.unique(column[known])) < 2:
            continue  # a constant says nothing
        column = with_noise(column[known, None], rng)[:, 0]
        information[index] = nearest_neighbor_information(column, truth[known])
    return information


def with_noise(values: np.ndarray, seed: int | np.random.RandomState) -> np.ndarray:
    """Columns at unit variance, ties broken by tiny random numbers, as scikit-learn does it."""
    scale = values.std(axis=0)
    # what does not vary but for rounding keeps its scale, as in scikit-learn
    scaled = values / np.where(scale < 10 * np.finfo(float).eps, 1, scale)
    size = 1e-10 * np.maximum(1, np.abs(scaled).mean(axis=0))
    return scaled + size * check_random_state(seed).standard_normal(size=values.shape)


def nearest_neighbor_information(
    column: np.ndarray, labels: np.ndarray, neighbors: int = NEIGHBORS
) -> float:
    """Mutual information of a continuous column and labels, in nats (Ross 2014).

    The estimator of scikit-learn's ``mutual_info_classif``. On a line the
    neighbors of a value are beside it once values are sorted, which takes a
    twentieth of the time of its trees.

    Parameters
    ----------
    column
        Shape (n,), without ties or gaps; see `with_noise`.
    labels
        Shape (n,).
    """
    _, code, size = np.unique(labels, return_inverse=True, return_counts=True)
    order = column.argsort()
    order = order[size[code[order]] > 1]  # a label's only member has no neighbor
    counts = size[code[order]]
    near = np.minimum(neighbors, counts - 1)
    around = _near(column[order], code[order], near)
    information = digamma(len(order)) + digamma(near).mean() - digamma(counts).mean()
    return max(0.0, information - digamma(around).mean())


@njit(cache=True, nogil=True)
def _near(values, labels, neighbors):
    """How many of the ascending values, itself included, lie nearer to each than a neighbor.

    That is the last of so many that are nearest to it among those of its own label.
    """
    size = len(values)
    around = np.empty(size, np.int64)
    for index in range(size):
        value = values[index]
        low = high = index
        radius = 0.0
        for _ in range(neighbors[index]):
            below, above = low - 1, high + 1
            while below >= 0 and labels[below] != labels[index]:
                below -= 1
            while above < size and labels[above] != labels[index]:
                above += 1
            nearer = above == size or (below >= 0 and value - values[below] < values[above] - value)
            if nearer:
                low, radius = below, value - values[below]
            else:
                high, radius = above, values[above] - value
        radius = np.nextafter(radius, 0.0)
        low = high = index
        while low > 0 and value - values[low - 1] <= radius:
            low -= 1
        while high < size - 1 and values[high + 1] - value <= radius:
            high += 1
        around[index] = high - low + 1
    return around
