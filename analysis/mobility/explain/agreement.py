"""Do models that predict the same also explain the same?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from analysis.data.names import FEATURES
from analysis.mobility.associate.weightings import draws_with_estimate, with_interval
from analysis.store.cache import cached

TOP = 5
RESAMPLES = 1000
SEED = 1951


@cached
def agreement_table(
    explained: Mapping[str, pd.DataFrame],
    states: pd.Series,
    features: tuple[str, ...] = FEATURES,
    *,
    top: int = TOP,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Compare the explanations of every pair of models, zone by zone and over all zones.

    Parameters
    ----------
    explained : mapping of str to DataFrame
        Contributions by model, as ``contributions`` or ``shapley`` give them, of
        the same zones in the same order.
    states : Series
        State of each zone, for intervals that resample states.

    Returns
    -------
    DataFrame
        One row a pair and measure: ``first``, ``second``, ``measure``,
        ``estimate``, ``ci_low``, ``ci_high``, ``by_chance``. Measures:
        "rank correlation" (Spearman, of the traits' mean sizes), "same sign"
        (share of a zone's ``top`` largest contributions in one model that have
        that sign in the other, both ways round; a contribution of 0 has none)
        and "shared" (share of the ``top`` that both models name).

    Raises
    ------
    ValueError
        If the frames are not of the same zones.
    """
    counts = draws_with_estimate(states.to_numpy(), resamples, seed)
    rows = []
    for first, second in combinations(explained, 2):
        one, two = explained[first], explained[second]
        if not np.array_equal(one["cz"], two["cz"]):
            raise ValueError(f"{first} and {second} explain different zones")
        one, two = one[list(features)].to_numpy(), two[list(features)].to_numpy()
        mine, yours = _largest(one, top), _largest(two, top)
        same = np.sign(one) * np.sign(two) > 0
        same_sign = ((same & mine).sum(axis=1) + (same & yours).sum(axis=1)) / (2 * top)
        shared = (mine & yours).sum(axis=1) / top
        for measure, draws, by_chance in (
            ("rank correlation", _rank_correlation(one, two, counts), 0.0),
            ("same sign", counts @ same_sign / counts.sum(axis=1), 0.5),
            ("shared", counts @ shared / counts.sum(axis=1), top / len(features)),
        ):
            rows.append((first, second, measure, *with_interval(draws), by_chance))
    columns = ["first", "second", "measure", "estimate", "ci_low", "ci_high", "by_chance"]
    return pd.DataFrame(rows, columns=columns)


def _largest(values: np.ndarray, top: int) -> np.ndarray:
    """Whether a contribution is among the ``top`` largest of its zone."""
    order = np.argsort(-np.abs(values), axis=1, kind="stable")[:, :top]
    chosen = np.zeros(values.shape, bool)
    np.put_along_axis(chosen, order, True, axis=1)
    return chosen


def _rank_correlation(one: np.ndarray, two: np.ndarray, counts: np.ndarray) -> np.ndarray:
    ranks = [rankdata(counts @ np.abs(values), axis=1) for values in (one, two)]
    ranks = [rank - rank.mean(axis=1, keepdims=True) for rank in ranks]
    scale = np.sqrt((ranks[0] ** 2).sum(axis=1) * (ranks[1] ** 2).sum(axis=1))
    return (ranks[0] * ranks[1]).sum(axis=1) / scale
