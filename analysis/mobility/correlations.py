"""Correlations of the features with the target, with honest uncertainty.

Zones of one state share laws, history and neighbours, so they are not 471
independent observations. Intervals here come from resampling whole states and
p-values from errors clustered by state; the textbook interval, which treats
zones as independent, is given beside them for comparison.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.multitest import multipletests
from statsmodels.tools.tools import add_constant

from analysis.cache import cached
from analysis.data.names import FEATURES, TARGET

RESAMPLES = 4000
SEED = 20141


@cached
def correlation_table(
    zones: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    target: str = TARGET,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Pearson correlation of each feature with the target.

    Parameters
    ----------
    zones : DataFrame
        One row a zone, with ``state``, the features and the target. Each
        correlation uses the zones that have both values (pairwise complete).

    Returns
    -------
    DataFrame
        Strongest first: ``feature``, ``r``, ``ci_low``, ``ci_high`` (95 %,
        percentile bootstrap over states), ``p_value`` (slope clustered by
        state, t with states - 1 degrees of freedom), ``p_adjusted`` (Holm,
        over all features), ``n``, ``states``, ``fisher_low``, ``fisher_high``
        and ``fisher_p_adjusted`` (zones taken as independent).

    Raises
    ------
    ValueError
        If a feature has fewer than four complete zones, fewer than two states,
        or does not vary.
    """
    rng = np.random.default_rng(seed)
    rows = [_one(zones, feature, target, resamples, rng) for feature in features]
    table = pd.DataFrame(rows)
    table["p_adjusted"] = multipletests(table["p_value"], method="holm")[1]
    table["fisher_p_adjusted"] = multipletests(table["fisher_p"], method="holm")[1]
    table = table.sort_values("r", key=np.abs, ascending=False, ignore_index=True)
    columns = ["feature", "r", "ci_low", "ci_high", "p_value", "p_adjusted", "n", "states"]
    return table[[*columns, "fisher_low", "fisher_high", "fisher_p_adjusted"]]


def fisher_interval(r: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of a correlation by Fisher's z, for independent observations."""
    half = stats.norm.ppf(0.5 + level / 2) / np.sqrt(n - 3)
    z = np.arctanh(r)
    return float(np.tanh(z - half)), float(np.tanh(z + half))


def correlation_matrix(zones: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Pairwise-complete correlations, ordered so that alike columns are neighbours.

    The order is that of the leaves of an average-linkage tree on 1 - |r|, with
    optimal leaf ordering.
    """
    matrix = zones[columns].corr()
    distance = 1 - matrix.abs().to_numpy()
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), "average", optimal_ordering=True)
    order = [columns[i] for i in leaves_list(tree)]
    return matrix.loc[order, order]


def _one(
    zones: pd.DataFrame, feature: str, target: str, resamples: int, rng: np.random.Generator
) -> dict:
    pair = zones[["state", feature, target]].dropna()
    x, y = pair[feature].to_numpy(float), pair[target].to_numpy(float)
    states, code = np.unique(pair["state"], return_inverse=True)
    if len(pair) < 4 or len(states) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        raise ValueError(
            f"feature '{feature}' has {len(pair)} complete zones in {len(states)} states "
            "or does not vary, so it has no correlation"
        )
    x, y = _standard(x), _standard(y)
    r = float(np.mean(x * y))
    low, high = _state_bootstrap(x, y, code, len(states), resamples, rng)
    fit = OLS(y, add_constant(x)).fit(cov_type="cluster", cov_kwds={"groups": code}, use_t=True)
    fisher_low, fisher_high = fisher_interval(r, len(pair))
    return {
        "feature": feature,
        "r": r,
        "ci_low": low,
        "ci_high": high,
        "p_value": float(fit.pvalues[1]),
        "n": len(pair),
        "states": len(states),
        "fisher_low": fisher_low,
        "fisher_high": fisher_high,
        "fisher_p": float(stats.pearsonr(x, y).pvalue),
    }


def _standard(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / values.std()


def _state_bootstrap(
    x: np.ndarray, y: np.ndarray, code: np.ndarray, states: int, resamples: int, rng
) -> tuple[float, float]:
    """Percentile interval of r over resamples of whole states.

    A resample's correlation needs only sums, so each state is reduced to its
    six sums once and a resample is a weighted total of them.
    """
    terms = np.column_stack([np.ones_like(x), x, y, x * x, y * y, x * y])
    sums = np.zeros((states, terms.shape[1]))
    np.add.at(sums, code, terms)
    times = rng.multinomial(states, np.full(states, 1 / states), size=resamples)
    n, sx, sy, sxx, syy, sxy = (times @ sums).T
    spread = (sxx - sx**2 / n) * (syy - sy**2 / n)
    usable = spread > 0
    draws = (sxy - sx * sy / n)[usable] / np.sqrt(spread[usable])
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)
