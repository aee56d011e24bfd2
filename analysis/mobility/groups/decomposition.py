"""Which groups live where, or how each of them fares: the pooled rank taken apart.

A zone's pooled rank P is the mean of its groups' ranks R weighted by their shares s of the
children. Its distance from the average zone is split as Kitagawa (1955) splits a difference of
two rates, group by group:

    composition = Σ (s − s̄)(R + R̄)/2,    within = Σ (R − R̄)(s + s̄)/2.

The children of other groups are what the source leaves over: their share is 1 − Σ s, and what
they contribute is P − Σ s R. Where they are few that product is known and their rank is not,
so that for them alone the split is composition = (s − s̄) R̄ and within = s R − s R̄. Children
of a group that is too small to be shown in a zone count among the others, with the group's
share 0 and its rank at the average, and within 0. All parts then add up exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from analysis.data.names import FEATURES
from analysis.mobility.associate.weightings import (
    draws_with_estimate,
    slopes,
    standard,
    with_interval,
)
from analysis.mobility.groups.outcomes import SHARES, with_outcomes
from analysis.store.cache import cached

OTHERS = "others"
NONE = 1e-9  # less than a child: rounding
NO_FACTORS: Mapping[str, float] = MappingProxyType({})
PARTS = ("composition", "within")


@dataclass(frozen=True)
class Decomposition:
    """The pooled rank of each zone, taken apart.

    Attributes
    ----------
    zones : DataFrame
        One row a zone: ``cz``, ``state``, ``pooled``, ``composition``, ``within`` (ranks
        from the average zone; the two add up to ``pooled`` less ``average``), the within part
        of each group, and each group's share.
    groups : DataFrame
        Mean share and mean rank of each group (index), others among them.
    average : float
        Pooled rank of a zone of mean shares and mean ranks.
    """

    zones: pd.DataFrame
    groups: pd.DataFrame
    average: float


def decompose(
    zones: pd.DataFrame, table: pd.DataFrame, factors: Mapping[str, float] = NO_FACTORS
) -> Decomposition:
    """Take the pooled rank of each zone apart.

    Parameters
    ----------
    zones : DataFrame
        With ``cz`` and ``state``; those where the ranks of white and Black children are known
        are used.
    table : DataFrame
        See `outcomes.outcome_table`.
    factors : mapping of str to float
        How much more often than a white child a child of each group has poor parents, see
        `poverty_factors`. The source counts children of all parents, which is as with 1.
    """
    wide, known, share, rest = _shares(zones, table, factors)
    left_over = wide["rank_all"] - (share * known.fillna(0)).sum(axis=1)
    average = float(wide["rank_all"].mean())
    mean_share, mean_rank = share.mean(), known.mean().fillna(average)
    rest_rank = float(left_over.sum() / rest.sum()) if rest.sum() > NONE else average
    ranks = known.fillna(mean_rank)
    composition = ((share - mean_share) * (ranks + mean_rank) / 2).sum(axis=1)
    composition += (rest - rest.mean()) * rest_rank
    within = (ranks - mean_rank) * (share + mean_share) / 2
    within[OTHERS] = left_over - rest * rest_rank
    average = float((mean_share * mean_rank).sum() + rest.mean() * rest_rank)
    parts = pd.DataFrame(
        {
            "cz": wide["cz"],
            "state": wide["state"],
            "pooled": wide["rank_all"],
            "composition": composition,
            "within": within.sum(axis=1),
        }
    )
    parts = parts.join(within.add_prefix("within_")).join(share.add_prefix("share_"))
    groups = pd.DataFrame({"share": mean_share, "rank": mean_rank})
    groups.loc[OTHERS] = rest.mean(), rest_rank
    return Decomposition(parts.assign(share_others=rest), groups, average)


def poverty_factors(zones: pd.DataFrame, table: pd.DataFrame) -> dict[str, float]:
    """Factors on the shares with which the groups' ranks come closest to the pooled ones.

    The pooled rank is one of children of poor parents, and their mix of groups is not in the
    file. By least squares over the zones, with one rank for all other children.
    """
    wide, known, share, rest = _shares(zones, table, NO_FACTORS)
    ranks = known.fillna(known.mean()).to_numpy(float)
    mix = np.column_stack([share, rest])
    pooled = wide["rank_all"].to_numpy(float)

    def misfit(given: np.ndarray) -> np.ndarray:
        weight = mix * np.array([1.0, *given[:-1]])
        weight /= weight.sum(axis=1, keepdims=True)
        return (weight * np.column_stack([ranks, np.full(len(ranks), given[-1])])).sum(1) - pooled

    start = [1.5, 1.5, 1.5, 40.0]
    found = least_squares(misfit, start, bounds=([0.2] * 3 + [0.0], [8.0] * 3 + [100.0]))
    return dict(zip((*SHARES[1:], OTHERS), map(float, found.x[:-1]), strict=True))


def _shares(zones, table, factors) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.Series]:
    """Zones with white and Black ranks; each group's rank and share; the share of the rest."""
    wide = with_outcomes(zones[["cz", "state"]], table)
    wide = wide.dropna(subset=["rank_all", "rank_white", "rank_black"]).reset_index(drop=True)
    known = pd.DataFrame({group: wide[f"rank_{group}"] for group in SHARES})
    share = pd.DataFrame({group: wide[f"children_{group}"] for group in SHARES})
    share = share.div(wide["children_all"], axis=0).where(known.notna(), 0.0)
    # Counts are noisy too: together the groups can come out a little above all children.
    share = share.div(share.sum(axis=1).clip(lower=1.0), axis=0)
    rest = (1 - share.sum(axis=1)) * factors.get(OTHERS, 1.0)
    share = share * [factors.get(group, 1.0) for group in SHARES]
    total = share.sum(axis=1) + rest
    return wide, known, share.div(total, axis=0), rest / total


