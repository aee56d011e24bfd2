"""The outcomes of groups of children beside the zones of the sample, with their noise."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.data.atlas import GROUPS

FEWEST = 200
"""Children of a group in a zone, below which its estimate is not shown or mapped."""
SIZES = (0, 200, 500, 2_000, np.inf)
"""Bands of the number of children, for which the reliability is told."""
SHARES = ("white", "black", "hispanic")
"""Groups whose children the source counts apart; all others are the rest."""


def outcome_table(
    zones: pd.DataFrame, by_group: pd.DataFrame, *, outcome: str = "rank", gender: str = "all"
) -> pd.DataFrame:
    """One outcome of each group in the zones of a sample.

    Parameters
    ----------
    zones : DataFrame
        With ``cz`` and ``state``.
    by_group : DataFrame
        See `analysis.data.atlas.zones_by_group`.

    Returns
    -------
    DataFrame
        One row a zone and group that is known: ``cz``, ``state``, ``group``, ``estimate``,
        ``se`` (both in ranks, or in percent) and ``children``.
    """
    asked = by_group[(by_group["outcome"] == outcome) & (by_group["gender"] == gender)]
    columns = ["cz", "group", "estimate", "se", "children"]
    found = asked[columns].merge(zones[["cz", "state"]], on="cz")
    return found[["cz", "state", *columns[1:]]].sort_values(["group", "cz"], ignore_index=True)


def with_outcomes(zones: pd.DataFrame, table: pd.DataFrame, fewest: float = 0) -> pd.DataFrame:
    """The zones with a column ``rank_<group>``, ``se_<group>`` and ``children_<group>`` each.

    Estimates from fewer than ``fewest`` children are left out.
    """
    known = table[table["children"] >= fewest]
    parts = [
        known.pivot(index="cz", columns="group", values=value).add_prefix(f"{name}_")
        for value, name in (("estimate", "rank"), ("se", "se"), ("children", "children"))
    ]
    wide = pd.concat(parts, axis=1)
    columns = [f"{name}_{group}" for name in ("rank", "se", "children") for group in GROUPS]
    return zones.join(wide.reindex(columns=columns), on="cz")


def reliability_table(table: pd.DataFrame) -> pd.DataFrame:
    """How much of the differences between zones is more than noise.

    The reliability is 1 − mean(se²) / variance of the estimates: the share of the variance
    that would be there without sampling error (Spearman 1904).

    Returns
    -------
    DataFrame
        One row a group and band of its number of children, and one a group for all zones
        (``fewest`` 0, ``most`` infinite): ``group``, ``fewest``, ``most``, ``zones``, ``mean``,
        ``sd``, ``mean_se`` (root mean square) and ``reliability``.
    """
    bands = [(0, np.inf), (FEWEST, np.inf), *pairwise(SIZES)]
    rows = []
    for group in GROUPS:
        own = table[table["group"] == group]
        for fewest, most in bands:
            part = own[(own["children"] >= fewest) & (own["children"] < most)]
            if len(part) > 2:
                rows.append((group, fewest, most, *_spread(part)))
    return pd.DataFrame(
        rows, columns=["group", "fewest", "most", "zones", "mean", "sd", "mean_se", "reliability"]
    )


def _spread(part: pd.DataFrame) -> tuple[float, ...]:
    noise, variance = (part["se"] ** 2).mean(), part["estimate"].var()
    signal = max(0.0, 1 - noise / variance)
    return len(part), part["estimate"].mean(), np.sqrt(variance), np.sqrt(noise), signal
