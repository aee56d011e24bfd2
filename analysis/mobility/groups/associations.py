"""What goes with the mobility of each group of children."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.data.atlas import GROUPS
from analysis.data.names import FEATURES
from analysis.mobility.associate.correlations import correlation_table
from analysis.mobility.associate.weightings import correlations, draws_with_estimate, with_interval
from analysis.mobility.associate.wild_bootstrap import wild_test
from analysis.mobility.groups.gaps import gap_table
from analysis.mobility.groups.outcomes import with_outcomes
from analysis.mobility.groups.shrinkage import between_variance
from analysis.store.cache import cached


def group_correlations(
    zones: pd.DataFrame, table: pd.DataFrame, features: tuple[str, ...] = FEATURES
) -> pd.DataFrame:
    """Each trait with the rank of each group, zones counted once and by precision.

    Returns
    -------
    DataFrame
        One row a group and trait: ``group``; the columns of `correlations.correlation_table`,
        among them ``p_adjusted`` (Holm within the group); ``p_adjusted_all`` (Holm over all
        traits of the white, Black and Hispanic groups together; NaN for all children);
        ``r_precise``, ``r_precise_low``, ``r_precise_high``: with each zone weighted by
        1 / (τ² + se²), interval over resampled states; and ``r_without_noise``: ``r`` divided
        by the root of the reliability of the group's ranks.
    """
    wide = with_outcomes(zones, table)
    parts = []
    for group in GROUPS:
        known = wide.dropna(subset=[f"rank_{group}"])
        needed = known[["state", f"rank_{group}", *features]]
        found = correlation_table(needed, tuple(features), f"rank_{group}")
        precise = _precise(needed, known[f"se_{group}"].to_numpy(float), group, tuple(features))
        parts.append(found.merge(precise, on="feature").assign(group=group))
    joined = pd.concat(parts, ignore_index=True)
    single = joined["group"] != "all"
    joined["p_adjusted_all"] = np.nan
    joined.loc[single, "p_adjusted_all"] = multipletests(
        joined.loc[single, "p_value"], method="holm"
    )[1]
    return joined[["group", *[name for name in joined if name != "group"]]]


@cached
def _precise(
    known: pd.DataFrame, se: np.ndarray, group: str, features: tuple[str, ...]
) -> pd.DataFrame:
    y = known[f"rank_{group}"].to_numpy(float)
    tau2, _, _ = between_variance(y, se)
    draws = draws_with_estimate(known["state"].to_numpy()) / (tau2 + se**2)
    reliability = 1 - (se**2).mean() / y.var()
    rows = []
    for feature in features:
        here = known[feature].notna().to_numpy()
        x = known.loc[here, feature].to_numpy(float)
        weighted = with_interval(correlations(x, y[here], draws[:, here]))
        plain = float(np.corrcoef(x, y[here])[0, 1])
        rows.append((feature, *weighted, plain / np.sqrt(reliability)))
    columns = ["r_precise", "r_precise_low", "r_precise_high", "r_without_noise"]
    return pd.DataFrame(rows, columns=["feature", *columns])


@cached
def gap_slopes(
    zones: pd.DataFrame,
    table: pd.DataFrame,
    pair: tuple[str, str] = ("white", "black"),
    features: tuple[str, ...] = FEATURES,
) -> pd.DataFrame:
    """Does a trait go with one group's mobility more than with another's in the same zones?

    The gap between the groups is regressed on each trait: its slope is the difference of their
    two slopes, and a test of it is one of that difference, paired zone by zone and by state.

    Returns
    -------
    DataFrame
        One row a trait: ``feature``, ``first`` and ``second`` (ranks of each group per standard
        deviation of the trait), ``difference``, ``ci_low``, ``ci_high``, ``p_value`` (wild
        bootstrap by state), ``p_adjusted`` (Holm) and ``n``.
    """
    gaps = gap_table(table, pair, fewest=0)
    both = zones[["cz", *features]].merge(gaps, on="cz", validate="one_to_one")
    rows = []
    for feature in features:
        known = both.dropna(subset=[feature])
        x = known[feature].to_numpy(float)
        x = (x - x.mean()) / x.std()
        own = [float(np.polyfit(x, known[group].to_numpy(float), 1)[0]) for group in pair]
        test = wild_test(known["gap"].to_numpy(float), x, known["state"].to_numpy(),
                         bar=0.05 / len(features))  # fmt: skip
        rows.append((feature, *own, test.estimate, test.low, test.high, test.p_value, len(known)))
    columns = ["feature", "first", "second", "difference", "ci_low", "ci_high", "p_value", "n"]
    found = pd.DataFrame(rows, columns=columns)
    return found.assign(p_adjusted=multipletests(found["p_value"], method="holm")[1])


@cached
def social_capital_table(
    zones: pd.DataFrame, table: pd.DataFrame, measures: pd.DataFrame
) -> pd.DataFrame:
    """Measures of the Social Capital Atlas, and the index of 1990, with each group's rank.

    Returns
    -------
    DataFrame
        One row a group and measure: ``group``, ``measure``, ``r``, ``ci_low``, ``ci_high`` over
        resampled states, and ``n``.
    """
    names = [name for name in measures if name != "cz"]
    wide = with_outcomes(zones[["cz", "state", "social_capital"]], table)
    wide = wide.merge(measures, on="cz", how="left")
    rows = []
    for group in GROUPS:
        for measure in ("social_capital", *names):
            known = wide.dropna(subset=[measure, f"rank_{group}"])
            x, y = known[[measure, f"rank_{group}"]].to_numpy(float).T
            draws = draws_with_estimate(known["state"].to_numpy())
            rows.append((group, measure, *with_interval(correlations(x, y, draws)), len(known)))
    return pd.DataFrame(rows, columns=["group", "measure", "r", "ci_low", "ci_high", "n"])
