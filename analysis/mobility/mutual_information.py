"""Mutual information of each feature with the labels, and how sure its rank is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.feature_selection import mutual_info_classif

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
        found[place] = mutual_info_classif(
            column[known, None], truth[rows][known], n_neighbors=NEIGHBOURS, random_state=0
        )[0]
    return found
