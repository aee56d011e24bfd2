"""Associations between states, beside those within them and those of all zones together.

Within-state slopes are those of `explain.levers`. In standard deviations of all zones, the
pooled slope is the mean of the slope between states and the slope within them, each weighted
by the share of the trait's variance that lies there.
"""

from __future__ import annotations

import pandas as pd

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.associate.weightings import (
    draws_with_estimate,
    slopes,
    standard,
    with_ends,
    with_interval,
)
from analysis.store.cache import cached


@cached
def between_table(zones: pd.DataFrame, features: tuple[str, ...] = FEATURES) -> pd.DataFrame:
    """Slope of states' mean mobility on their mean trait.

    Parameters
    ----------
    zones : DataFrame
        One row a zone, with ``state``, the features and the target.

    Returns
    -------
    DataFrame
        One row a feature: ``feature``, ``between``, ``between_low``, ``between_high``
        (standard deviations of the target per standard deviation of the trait, both over all
        zones where the trait is known; each state counts by its zones; percentile interval
        over resampled states) and ``between_share`` (of the trait's variance).
    """
    draws = draws_with_estimate(zones["state"].to_numpy())
    rows = []
    for feature in features:
        known = zones[feature].notna().to_numpy()
        pair = standard(zones.loc[known, [feature, TARGET]].to_numpy(float))
        means = pd.DataFrame(pair).groupby(zones.loc[known, "state"].to_numpy()).transform("mean")
        x, y = means.to_numpy().T
        rows.append((feature, *with_interval(slopes(x, y, draws[:, known])), float(x.var())))
    return pd.DataFrame(rows, columns=["feature", *with_ends("between"), "between_share"])


def side_by_side(levers: pd.DataFrame, between: pd.DataFrame) -> pd.DataFrame:
    """Pooled and within-state slopes of the levers beside those between states.

    Parameters
    ----------
    levers : DataFrame
        As `explain.levers.lever_table` gives it.
    between : DataFrame
        As `between_table` gives it.

    Returns
    -------
    DataFrame
        One row a feature, largest pooled slope first: ``feature``, ``pooled``, ``within`` and
        ``between``, each with ``_low`` and ``_high``, and ``between_share``.
    """
    known = levers[["feature", *with_ends("alone", "within")]]
    pooled = dict(zip(with_ends("alone"), with_ends("pooled"), strict=True))
    known = known.rename(columns=pooled)
    table = known.merge(between, on="feature", validate="one_to_one")
    return table.sort_values("pooled", key=abs, ascending=False, ignore_index=True)
