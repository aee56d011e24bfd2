"""Empirical Bayes: estimates drawn towards what other states' zones suggest, by their noise.

The true rank of a group in a zone is taken to be normal around a mean with variance τ², and
its estimate normal around the truth with the known standard error. The mean and τ² come from
zones of other states alone, so that no zone is drawn towards itself or its neighbors.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from analysis.store.cache import cached

NORMAL_95 = 1.959964


def between_variance(estimate: np.ndarray, se: np.ndarray) -> tuple[float, float, float]:
    """Variance of the truth, by the method of Paule and Mandel (1982).

    τ² is where the weighted squares of the deviations, with weights 1/(se² + τ²), add up to
    their number less one; 0 where even τ² = 0 leaves them below.

    Returns
    -------
    tuple of float
        τ², the mean weighted by precision, and that mean's standard error.
    """

    def mean_of(tau2: float) -> tuple[np.ndarray, float]:
        weight = 1 / (se**2 + tau2)
        return weight, float(weight @ estimate / weight.sum())

    def excess(tau2: float) -> float:
        weight, mean = mean_of(tau2)
        return float(weight @ (estimate - mean) ** 2) - (len(estimate) - 1)

    top = float(np.var(estimate)) * 4 + 1e-9
    tau2 = 0.0 if excess(0.0) <= 0 else float(brentq(excess, 0.0, top))
    weight, mean = mean_of(tau2)
    return tau2, mean, float(1 / np.sqrt(weight.sum()))


@cached
def shrink(table: pd.DataFrame) -> pd.DataFrame:
    """Shrink each group's estimates.

    Parameters
    ----------
    table : DataFrame
        See `outcomes.outcome_table`.

    Returns
    -------
    DataFrame
        The same rows with ``shrunken``, ``shrunken_se`` (posterior standard deviation, the
        error of the mean included), ``low`` and ``high`` (95%), and ``weight``, the share that
        the zone's own estimate has in it.
    """
    parts = []
    for (_, _), own in table.groupby(["group", "state"], sort=False):
        others = table[
            (table["group"] == own["group"].iloc[0]) & (table["state"] != own["state"].iloc[0])
        ]
        tau2, mean, error = between_variance(
            others["estimate"].to_numpy(float), others["se"].to_numpy(float)
        )
        weight = tau2 / (tau2 + own["se"] ** 2)
        parts.append(
            own.assign(
                shrunken=weight * own["estimate"] + (1 - weight) * mean,
                shrunken_se=np.sqrt(weight * own["se"] ** 2 + ((1 - weight) * error) ** 2),
                weight=weight,
            )
        )
    found = pd.concat(parts).loc[table.index]
    half = NORMAL_95 * found["shrunken_se"]
    return found.assign(low=found["shrunken"] - half, high=found["shrunken"] + half)
