"""Which features the elastic net keeps when the sample changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from analysis.data.names import FEATURES
from analysis.mobility.predict.classifiers import elastic_net
from analysis.mobility.predict.out_of_fold import LABELS, small_problem, workers
from analysis.mobility.predict.pipelines import matrix
from analysis.mobility.predict.quartiles import ordinal
from analysis.store.cache import cached

RESAMPLES = 60
SEED = 50


@cached
def coefficient_stability(
    zones: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Elastic-net coefficients of the binary task and how often each is kept.

    Each resample is a random half of the *states* (drawn in complementary
    pairs, as Shah and Samworth 2013 do with rows), in which C and l1 ratio are
    chosen anew. A coefficient is a weight in a prediction, not an effect.

    Returns
    -------
    DataFrame
        Largest first: ``task, model, feature, coefficient`` (log-odds per
        standard deviation, all zones), ``low, high`` (5th and 95th percentile over
        resamples), ``kept`` (share of resamples with a non-zero coefficient),
        ``same_sign`` (share with the sign of ``coefficient``), ``penalty, mix``
        (C and l1 ratio, chosen on all zones).
    """
    values = matrix(zones, features)
    truth = zones[LABELS["binary"]].to_numpy(int)
    whole = elastic_net().fit(values, truth)
    halves = [half for pair in range(resamples // 2) for half in _halves(zones["state"], pair)]
    fits = (delayed(_fit)(values[rows], truth[rows]) for rows in halves)
    drawn = np.array(Parallel(n_jobs=workers())(fits))
    coefficient = whole.coef_[0]
    low, high = np.percentile(drawn, [5, 95], axis=0)
    table = pd.DataFrame(
        {
            "task": "binary",
            "model": "elastic net",
            "feature": features,
            "coefficient": coefficient,
            "low": low,
            "high": high,
            "kept": (drawn != 0).mean(axis=0),
            "same_sign": (np.sign(drawn) == np.sign(coefficient)).mean(axis=0),
            "penalty": whole.C_,
            "mix": whole.l1_ratio_,
        }
    )
    table.loc[table["coefficient"] == 0, "same_sign"] = np.nan
    return table.sort_values("coefficient", key=np.abs, ascending=False, ignore_index=True)


@cached
def quartile_coefficients(
    zones: pd.DataFrame, features: tuple[str, ...] = FEATURES
) -> pd.DataFrame:
    """Coefficients of the four-class models, fitted to all zones.

    Returns
    -------
    DataFrame
        ``task, model, label`` (0 to 3; -1 for the ordinal model, which has one
        coefficient for all), ``feature, coefficient``.
    """
    values, truth = matrix(zones, features), zones[LABELS["quartiles"]].to_numpy(int)
    net = elastic_net().fit(values, truth)
    parts = [
        pd.DataFrame(
            {"model": "elastic net", "label": label, "feature": features, "coefficient": row}
        )
        for label, row in enumerate(net.coef_)
    ]
    last = ordinal().fit(values, truth)[-1]
    kept = [features[column] for column in last.kept_]
    ordered = {"model": "ordinal", "label": -1, "feature": kept, "coefficient": last.coef_}
    table = pd.concat([*parts, pd.DataFrame(ordered)], ignore_index=True)
    table.insert(0, "task", "quartiles")
    return table


def _halves(states: pd.Series, pair: int) -> tuple[np.ndarray, np.ndarray]:
    """Two complementary halves of the states, as row numbers."""
    names = np.unique(states.to_numpy(str))
    chosen = np.random.default_rng([SEED, pair]).permutation(names)[: len(names) // 2]
    first = states.isin(chosen).to_numpy()
    return np.flatnonzero(first), np.flatnonzero(~first)


def _fit(values: np.ndarray, truth: np.ndarray) -> np.ndarray:
    with small_problem():
        return elastic_net().fit(values, truth).coef_[0]
