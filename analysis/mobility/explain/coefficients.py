"""Coefficients of the elastic net, and how far they can be trusted."""

from __future__ import annotations

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from analysis.data.names import FEATURES
from analysis.mobility.explain.models import ELASTIC_NET, LABEL, fitted
from analysis.mobility.predict.elastic_net import path
from analysis.mobility.predict.out_of_fold import workers
from analysis.mobility.predict.pipelines import matrix, preparation
from analysis.mobility.predict.scores import interval, state_draws
from analysis.store.cache import cached

RESAMPLES = 400
SEED = 1964


@cached
def coefficient_table(
    zones: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Standardized coefficients with intervals from resampling whole states.

    C and l1 ratio are chosen once, on all zones, and then held fixed: intervals and
    selection frequencies are those of the model that is reported. Choosing them
    anew in each resample would mix in models of other sizes, and would need inner
    folds in which copies of one state must not stand on both sides. Imputation
    and scaling are done anew in each resample.

    The penalty pulls coefficients towards 0, and the intervals with them: they
    say how stable the coefficients of this model are, and are no confidence
    intervals of an unpenalized truth.

    Returns
    -------
    DataFrame
        Largest first: ``feature``, ``coefficient`` (log-odds per standard
        deviation), ``odds_ratio``, ``ci_low``, ``ci_high``, ``selected`` (share
        of resamples where it is not 0), ``same_sign`` (share of resamples where
        its sign is that of the whole sample; missing where that is 0).
    """
    whole = fitted(zones, ELASTIC_NET, features)
    coefficient, hyperparameters = whole.coef_[0], (whole.C_, whole.l1_ratio_)
    values, labels = matrix(zones, features), zones[LABEL].to_numpy(int)
    counts = state_draws(zones["state"].to_numpy(str), resamples, seed)
    rows = (np.repeat(np.arange(len(zones)), times.astype(int)) for times in counts)
    fits = (delayed(_coefficients)(values[take], labels[take], *hyperparameters) for take in rows)
    draws = np.array(Parallel(n_jobs=workers())(fits))
    low, high = interval(draws)
    agree = (np.sign(draws) == np.sign(coefficient)).mean(axis=0)
    table = pd.DataFrame(
        {
            "feature": features,
            "coefficient": coefficient,
            "odds_ratio": np.exp(coefficient),
            "ci_low": low,
            "ci_high": high,
            "selected": (draws != 0).mean(axis=0),
            "same_sign": np.where(coefficient == 0, np.nan, agree),
        }
    )
    return table.sort_values("coefficient", key=np.abs, ascending=False, ignore_index=True)


def _coefficients(values: np.ndarray, labels: np.ndarray, C: float, l1_ratio: float) -> np.ndarray:
    ready = preparation().fit_transform(values)
    return path(ready, labels, np.array([C]), np.array([l1_ratio])).coefficients[0, 0, 0]
