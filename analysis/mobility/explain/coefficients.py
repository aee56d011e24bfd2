"""Coefficients of the elastic net, and how far they can be trusted."""

from __future__ import annotations

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from analysis.cache import cached
from analysis.data.names import FEATURES
from analysis.mobility.explain.models import ELASTIC_NET, Penalty, fitted, tuned
from analysis.mobility.explain.resampling import interval, state_resamples

RESAMPLES = 400
SEED = 1964


@cached
def coefficient_table(
    zones: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    *,
    penalty: Penalty | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Standardized coefficients with intervals from resampling whole states.

    The penalty is chosen once, on all zones, and then held fixed: intervals and
    selection frequencies are those of the model that is reported. Choosing it
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
    penalty = penalty or tuned(zones, features)
    coefficient = _coefficients(zones, features, penalty)
    rows = state_resamples(zones["state"], resamples, seed)
    fits = (delayed(_coefficients)(zones.iloc[take], features, penalty) for take in rows)
    draws = np.array(Parallel(n_jobs=2)(fits))
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


def _coefficients(
    zones: pd.DataFrame, features: tuple[str, ...], penalty: Penalty
) -> np.ndarray:
    return fitted(ELASTIC_NET, zones, features, penalty)[-1].coef_[0]
