"""Correlations of the features with the target, with honest uncertainty.

Zones of one state share laws, history and neighbors, so they are not 471
independent observations, and fifty states of one to 57 zones are too few and too
uneven for errors clustered by state. P-values and intervals here come from a
restricted wild cluster bootstrap; the textbook ones, which treat zones as
independent, are given beside them for comparison.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform
from statsmodels.stats.multitest import multipletests

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.associate.weightings import standard
from analysis.mobility.associate.wild_bootstrap import DRAWS, wild_test
from analysis.store.cache import cached

LEVEL = 0.05


@cached
def correlation_table(
    zones: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    target: str = TARGET,
    *,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Pearson correlation of each feature with the target.

    Parameters
    ----------
    zones : DataFrame
        One row a zone, with ``state``, the features and the target. Each
        correlation uses the zones that have both values (pairwise complete).
    draws : int
        Of the wild bootstrap; p-values near Holm's first bar get more, see
        `wild_bootstrap.wild_test`.

    Returns
    -------
    DataFrame
        Strongest first: ``feature``, ``r``, ``ci_low``, ``ci_high`` (95 %, all values
        that the wild bootstrap by state does not reject, with the standard deviations of both
        columns taken as known), ``p_value`` (of the same),
        ``p_adjusted`` (Holm, over all features), ``n``, ``states``, ``fisher_low``,
        ``fisher_high`` and ``fisher_p_adjusted`` (zones taken as independent).

    Raises
    ------
    ValueError
        If a feature has fewer than four complete zones, fewer than two states,
        or does not vary.
    """
    bar = LEVEL / len(features)
    rows = [_one(zones, feature, target, draws, bar) for feature in features]
    table = pd.DataFrame(rows)
    table["p_adjusted"] = multipletests(table["p_value"], method="holm")[1]
    table["fisher_p_adjusted"] = multipletests(table["fisher_p"], method="holm")[1]
    table = table.sort_values("r", key=np.abs, ascending=False, ignore_index=True)
    columns = ["feature", "r", "ci_low", "ci_high", "p_value", "p_adjusted", "n", "states"]
    return table[[*columns, "fisher_low", "fisher_high", "fisher_p_adjusted"]]


def correlation_matrix(zones: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Pairwise-complete correlations, ordered so that similar columns are neighbors.

    The order is that of the leaves of an average-linkage tree on 1 - |r|, with
    optimal leaf ordering.
    """
    matrix = zones[columns].corr()
    distance = 1 - matrix.abs().to_numpy()
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), "average", optimal_ordering=True)
    order = [columns[i] for i in leaves_list(tree)]
    return matrix.loc[order, order]


def _one(zones: pd.DataFrame, feature: str, target: str, draws: int, bar: float) -> dict:
    known = zones[["state", feature, target]].dropna()
    x, y = known[feature].to_numpy(float), known[target].to_numpy(float)
    states = known["state"].nunique()
    if len(known) < 4 or states < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        raise ValueError(
            f"feature '{feature}' has {len(known)} complete zones in {states} states "
            "or does not vary, so it has no correlation"
        )
    # The slope between standardized columns is the correlation.
    x, y = standard(x), standard(y)
    test = wild_test(y, x, known["state"].to_numpy(), draws=draws, bar=bar)
    fisher = stats.pearsonr(x, y)
    fisher_low, fisher_high = fisher.confidence_interval()
    return {
        "feature": feature,
        "r": test.estimate,
        "ci_low": max(test.low, -1.0),
        "ci_high": min(test.high, 1.0),
        "p_value": test.p_value,
        "n": len(known),
        "states": states,
        "fisher_low": fisher_low,
        "fisher_high": fisher_high,
        "fisher_p": float(fisher.pvalue),
    }
