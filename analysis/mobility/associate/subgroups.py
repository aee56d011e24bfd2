"""One trait of a place against the mobility of different children in it.

Averages of places can't show what happens to persons (Robinson 1950), but where mobility is
known for two kinds of families apart, a difference in their mix can be taken out.
"""

from __future__ import annotations

import pandas as pd

from analysis.data.names import TARGET
from analysis.mobility.associate.weightings import (
    correlations,
    draws_with_estimate,
    joint_slopes,
    slopes,
    standard,
    with_ends,
    with_interval,
)
from analysis.store.cache import cached

SINGLE, MARRIED = "am_single_parents", "am_married_parents"
OUTCOMES = (TARGET, SINGLE, MARRIED, "am_female", "am_male", "am_white80")
TRAIT, RACE = "single_mothers", "frac_black"
POINTS = 0.1
"""Slopes are given for ten percentage points of a share."""


@cached
def group_table(
    zones: pd.DataFrame,
    features: tuple[str, ...] = (TRAIT, RACE),
    outcomes: tuple[str, ...] = OUTCOMES,
) -> pd.DataFrame:
    """Correlation of some traits with the mobility of different groups of children.

    Returns
    -------
    DataFrame
        One row a trait and outcome: ``feature``, ``outcome``, ``r``, ``ci_low``, ``ci_high``
        (percentile interval over resampled states), ``r_all`` (the trait's correlation with
        the mobility of all children over the same zones) and ``n``.
    """
    rows = []
    for feature in features:
        for outcome in outcomes:
            known = zones.dropna(subset=[feature, outcome, TARGET])
            x, y, every = (known[name].to_numpy(float) for name in (feature, outcome, TARGET))
            draws = draws_with_estimate(known["state"].to_numpy())
            own = with_interval(correlations(x, y, draws))
            whole = float(correlations(x, every, draws[:1])[0])
            rows.append((feature, outcome, *own, whole, len(known)))
    columns = ["feature", "outcome", "r", "ci_low", "ci_high", "r_all", "n"]
    return pd.DataFrame(rows, columns=columns)


@cached
def mix_table(zones: pd.DataFrame, trait: str = TRAIT) -> pd.DataFrame:
    """How far the mix of families could account for a slope among places.

    Direct standardization: every zone is given the same mix, half children of single and half
    of married parents, and the slope on the trait is taken again.

    Parameters
    ----------
    zones : DataFrame
        With ``state``, ``am``, its versions for single and for married parents, and the
        trait, a share (0 to 1); zones that lack one are left out.

    Returns
    -------
    DataFrame
        ``quantity``, ``estimate``, ``ci_low``, ``ci_high`` (percentile interval over resampled
        states) and ``n``. Quantities: ``all``, ``single``, ``married``, ``same_mix`` (ranks of
        mobility per ten percentage points of the trait), ``gap`` (ranks that children of
        single parents stand below children of married parents in the mean zone),
        ``mix_per_ten`` (``all`` less ``same_mix``: the ranks that go with the mix) and
        ``mix_share``, the first of these two as a share of ``all``.
    """
    known = zones.dropna(subset=[trait, TARGET, SINGLE, MARRIED])
    draws = draws_with_estimate(known["state"].to_numpy())
    x = known[trait].to_numpy(float)
    single, married = known[SINGLE].to_numpy(float), known[MARRIED].to_numpy(float)
    outcomes = {
        "all": known[TARGET].to_numpy(float),
        "single": single,
        "married": married,
        "same_mix": (single + married) / 2,
    }
    result = {name: POINTS * slopes(x, y, draws) for name, y in outcomes.items()}
    result["gap"] = draws @ (married - single) / draws.sum(axis=1)
    result["mix_per_ten"] = result["all"] - result["same_mix"]
    result["mix_share"] = result["mix_per_ten"] / result["all"]
    rows = [(name, *with_interval(values), len(known)) for name, values in result.items()]
    return pd.DataFrame(rows, columns=["quantity", "estimate", "ci_low", "ci_high", "n"])


@cached
def joint_table(zones: pd.DataFrame, features: tuple[str, ...] = (TRAIT, RACE)) -> pd.DataFrame:
    """Several traits alone and beside one another.

    Returns
    -------
    DataFrame
        One row a trait: ``feature``, then estimate, ``_low`` and ``_high`` of ``alone`` and
        ``joint`` (standard deviations of the target per standard deviation of the trait;
        percentile intervals over resampled states), and ``n``.
    """
    known = zones.dropna(subset=[*features, TARGET])
    draws = draws_with_estimate(known["state"].to_numpy())
    x = standard(known[list(features)].to_numpy(float))
    y = standard(known[TARGET].to_numpy(float))
    together = joint_slopes(x, y, draws)
    rows = [
        (
            feature,
            *with_interval(slopes(x[:, k], y, draws)),
            *with_interval(together[:, k]),
            len(known),
        )
        for k, feature in enumerate(features)
    ]
    return pd.DataFrame(rows, columns=["feature", *with_ends("alone", "joint"), "n"])
