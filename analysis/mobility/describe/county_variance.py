"""How much counties differ inside and between commuting zones."""

from __future__ import annotations

import pandas as pd

from analysis.data.names import TARGET


def share_inside_zones(counties: pd.DataFrame) -> float:
    """Share of the variance of mobility among counties that lies inside zones.

    Counties weigh by their children: small ones differ by chance.

    Parameters
    ----------
    counties : DataFrame
        Counties with a target: ``cz``, ``children`` and the target.
    """
    weight, value = counties["children"], counties[TARGET]
    sums = (value * weight).groupby(counties["cz"]).transform("sum")
    own = sums / weight.groupby(counties["cz"]).transform("sum")
    mean = (value * weight).sum() / weight.sum()
    return float((weight * (value - own) ** 2).sum() / (weight * (value - mean) ** 2).sum())
