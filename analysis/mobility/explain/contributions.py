"""What each trait adds to the log-odds of a zone in a linear model.

A linear model of standardized traits is its own explanation: a trait adds its
coefficient times the distance, in standard deviations, between the zone and the
average zone. The intercept is the log-odds of the average zone. A trait that is
missing is imputed by the average and so adds exactly nothing. These are also the
model's Shapley values (see ``shapley``).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.data.names import FEATURES
from analysis.mobility.explain.held_out import HeldOut
from analysis.mobility.explain.models import prepared, score
from analysis.mobility.predict.elastic_net_search import ElasticNetSearch
from analysis.mobility.predict.pipelines import matrix


def contributions(
    zones: pd.DataFrame,
    model: ElasticNetSearch,
    held_out: HeldOut | None = None,
    features: tuple[str, ...] = FEATURES,
) -> pd.DataFrame:
    """Contributions for every zone, relative to the average of the zones a model was fitted to.

    A zone of the sample is explained by the models of the folds that held out
    its state: contributions, intercept and log-odds are means over the repeats.
    Any other zone is explained by the model of the whole sample.

    Parameters
    ----------
    zones : DataFrame
        With ``cz`` and the traits; all zones of ``held_out`` are among them.
    model : ElasticNetSearch
        Elastic net of the whole sample, fitted to ``features``, in that order.
    held_out : HeldOut, optional
        Elastic nets of the folds.

    Returns
    -------
    DataFrame
        One row a zone: ``cz``, one column a feature (log-odds), ``intercept``,
        ``log_odds``, which features and intercept add up to, and ``probability``,
        that of the (mean) log-odds.
    """
    values = matrix(zones, features)
    added = prepared(model, values) * model.coef_[0]
    intercept = np.full(len(zones), model.intercept_[0])
    log_odds = score(model, values)
    if held_out is not None:
        positions = pd.Index(zones["cz"]).get_indexer(held_out.cz)
        for array in (added, intercept, log_odds):
            array[positions] = 0.0
        for test, one in zip(held_out.tests, held_out.models, strict=True):
            rows = positions[test]
            added[rows] += prepared(one, values[rows]) * one.coef_[0] / held_out.repeats
            intercept[rows] += one.intercept_[0] / held_out.repeats
            log_odds[rows] += score(one, values[rows]) / held_out.repeats
    frame = pd.DataFrame(added, columns=list(features))
    frame.insert(0, "cz", zones["cz"].to_numpy())
    return frame.assign(intercept=intercept, log_odds=log_odds, probability=expit(log_odds))
