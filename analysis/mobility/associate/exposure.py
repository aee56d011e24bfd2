"""Associations among places beside the causal effects of places, trait by trait."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.associate.weightings import (
    correlations,
    draws_with_estimate,
    slopes,
    standard,
    with_ends,
    with_interval,
)
from analysis.store.cache import cached

COLUMNS = with_ends("mobility", "effect", "effect_r")


@cached
def exposure_table(
    zones: pd.DataFrame, effects: pd.DataFrame | None, features: tuple[str, ...] = FEATURES
) -> pd.DataFrame:
    """How each trait goes with mobility, and with the causal effect of growing up in a place.

    Parameters
    ----------
    zones : DataFrame
        With ``cz``, ``state``, ``am`` and the features.
    effects : DataFrame or None
        ``cz``, ``effect`` and ``effect_se`` (ranks per year of childhood); None where they are
        not to be had.

    Returns
    -------
    DataFrame
        One row a feature; none without effects: ``feature``; estimate, ``_low`` and ``_high``
        of ``mobility`` (ranks of mobility per standard deviation of the trait), ``effect``
        (ranks per year of childhood per standard deviation) and ``effect_r`` (correlation with
        the effect); and ``n``. Zones with a mobility and an effect. What concerns effects
        weighs each zone by its precision, 1 / effect_se²; noise in the effects leaves slopes
        as they are and draws correlations towards 0. Percentile intervals over resampled
        states.
    """
    if effects is None:
        return pd.DataFrame(columns=["feature", *COLUMNS, "n"])
    both = zones.merge(effects, on="cz", validate="one_to_one").dropna(subset=[TARGET])
    draws = draws_with_estimate(both["state"].to_numpy())
    precise = draws / both["effect_se"].to_numpy(float) ** 2
    rows = []
    for feature in features:
        known = both[feature].notna().to_numpy()
        x = standard(both.loc[known, feature].to_numpy(float))
        mobility, effect = both.loc[known, [TARGET, "effect"]].to_numpy(float).T
        drawn = (
            slopes(x, mobility, draws[:, known]),
            slopes(x, effect, precise[:, known]),
            correlations(x, effect, precise[:, known]),
        )
        values = np.concatenate([with_interval(one) for one in drawn])
        rows.append((feature, *values, int(known.sum())))
    return pd.DataFrame(rows, columns=["feature", *COLUMNS, "n"])
