"""How often a test finds a relation that is not there, on these states and traits.

Outcomes are simulated that have nothing to do with any trait but are correlated within states,
as mobility is. Each is set against every real trait where that trait is known, so states,
numbers of zones, gaps and the traits' own correlation within states are the real ones.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.data.names import FEATURES
from analysis.mobility.associate.wild_bootstrap import (
    Design,
    design,
    p_values,
    sign_draws,
    statistics,
)
from analysis.store.cache import cached

ICC = 0.6
"""Intraclass correlation: share of an outcome's variance between states, about that of mobility."""

LEVEL = 0.05
OUTCOMES = 2000
SEED = 1908

INDEPENDENT, CLUSTERED, WILD = "independent", "clustered", "wild bootstrap"
TESTS = (INDEPENDENT, CLUSTERED, WILD)
"""The textbook t test, t with clustered errors, and the restricted wild cluster bootstrap."""


@cached
def false_alarm_table(
    zones: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    *,
    icc: float = ICC,
    outcomes: int = OUTCOMES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Share of unrelated outcomes that each test calls related to each trait.

    Parameters
    ----------
    zones
        With ``state`` and the features.
    icc
        Intraclass correlation of the outcomes by state; both effects are normal.
    outcomes
        How many are simulated; all traits meet the same ones.

    Returns
    -------
    DataFrame
        One row a trait, test and level: ``feature``, ``test`` (one of `TESTS`), ``level``
        (0.05, and 0.05 over the number of traits, Holm's first bar), ``share``.
    """
    rng = np.random.default_rng(seed)
    names, code = np.unique(zones["state"], return_inverse=True)
    of_states = rng.normal(size=(len(names), outcomes))[code]
    simulated = np.sqrt(icc) * of_states
    simulated += np.sqrt(1 - icc) * rng.normal(size=(len(zones), outcomes))
    # So many draws that a true test can meet both levels exactly.
    draws = round(len(features) / LEVEL) - 1
    rows = []
    for feature in features:
        known = zones[feature].notna().to_numpy()
        plan = design(zones.loc[known, feature], zones.loc[known, "state"])
        tests = _p_values(plan, simulated[known], sign_draws(len(plan.own), draws))
        rows += [
            (feature, test, level, float((p <= level * (1 + 1e-9)).mean()))
            for test, p in tests.items()
            for level in (LEVEL, LEVEL / len(features))
        ]
    return pd.DataFrame(rows, columns=["feature", "test", "level", "share"])


def _p_values(plan: Design, outcomes: np.ndarray, signs: np.ndarray) -> dict[str, np.ndarray]:
    """P-values of the three tests for each outcome, shape (outcomes,)."""
    size = len(outcomes)
    left = outcomes - outcomes.mean(axis=0)
    top, spread = statistics(plan, left, signs)
    r = left.T @ plan.basis[:, -1] / np.linalg.norm(left, axis=0)
    clustered = top[0] / np.sqrt(plan.correction * spread[0])
    independent = r * np.sqrt((size - 2) / (1 - r**2))
    return {
        INDEPENDENT: 2 * stats.t.sf(np.abs(independent), size - 2),
        CLUSTERED: 2 * stats.t.sf(np.abs(clustered), len(plan.own) - 1),
        WILD: p_values(top, spread),
    }