@cached
def variance_table(parts: pd.DataFrame) -> pd.DataFrame:
    """Shares of the variance of the pooled rank between zones.

    Returns
    -------
    DataFrame
        ``part`` (composition, within, both together: twice their covariance), ``share``,
        ``ci_low`` and ``ci_high`` over resampled states. The three shares add up to 1.
    """
    draws = draws_with_estimate(parts["state"].to_numpy())
    total = draws.sum(axis=1)

    def covariance(x, y):
        x, y = x - x.mean(), y - y.mean()
        return draws @ (x * y) / total - (draws @ x / total) * (draws @ y / total)

    composition, within = (parts[name].to_numpy(float) for name in PARTS)
    whole = covariance(composition + within, composition + within)
    found = {
        "composition": covariance(composition, composition) / whole,
        "within": covariance(within, within) / whole,
        "together": 2 * covariance(composition, within) / whole,
    }
    rows = [(part, *with_interval(values)) for part, values in found.items()]
    return pd.DataFrame(rows, columns=["part", "share", "ci_low", "ci_high"])


@cached
def slope_table(
    zones: pd.DataFrame, parts: pd.DataFrame, features: tuple[str, ...] = FEATURES
) -> pd.DataFrame:
    """What the slope of the pooled rank on each trait is made of.

    Returns
    -------
    DataFrame
        One row a trait: ``feature``; ``pooled``, ``composition`` and ``within``, each with
        ``_low`` and ``_high`` (ranks per standard deviation of the trait over the zones used;
        the last two add up to the first; intervals over resampled states); the within part of
        each group; and ``n``.
    """
    both = zones[["cz", *features]].merge(parts, on="cz", validate="one_to_one")
    draws = draws_with_estimate(both["state"].to_numpy())
    groups = [name for name in parts if name.startswith("within_")]
    rows = []
    for feature in features:
        known = both[feature].notna().to_numpy()
        x = standard(both.loc[known, feature].to_numpy(float))
        row = {"feature": feature}
        for name in ("pooled", *PARTS, *groups):
            y = both.loc[known, name].to_numpy(float)
            values = slopes(x, y, draws[:, known])
            row[name], low, high = with_interval(values)
            if name not in groups:
                row |= {f"{name}_low": low, f"{name}_high": high}
        rows.append(row | {"n": int(known.sum())})
    return pd.DataFrame(rows)


def shares_alone(found: Decomposition) -> np.ndarray:
    """Pooled rank of each zone if every group stood at its average everywhere."""
    shares = found.zones[[f"share_{group}" for group in found.groups.index]].to_numpy(float)
    return shares @ found.groups["rank"].to_numpy(float)
