"""The same results with each zone counted once and with each child counted once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.associate.weightings import (
    correlations,
    draws_with_estimate,
    with_ends,
    with_interval,
)
from analysis.mobility.predict.out_of_fold import Predictions, resampled_scores
from analysis.store.cache import cached

COLUMNS = with_ends("by_zone", "by_child", "difference")
METRICS = ("accuracy", "AUC")


@cached
def correlation_pairs(
    zones: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    target: str = TARGET,
    children: str = "children",
) -> pd.DataFrame:
    """Correlation of each trait with the target, by zones and by children.

    Parameters
    ----------
    zones : DataFrame
        One row a zone, with ``state``, the features, the target and ``children``, the number
        of children that a zone stands for.

    Returns
    -------
    DataFrame
        One row a feature, in their order: ``feature``, then estimate, ``_low`` and ``_high``
        of ``by_zone``, ``by_child`` and ``difference`` (by child less by zone), and ``n``.
        Intervals are percentile intervals over resampled states, the same for all three.
    """
    draws = draws_with_estimate(zones["state"].to_numpy())
    counted = draws * zones[children].fillna(0).to_numpy(float)
    rows = []
    for feature in features:
        known = zones[[feature, target]].notna().all(axis=1).to_numpy()
        x, y = zones.loc[known, [feature, target]].to_numpy(float).T
        part = slice(None) if known.all() else known  # a view where nothing is missing
        pair = correlations(x, y, draws[:, part]), correlations(x, y, counted[:, part])
        rows.append((feature, *_compared(*pair), int(known.sum())))
    return pd.DataFrame(rows, columns=["feature", *COLUMNS, "n"])


@cached
def score_pairs(predictions: Predictions, children: np.ndarray) -> pd.DataFrame:
    """Scores of out-of-fold predictions, by zones and by children.

    Parameters
    ----------
    children : ndarray, shape (n,)
        Children of each zone of ``predictions``, in its order.

    Returns
    -------
    DataFrame
        ``metric`` and the columns of `correlation_pairs`, without ``n``. The models are those
        of the zones: they were not fitted with weights.
    """
    draws = draws_with_estimate(predictions.states)
    plain, weighted = (
        resampled_scores(predictions, draws),
        resampled_scores(predictions, draws * children),
    )
    rows = [(metric, *_compared(plain[metric], weighted[metric])) for metric in METRICS]
    return pd.DataFrame(rows, columns=["metric", *COLUMNS])


def concentration(children: pd.Series) -> pd.Series:
    """Share of all children that live in the largest 1, 2, … zones, indexed by how many."""
    ordered = children.fillna(0).sort_values(ascending=False).to_numpy(float)
    return pd.Series(ordered.cumsum() / ordered.sum(), index=np.arange(1, len(ordered) + 1))


def _compared(plain: np.ndarray, weighted: np.ndarray) -> tuple[float, ...]:
    return tuple(
        end for values in (plain, weighted, weighted - plain) for end in with_interval(values)
    )
