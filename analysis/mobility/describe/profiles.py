"""Where each zone stands: percentiles, similar zones, and what moves its prediction.

Everything here is computed on plain frames. What a model says about a zone is taken
from frames that others made, and left out where there are none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.names import FEATURES, TARGET

INTERCEPT, LOG_ODDS = "intercept", "log_odds"
TOLERANCE = 1e-6
"""Largest gap, in log-odds, between the sum of a zone's contributions and its log-odds."""


@dataclass(frozen=True)
class Profiles:
    """What is known of every zone.

    Attributes
    ----------
    zones, codebook, sample, predictions, contributions, clusters, held_out
        As given to `make_profiles`; the last three frames indexed by zone number, or None.
    features : tuple of str
        The traits described, in the order of ``zones``.
    standing, similar, differences : DataFrame
        See `standing`, `similar_zones` and `largest_differences`.
    percentiles : DataFrame
        Percentile of each zone's value of each feature among all zones, by zone number.
    """

    zones: pd.DataFrame
    codebook: pd.DataFrame
    features: tuple[str, ...]
    sample: frozenset[int]
    standing: pd.DataFrame
    percentiles: pd.DataFrame
    similar: pd.DataFrame
    differences: pd.DataFrame
    predictions: pd.DataFrame | None = None
    contributions: pd.DataFrame | None = None
    clusters: pd.DataFrame | None = None
    held_out: bool = False


def make_profiles(
    zones: pd.DataFrame,
    codebook: pd.DataFrame,
    sample: frozenset[int],
    *,
    predictions: pd.DataFrame | None = None,
    contributions: pd.DataFrame | None = None,
    clusters: pd.DataFrame | None = None,
    held_out: bool = False,
    similar: int = 10,
) -> Profiles:
    """Describe every zone.

    Parameters
    ----------
    zones : DataFrame
        One row a zone: ``cz`` (unique), ``zone``, ``state``, ``am``, ``children`` and features.
    codebook : DataFrame
        Indexed by column name: ``title``, ``unit``, ``kind`` and ``domain`` of the features.
    sample : frozenset of int
        Numbers of the zones that the models were fitted on, or would be.
    predictions : DataFrame, optional
        One row a zone: ``cz``, ``predicted_probability`` of mobility above the mean (0 to
        1), ``predicted_label`` (0, 1) and ``predicted_quartile`` (0 to 3), each from models
        that had not seen the zone; where known, ``set_lowest`` and ``set_highest``, the
        labels that can't be ruled out.
    contributions : DataFrame, optional
        One row a zone: ``cz``, one column a feature (log-odds), ``intercept`` and
        ``log_odds``, the sum of all of them; a ``probability`` is ignored.
    clusters : DataFrame, optional
        One row a zone: ``cz``, ``cluster``, ``cluster_name`` and ``cluster_text``.
    held_out : bool
        Whether the contributions of the sample's zones are means over models that had not
        seen the zone, rather than those of one model of the whole sample.
    similar : int
        How many similar zones to find for each.

    Raises
    ------
    ValueError
        If a zone stands twice in a frame, or contributions are not those of features or do
        not add up to the log-odds.
    """
    features = tuple(name for name in FEATURES if name in zones.columns)
    values = zones.set_index("cz")[list(features)]
    standard = standardized(zones, features)
    nearest = similar_zones(standard, similar)
    contributions = _by_zone(contributions, "contributions")
    if contributions is not None:
        require_sums(contributions, features)
    return Profiles(
        zones=zones,
        codebook=codebook,
        features=features,
        sample=frozenset(sample),
        standing=standing(zones),
        percentiles=100 * values.rank(pct=True),
        similar=nearest,
        differences=largest_differences(standard, values.notna(), nearest),
        predictions=_by_zone(predictions, "predictions"),
        contributions=contributions,
        clusters=_by_zone(clusters, "clusters"),
        held_out=held_out,
    )


def standing(zones: pd.DataFrame) -> pd.DataFrame:
    """Where each zone's mobility stands in the country and in its state.

    Returns
    -------
    DataFrame
        Indexed by ``cz``, for ``national_`` and ``state_`` each: ``percentile`` (0 to 100),
        ``rank`` (1 is the highest, ties share the better one), ``below`` (zones with a
        lower value) and ``zones`` (zones with a value); and ``children_percentile``, the
        share (0 to 100) of the children of zones with a value who live where it is lower.
        NaN where mobility is not known, but for ``zones``.
    """
    target = zones.set_index("cz")[TARGET]
    groups = {"national": np.zeros(len(zones)), "state": zones["state"].to_numpy()}
    columns = {}
    for name, group in groups.items():
        within = target.groupby(group)
        columns[f"{name}_percentile"] = 100 * within.rank(pct=True)
        columns[f"{name}_rank"] = within.rank(ascending=False, method="min")
        columns[f"{name}_below"] = within.rank(method="min") - 1
        columns[f"{name}_zones"] = within.transform("count").astype(int)
    columns["children_percentile"] = _children_below(target, zones.set_index("cz")["children"])
    return pd.DataFrame(columns)


def _children_below(target: pd.Series, children: pd.Series) -> pd.Series:
    """Share of all children, 0 to 100, in zones with a lower target; ties are not lower."""
    known = target.dropna()
    counted = children.reindex(known.index).fillna(0).groupby(known).sum()
    below = 100 * (counted.cumsum() - counted) / counted.sum()
    return target.map(below)


