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
    model: ElasticNetSearch, zones: pd.DataFrame, features: tuple[str, ...] = FEATURES
) -> pd.DataFrame:
    """Contributions relative to the average of the zones that the model was fitted to.

    Parameters
    ----------
    model : ElasticNetSearch
        Fitted to ``features``, in that order.
    zones : DataFrame
        Any zones with ``cz`` and the traits, in the sample or not.

    Returns
    -------
    DataFrame
        One row a zone: ``cz``, one column a feature (log-odds), ``intercept``,
        ``log_odds`` and ``probability`` as the model itself gives them. Features
        and intercept add up to ``log_odds``.
    """
    values = matrix(zones, features)
    added = prepared(model, values) * model.coef_[0]
    intercept = np.full(len(zones), model.intercept_[0])
    return _frame(zones["cz"], features, added, intercept, score(model, values))


def held_out_contributions(
    everywhere: pd.DataFrame,
    held_out: HeldOut,
    model: ElasticNetSearch,
    features: tuple[str, ...] = FEATURES,
) -> pd.DataFrame:
    """Contributions for every zone by models that have not seen it.

    A zone of the sample is explained by the models of the folds that held out
    its state: contributions, intercept and log-odds are means over the repeats.
    Any other zone is explained by the model of the whole sample.

    Parameters
    ----------
    everywhere : DataFrame
        All zones, those of ``held_out`` among them.
    held_out : HeldOut
        Elastic nets of the folds.
    model : ElasticNetSearch
        Elastic net of the whole sample.

    Returns
    -------
    DataFrame
        As ``contributions``, one row a zone in the order of ``everywhere``.
        ``probability`` belongs to the mean log-odds, so it can differ a little
        from a mean of probabilities.
    """
    positions = pd.Index(everywhere["cz"]).get_indexer(held_out.cz)
    values = matrix(everywhere, features)
    added = prepared(model, values) * model.coef_[0]
    intercept = np.full(len(everywhere), model.intercept_[0])
    log_odds = score(model, values)
    for array in (added, intercept, log_odds):
        array[positions] = 0.0
    for test, one in zip(held_out.tests, held_out.models, strict=True):
        rows = positions[test]
        added[rows] += prepared(one, values[rows]) * one.coef_[0] / held_out.repeats
        intercept[rows] += one.intercept_[0] / held_out.repeats
        log_odds[rows] += score(one, values[rows]) / held_out.repeats
    return _frame(everywhere["cz"], features, added, intercept, log_odds)


def _frame(
    cz: pd.Series,
    features: tuple[str, ...],
    added: np.ndarray,
    intercept: np.ndarray,
    log_odds: np.ndarray,
) -> pd.DataFrame:
    frame = pd.DataFrame(added, columns=list(features))
    frame.insert(0, "cz", cz.to_numpy())
    return frame.assign(intercept=intercept, log_odds=log_odds, probability=expit(log_odds))
