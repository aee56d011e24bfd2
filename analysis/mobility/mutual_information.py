"""Mutual information of each feature with the labels, and how sure its rank is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import digamma

from analysis.cache import cached
from analysis.data.names import FEATURES
from analysis.mobility.out_of_fold import LABELS, workers
from analysis.mobility.pipelines import matrix

RESAMPLES = 100
SEED = 37
NEIGHBOURS = 3


def information_table(
    zones: pd.DataFrame,
    task: str,
    features: tuple[str, ...] = FEATURES,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Rank features by mutual information, with rank intervals over resamples.

    Estimated by nearest neighbours (Ross 2014) from the zones where the feature
    is known. A bootstrap's repeated rows are each other's nearest neighbours
    and inflate that estimate, so resamples are random halves without
    replacement, whose spread about the whole sample's value equals the
    bootstrap's (the delete-half jackknife).

    Parameters
    ----------
    task
        ``"binary"`` or ``"quartiles"``.

    Returns
    -------
    DataFrame
        Strongest first: ``task, feature, mutual_information`` (nats),
        ``ci_low, ci_high`` (95 %, of the halves about the whole), ``rank,
        rank_low, rank_high`` (95 % of resamples), ``top_ten`` (share of
        resamples in which it is among the first ten), ``n``.
    """
    label = LABELS[task]
    needed = zones[[label, *features]]
    return _table(needed, task, label, tuple(features), resamples)


@cached
def _table(zones, task, label, features, resamples) -> pd.DataFrame:
    values, truth = matrix(zones, features), zones[label].to_numpy(int)
    whole = _information(values, truth, np.arange(len(truth)))
    jobs = (
        delayed(_information)(values, truth, _half(truth, SEED + turn)) for turn in range(resamples)
    )
    halves = np.array(Parallel(n_jobs=workers(), batch_size=10)(jobs))
    ranks = (-halves).argsort(axis=1).argsort(axis=1) + 1
    # Halves carry more bias than the whole: use their spread, not their level.
    low, high = np.percentile(halves - halves.mean(axis=0), [2.5, 97.5], axis=0)
    rank_low, rank_high = np.percentile(ranks, [2.5, 97.5], axis=0)
    table = pd.DataFrame(
        {
            "task": task,
            "feature": features,
            "mutual_information": whole,
            "ci_low": np.maximum(whole + low, 0),
            "ci_high": whole + high,
            "rank": (-whole).argsort().argsort() + 1,
            "rank_low": rank_low.round().astype(int),
            "rank_high": rank_high.round().astype(int),
            "top_ten": (ranks <= 10).mean(axis=0),
            "n": (~np.isnan(values)).sum(axis=0),
        }
    )
    return table.sort_values("rank", ignore_index=True)


def _half(truth: np.ndarray, seed: int) -> np.ndarray:
    """Half of each class, at random."""
    rng = np.random.default_rng(seed)
    parts = [rng.permutation(np.flatnonzero(truth == k)) for k in np.unique(truth)]
    return np.concatenate([part[: len(part) // 2] for part in parts])


def _information(values: np.ndarray, truth: np.ndarray, rows: np.ndarray) -> np.ndarray:
    found = np.zeros(values.shape[1])
    for place, column in enumerate(values[rows].T):
        known = ~np.isnan(column)
        if len(np.unique(column[known])) < 2:
            continue  # a constant says nothing
        column = with_noise(column[known, None], 0)[:, 0]
        found[place] = nearest_neighbour_information(column, truth[rows][known])
    return found


def with_noise(values: np.ndarray, seed: int) -> np.ndarray:
    """Columns at unit spread, ties broken by tiny random numbers, as scikit-learn does it."""
    spread = values.std(axis=0)
    # what does not vary but for rounding keeps its scale, as in scikit-learn
    scaled = values / np.where(spread < 10 * np.finfo(float).eps, 1, spread)
    size = 1e-10 * np.maximum(1, np.abs(scaled).mean(axis=0))
    return scaled + size * np.random.RandomState(seed).standard_normal(size=values.shape)


def nearest_neighbour_information(
    column: np.ndarray, labels: np.ndarray, neighbours: int = NEIGHBOURS
) -> float:
    """Mutual information of a continuous column and labels, in nats (Ross 2014).

    The estimator of scikit-learn's ``mutual_info_classif``. On a line the
    neighbours of a value are beside it once values are sorted, which takes a
    twentieth of the time of its trees.

    Parameters
    ----------
    column
        Shape (n,), without ties or gaps; see `with_noise`.
    labels
        Shape (n,).
    """
    radius = np.zeros(len(column))
    counts, near = np.ones(len(column)), np.ones(len(column))
    for label in np.unique(labels):
        own = labels == label
        counts[own] = own.sum()
        near[own] = many = min(neighbours, own.sum() - 1)
        if many:
            radius[own] = np.nextafter(_distance_to_neighbour(column[own], many), 0)
    kept = counts > 1  # a label's only member has no neighbour
    around = digamma(_within(column[kept], radius[kept])).mean()
    found = digamma(kept.sum()) + digamma(near[kept]).mean() - digamma(counts[kept]).mean()
    return max(0.0, found - around)


def _distance_to_neighbour(values: np.ndarray, place: int) -> np.ndarray:
    """Distance of each value from its nearest, second nearest, … other value."""
    order = values.argsort()
    sorted_values = np.pad(values[order], place, constant_values=np.inf)
    sorted_values[:place] = -np.inf
    windows = sliding_window_view(sorted_values, 2 * place + 1)
    found = np.empty(len(values))
    # place 0 of the partition is the value itself
    found[order] = np.partition(np.abs(windows - windows[:, place, None]), place)[:, place]
    return found


def _within(values: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """How many values lie within each value's radius, itself included."""
    ordered = np.sort(values)
    first = np.searchsorted(ordered, values - radius, side="left")
    last = np.searchsorted(ordered, values + radius, side="right") - 1
    # adding the radius rounds: let distances themselves decide at both ends
    while True:
        before, after = np.maximum(first - 1, 0), np.minimum(last + 1, len(values) - 1)
        too_low, too_high = (_beyond(ordered, end, values, radius) for end in (first, last))
        lower = ~_beyond(ordered, before, values, radius) & (before < first) & ~too_low
        higher = ~_beyond(ordered, after, values, radius) & (after > last) & ~too_high
        if not (too_low | too_high | lower | higher).any():
            return last - first + 1
        first = first + too_low - lower
        last = last - too_high + higher


def _beyond(ordered, place, values, radius) -> np.ndarray:
    return np.abs(ordered[place] - values) > radius