def standardized(zones: pd.DataFrame, features: tuple[str, ...]) -> pd.DataFrame:
    """Features in standard deviations from their mean, gaps filled with the median, by ``cz``.

    A feature that does not vary, or is known nowhere, becomes 0 and separates no one.
    """
    values = zones.set_index("cz")[list(features)].astype(float)
    filled = values.fillna(values.median()).fillna(0.0)
    deviation = filled.std(ddof=0).replace(0.0, 1.0)
    return (filled - filled.mean()) / deviation


def similar_zones(standard: pd.DataFrame, count: int = 10) -> pd.DataFrame:
    """The zones most like each zone.

    Parameters
    ----------
    standard : DataFrame, shape (n zones, p features)
        See ``standardized``.
    count : int
        How many to find, or as many as there are.

    Returns
    -------
    DataFrame
        One row a pair: ``cz``, ``neighbor``, ``rank`` (from 1) and ``distance``, the root
        mean squared gap over all features, in standard deviations. Ties go by zone number.
    """
    z = standard.to_numpy()
    squares = (z**2).sum(axis=1)
    squared = np.maximum(squares[:, None] + squares[None, :] - 2 * z @ z.T, 0.0)
    np.fill_diagonal(squared, np.inf)
    numbers = standard.index.to_numpy()
    count = min(count, len(numbers) - 1)
    order = np.array([np.lexsort((numbers, row))[:count] for row in squared])
    here = np.repeat(np.arange(len(numbers)), count)
    there = order.ravel()
    # From the differences themselves, since the expanded square loses digits.
    distance = np.sqrt(((z[here] - z[there]) ** 2).mean(axis=1))
    return pd.DataFrame(
        {
            "cz": numbers[here],
            "neighbor": numbers[there],
            "rank": np.tile(np.arange(1, count + 1), len(numbers)),
            "distance": distance,
        }
    )


def largest_differences(
    standard: pd.DataFrame, known: pd.DataFrame, similar_pairs: pd.DataFrame, count: int = 3
) -> pd.DataFrame:
    """The features in which similar zones differ most.

    Parameters
    ----------
    standard : DataFrame
        See ``standardized``.
    known : DataFrame of bool
        Same shape: whether the value was known rather than filled. A feature that is not
        known in both zones is no difference to speak of.
    similar_pairs : DataFrame
        See ``similar_zones``.

    Returns
    -------
    DataFrame
        Up to ``count`` rows a pair: ``cz``, ``neighbor``, ``feature``, ``gap`` (neighbor
        less zone, in standard deviations) and ``share`` of the squared distance.
    """
    z, both = standard.to_numpy(), known.reindex(standard.index).to_numpy()
    here = standard.index.get_indexer(similar_pairs["cz"])
    there = standard.index.get_indexer(similar_pairs["neighbor"])
    gaps = z[there] - z[here]
    total = np.maximum((gaps**2).sum(axis=1), np.finfo(float).tiny)
    sizes = np.where(both[here] & both[there], np.abs(gaps), 0.0)
    top = np.argsort(-sizes, axis=1, kind="stable")[:, :count]
    rows = np.repeat(np.arange(len(similar_pairs)), top.shape[1])
    columns = top.ravel()
    table = pd.DataFrame(
        {
            "cz": similar_pairs["cz"].to_numpy()[rows],
            "neighbor": similar_pairs["neighbor"].to_numpy()[rows],
            "feature": standard.columns.to_numpy()[columns],
            "gap": gaps[rows, columns],
            "share": gaps[rows, columns] ** 2 / total[rows],
        }
    )
    return table[sizes[rows, columns] > 0].reset_index(drop=True)


def pushes(contributions: pd.Series, count: int = 5) -> tuple[pd.Series, pd.Series, float]:
    """The features that push one zone's prediction furthest up and down.

    Parameters
    ----------
    contributions : Series
        Log-odds by feature, with ``intercept`` and ``log_odds``: a row of the frame that
        ``make_profiles`` takes.

    Returns
    -------
    up, down : Series
        Up to ``count`` positive and negative contributions, the largest first.
    rest : float
        Sum of the other features: intercept + up + down + rest = log-odds.
    """
    parts = contributions.drop([INTERCEPT, LOG_ODDS]).astype(float)
    order = parts.sort_values(ascending=False, kind="stable")
    up = order[order > 0].head(count)
    down = order[order < 0].tail(count)[::-1]
    return up, down, float(parts.sum() - up.sum() - down.sum())


def require_sums(contributions: pd.DataFrame, features: tuple[str, ...]) -> None:
    """Refuse contributions of anything but features, or that miss the log-odds.

    Raises
    ------
    ValueError
        Naming the columns that are no features, or the zone that is furthest off.
    """
    unknown = set(contributions.columns) - {*features, INTERCEPT, LOG_ODDS}
    if unknown:
        raise ValueError(f"contributions of {sorted(unknown)}, which are no features")
    gap = (contributions.drop(columns=LOG_ODDS).sum(axis=1) - contributions[LOG_ODDS]).abs()
    if not (gap <= TOLERANCE).all():
        worst = gap.fillna(np.inf).idxmax()
        raise ValueError(f"contributions of zone {worst} miss its log-odds by {gap[worst]:g}")


def _by_zone(frame: pd.DataFrame | None, name: str) -> pd.DataFrame | None:
    if frame is None:
        return None
    if frame["cz"].duplicated().any():
        raise ValueError(f"a zone stands twice in the {name}")
    return frame.set_index("cz").drop(columns="probability", errors="ignore")
