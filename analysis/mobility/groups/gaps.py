"""How far apart groups of equally poor parents are in the same place, and whether maps agree."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from analysis.data.atlas import GROUPS
from analysis.mobility.associate.weightings import correlations, draws_with_estimate, with_interval
from analysis.mobility.groups.outcomes import FEWEST, with_outcomes
from analysis.store.cache import cached

PAIR = ("white", "black")


def gap_table(
    table: pd.DataFrame, pair: tuple[str, str] = PAIR, fewest: int = FEWEST
) -> pd.DataFrame:
    """The first group's rank less the second's, zone by zone.

    Returns
    -------
    DataFrame
        One row a zone with at least ``fewest`` children of either group: ``cz``, ``state``,
        ``gap``, ``se`` (errors taken as independent) and both ranks.
    """
    known = table[(table["children"] >= fewest) & table["group"].isin(pair)]
    wide = known.pivot(index=["cz", "state"], columns="group", values=["estimate", "se"]).dropna()
    first, second = pair
    ranks, errors = wide["estimate"], wide["se"]
    return pd.DataFrame(
        {
            first: ranks[first],
            second: ranks[second],
            "gap": ranks[first] - ranks[second],
            "se": np.hypot(errors[first], errors[second]),
        }
    ).reset_index()


@cached
def agreement_table(zones: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """How closely the maps of two groups agree.

    Returns
    -------
    DataFrame
        One row a pair of groups: ``first``, ``second``, ``r``, ``ci_low``, ``ci_high`` over
        resampled states, ``r_without_noise`` (divided by the root of both reliabilities), and
        ``zones``: those with at least `FEWEST` children of both.
    """
    wide = with_outcomes(zones, table, FEWEST)
    rows = []
    for first, second in combinations(GROUPS, 2):
        columns = [f"rank_{first}", f"rank_{second}", f"se_{first}", f"se_{second}"]
        both = wide.dropna(subset=columns)
        x, y, x_se, y_se = both[columns].to_numpy(float).T
        draws = draws_with_estimate(both["state"].to_numpy())
        r, low, high = with_interval(correlations(x, y, draws))
        reliability = (1 - (x_se**2).mean() / x.var()) * (1 - (y_se**2).mean() / y.var())
        rows.append((first, second, r, low, high, min(1.0, r / np.sqrt(reliability)), len(both)))
    return pd.DataFrame(
        rows, columns=["first", "second", "r", "ci_low", "ci_high", "r_without_noise", "zones"]
    )
