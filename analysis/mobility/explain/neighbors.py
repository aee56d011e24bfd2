"""Two zones of one state that the model tells apart: a worked example, chosen by rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.names import FEATURES
from analysis.mobility.explain.models import LABEL


@dataclass(frozen=True)
class Pair:
    """Two zones and what parts them.

    Attributes
    ----------
    lower, higher : Series
        Rows of the zones with mobility below and above the mean, with
        ``probability`` added.
    table : DataFrame
        Largest difference first: ``feature``, ``lower``, ``higher`` (values of
        the trait), ``contribution_lower``, ``contribution_higher``,
        ``difference`` (log-odds, higher minus lower). Differences add up to
        ``gap``.
    gap : float
        Difference of the two log-odds.
    """

    lower: pd.Series
    higher: pd.Series
    table: pd.DataFrame
    gap: float


def contrasting_pair(
    zones: pd.DataFrame,
    contributions: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
) -> Pair:
    """The pair of zones of one state with the widest gap in log-odds.

    Both must be among the larger half of the sample by children, lie on opposite
    sides of the mean, and be predicted so. Zones of one state share its laws, and
    are explained by the same held-out models, so that the difference of their
    log-odds is the sum of the differences of their contributions.

    Parameters
    ----------
    zones : DataFrame
        The analysis sample.
    contributions : DataFrame
        Of ``contributions``; further zones are ignored.

    Raises
    ------
    ValueError
        If no pair qualifies.
    """
    explained = contributions.set_index("cz").loc[zones["cz"]]
    frame = zones.assign(
        log_odds=explained["log_odds"].to_numpy(),
        probability=explained["probability"].to_numpy(),
    )
    large = frame["children"] >= frame["children"].median()
    right = (frame["probability"] >= 0.5) == (frame[LABEL] == 1)
    able = frame[large & right]
    pairs = able[able[LABEL] == 0].merge(
        able[able[LABEL] == 1], on="state", suffixes=("_lower", "_higher")
    )
    if pairs.empty:
        raise ValueError("no two large zones of one state are predicted rightly and apart")
    best = pairs.loc[(pairs["log_odds_higher"] - pairs["log_odds_lower"]).idxmax()]
    by_zone = frame.set_index("cz", drop=False)
    lower, higher = by_zone.loc[best["cz_lower"]], by_zone.loc[best["cz_higher"]]
    names = list(features)
    below, above = explained.loc[lower["cz"], names], explained.loc[higher["cz"], names]
    table = pd.DataFrame(
        {
            "feature": names,
            "lower": lower[names].to_numpy(float),
            "higher": higher[names].to_numpy(float),
            "contribution_lower": below.to_numpy(float),
            "contribution_higher": above.to_numpy(float),
        }
    )
    table["difference"] = table["contribution_higher"] - table["contribution_lower"]
    table = table.sort_values("difference", key=np.abs, ascending=False, ignore_index=True)
    return Pair(lower, higher, table, float(higher["log_odds"] - lower["log_odds"]))
