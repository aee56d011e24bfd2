"""Can the mobility of each group be forecast in states that the model has not seen?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.atlas import GROUPS
from analysis.data.names import FEATURES
from analysis.mobility.associate.weightings import correlations, draws_with_estimate, with_interval
from analysis.mobility.groups.outcomes import FEWEST, with_outcomes
from analysis.mobility.predict.folds import STATES, folds
from analysis.mobility.predict.learning import elastic_net_regression, out_of_fold_ranks
from analysis.mobility.predict.pipelines import matrix
from analysis.store.cache import cached

REPEATS = 4
LEVEL = 0.9


@cached
def group_forecasts(
    zones: pd.DataFrame,
    table: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    repeats: int = REPEATS,
) -> pd.DataFrame:
    """Ranks of each group in zones of states that a linear elastic net has not seen.

    Zones with at least `FEWEST` children of the group are used, each once.

    Returns
    -------
    DataFrame
        One row a group and zone: ``group``, ``cz``, ``state``, ``rank``, ``se``, ``predicted``
        (mean over repeats), ``low`` and ``high``: an interval that holds the estimated rank of
        `LEVEL` of zones, from the errors in all other states (split conformal, states as units).
    """
    wide = with_outcomes(zones, table, FEWEST)
    parts = []
    for group in GROUPS:
        known = wide.dropna(subset=[f"rank_{group}"]).reset_index(drop=True)
        ranks, states = known[f"rank_{group}"].to_numpy(float), known["state"].to_numpy(str)
        above = (ranks > ranks.mean()).astype(int)
        scheme = folds(STATES, above, states, repeats)
        values = matrix(known, features)
        predicted = out_of_fold_ranks(elastic_net_regression, values, ranks, states, scheme)
        mean = predicted.mean(axis=0)
        half = _half_widths(np.abs(ranks - mean), states)
        parts.append(
            pd.DataFrame(
                {
                    "group": group,
                    "cz": known["cz"],
                    "state": states,
                    "rank": ranks,
                    "se": known[f"se_{group}"],
                    "predicted": mean,
                    "low": mean - half,
                    "high": mean + half,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


@cached
def score_table(forecasts: pd.DataFrame) -> pd.DataFrame:
    """How well each group's ranks are forecast, beside what noise allows.

    Returns
    -------
    DataFrame
        One row a group: ``group``, ``r2``, ``ci_low``, ``ci_high`` (resampled states, models
        held fixed), ``ceiling`` (the reliability of the ranks: no forecast explains noise),
        ``of_ceiling`` (``r2`` divided by it), ``coverage`` of the intervals and ``width``
        (mean, in ranks), and ``zones``.
    """
    rows = []
    for group in GROUPS:
        own = forecasts[forecasts["group"] == group]
        rank, predicted, se = own[["rank", "predicted", "se"]].to_numpy(float).T
        draws = draws_with_estimate(own["state"].to_numpy())
        total = draws.sum(axis=1)
        around = draws @ rank**2 / total - (draws @ rank / total) ** 2
        r2 = 1 - draws @ (rank - predicted) ** 2 / total / around
        ceiling = 1 - (se**2).mean() / rank.var()
        covered = own["rank"].between(own["low"], own["high"]).mean()
        width = (own["high"] - own["low"]).mean()
        values = with_interval(r2)
        rows.append((group, *values, ceiling, values[0] / ceiling, covered, width, len(own)))
    columns = ["group", "r2", "ci_low", "ci_high", "ceiling", "of_ceiling", "coverage", "width"]
    return pd.DataFrame(rows, columns=[*columns, "zones"])


@cached
def borrowed_table(forecasts: pd.DataFrame) -> pd.DataFrame:
    """How the forecast for all children goes with the ranks of each group.

    Returns
    -------
    DataFrame
        One row a group: ``group``, ``r`` of the forecast for all children with the group's
        rank over the zones that have both, ``ci_low``, ``ci_high``, and ``own_r`` of the
        group's own forecast on the same zones.
    """
    pooled = forecasts[forecasts["group"] == "all"].set_index("cz")["predicted"]
    rows = []
    for group in GROUPS:
        own = forecasts[forecasts["group"] == group]
        own = own.assign(borrowed=own["cz"].map(pooled)).dropna(subset=["borrowed"])
        rank, mine, borrowed = own[["rank", "predicted", "borrowed"]].to_numpy(float).T
        draws = draws_with_estimate(own["state"].to_numpy())
        values = with_interval(correlations(borrowed, rank, draws))
        rows.append((group, *values, float(np.corrcoef(mine, rank)[0, 1]), len(own)))
    return pd.DataFrame(rows, columns=["group", "r", "ci_low", "ci_high", "own_r", "zones"])


def misleading_zones(
    forecasts: pd.DataFrame, shrunken: pd.DataFrame, group: str = "black"
) -> pd.DataFrame:
    """Zones that are forecast high for all children and are low for one group.

    Returns
    -------
    DataFrame
        Zones in the upper quarter of the forecast for all children and in the lower quarter of
        the group's shrunken rank: ``cz``, ``predicted`` (all children), ``shrunken``, ``low``,
        ``high``; the group's lowest first.
    """
    pooled = forecasts.loc[forecasts["group"] == "all", ["cz", "predicted"]]
    own = shrunken[(shrunken["group"] == group) & (shrunken["children"] >= FEWEST)]
    both = pooled.merge(own[["cz", "shrunken", "low", "high"]], on="cz")
    high = both["predicted"] >= both["predicted"].quantile(0.75)
    low = both["shrunken"] <= both["shrunken"].quantile(0.25)
    return both[high & low].sort_values("shrunken", ignore_index=True)


def _half_widths(errors: np.ndarray, states: np.ndarray, level: float = LEVEL) -> np.ndarray:
    """For each zone the quantile of the errors in other states, each state counting the same."""
    half = np.empty(len(errors))
    for state in np.unique(states):
        others = states != state
        count = pd.Series(states[others]).map(pd.Series(states[others]).value_counts())
        order = np.argsort(errors[others])
        weight = (1 / count.to_numpy(float))[order]
        reached = np.cumsum(weight) / weight.sum()
        index = min(int(np.searchsorted(reached, level)), len(order) - 1)
        half[states == state] = errors[others][order][index]
    return half
