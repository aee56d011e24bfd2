"""How a model's prediction changes along one trait.

Accumulated local effects (Apley and Zhu 2020) change a trait only within the narrow
range where a zone lies and add up the changes, so correlated traits are never put
together in ways that do not occur.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from analysis.data.names import FEATURES
from analysis.mobility.explain.models import BOOSTING, BUILDERS, ELASTIC_NET, LABEL, fitted, score
from analysis.mobility.predict.elastic_net_search import ElasticNetSearch
from analysis.mobility.predict.out_of_fold import small_problem, workers
from analysis.mobility.predict.pipelines import matrix, preparation
from analysis.mobility.predict.scores import interval, state_draws
from analysis.store.cache import cached

BINS = 12
RESAMPLES = 100
SEED = 2020

SHOWN = ("single_mothers", "gini_bottom99", "income_growth", "religious_share")
"""Traits whose effects the report shows."""


def edges(values: pd.Series, bins: int = BINS) -> np.ndarray:
    """Bounds of bins with about as many zones each; fewer where values repeat.

    Raises
    ------
    ValueError
        If the values do not vary.
    """
    # Bounds are values that occur, so that an indicator has one step and no halfway house.
    shares = np.linspace(0, 1, bins + 1)
    bounds = np.unique(np.nanquantile(values, shares, method="inverted_cdf"))
    if len(bounds) < 2:
        raise ValueError(f"'{values.name}' does not vary, so it has no effect to show")
    return bounds


def accumulated_effect(
    predict: Callable[[np.ndarray], np.ndarray],
    rows: np.ndarray,
    column: int,
    bounds: np.ndarray,
) -> np.ndarray:
    """Accumulated local effect at each bound, centered on 0 over the rows.

    Parameters
    ----------
    predict : callable
        From rows, shape (m, p), to scores, shape (m,).
    rows : ndarray, shape (n, p)
    column : int
        Which trait; no row may miss it.
    bounds : ndarray, shape (bins + 1,)
        Of ``edges``. A bin without a row adds nothing.
    """
    bin_of = _bins(rows[:, column], bounds)
    ends = np.concatenate([rows, rows])
    ends[:, column] = np.concatenate([bounds[bin_of], bounds[bin_of + 1]])
    lower, upper = predict(ends).reshape(2, len(rows))
    counts = np.bincount(bin_of, minlength=len(bounds) - 1)
    total = np.bincount(bin_of, upper - lower, minlength=len(bounds) - 1)
    effect = np.concatenate([[0.0], np.cumsum(total / np.maximum(counts, 1))])
    return effect - np.interp(rows[:, column], bounds, effect).mean()


@cached
def effect_table(
    zones: pd.DataFrame,
    shown: tuple[str, ...] = SHOWN,
    model: str = BOOSTING,
    features: tuple[str, ...] = FEATURES,
    *,
    bins: int = BINS,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Effects of the ``shown`` traits on the model's score.

    Intervals come from fitting the model anew to resamples of whole states, the
    bounds of the bins and the elastic net's hyperparameters kept. The score is log-odds,
    or the probability for the forest.

    Returns
    -------
    DataFrame
        One row a point of a curve: ``feature``, ``model``, ``value`` (of the
        trait), ``effect``, ``ci_low``, ``ci_high``, ``zones`` (in the bin below
        ``value``; 0 at the first bound).
    """
    bounds = {feature: edges(zones[feature], bins) for feature in shown}
    values, labels = matrix(zones, features), zones[LABEL].to_numpy(int)
    columns = {features.index(feature): points for feature, points in bounds.items()}
    build = _builder(zones, model, features)
    whole = _curves(build, values, labels, columns)
    counts = state_draws(zones["state"].to_numpy(str), resamples, seed)
    rows = (np.repeat(np.arange(len(zones)), times.astype(int)) for times in counts)
    fits = (delayed(_curves)(build, values[take], labels[take], columns) for take in rows)
    draws = np.array(Parallel(n_jobs=workers())(fits))
    low, high = interval(draws)
    tables = []
    for feature, points in bounds.items():
        counts = np.bincount(_bins(zones[feature].dropna(), points), minlength=len(points) - 1)
        sizes = np.concatenate([[0], counts])
        tables.append(
            pd.DataFrame({"feature": feature, "model": model, "value": points, "zones": sizes})
        )
    table = pd.concat(tables, ignore_index=True)
    table = table.assign(effect=whole, ci_low=low, ci_high=high)
    return table[["feature", "model", "value", "effect", "ci_low", "ci_high", "zones"]]


def _builder(zones: pd.DataFrame, model: str, features: tuple[str, ...]) -> Callable:
    """What makes the model, an elastic net with hyperparameters chosen on all zones."""
    if model != ELASTIC_NET:
        return BUILDERS[model]
    whole = fitted(zones, ELASTIC_NET, features)
    return partial(
        ElasticNetSearch,
        Cs=np.array([whole.C_]),
        l1_ratios=np.array([whole.l1_ratio_]),
        preparation=preparation(),
    )


def _curves(
    build: Callable, values: np.ndarray, labels: np.ndarray, columns: dict[int, np.ndarray]
) -> np.ndarray:
    """Every curve of one fit, laid end to end.

    Zones where a trait is missing do not count towards its curves.
    """
    with small_problem():
        predict = partial(score, build().fit(values, labels))
        curves = []
        for column, points in columns.items():
            known = values[~np.isnan(values[:, column])]
            curves.append(accumulated_effect(predict, known, column, points))
    return np.concatenate(curves)


def _bins(values: pd.Series, bounds: np.ndarray) -> np.ndarray:
    """Number of the bin of each value; a value on a bound belongs to the bin below."""
    return np.clip(np.searchsorted(bounds, values, side="left") - 1, 0, len(bounds) - 2)
