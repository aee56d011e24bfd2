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
from sklearn.pipeline import Pipeline

from analysis.mobility.explain.held_out import HeldOut
from analysis.mobility.explain.models import standard


def contributions(model: Pipeline, zones: pd.DataFrame) -> pd.DataFrame:
    """Contributions relative to the average of the zones that the model was fitted to.

    Parameters
    ----------
    model : Pipeline
        A fitted linear model of ``models.unfitted``.
    zones : DataFrame
        Any zones with ``cz`` and the traits, in the sample or not.

    Returns
    -------
    DataFrame
        One row a zone: ``cz``, one column a feature (log-odds), ``intercept``,
        ``log_odds`` and ``probability`` as the model itself gives them. Features
        and intercept add up to ``log_odds``.
    """
    names = list(model.feature_names_in_)
    parts = standard(model, zones) * model[-1].coef_[0]
    frame = pd.DataFrame(parts, columns=names)
    frame.insert(0, "cz", zones["cz"].to_numpy())
    frame["intercept"] = float(model[-1].intercept_[0])
    frame["log_odds"] = model.decision_function(zones[names])
    frame["probability"] = expit(frame["log_odds"])
    return frame


def held_out_contributions(
    everywhere: pd.DataFrame, sample: pd.DataFrame, held: HeldOut, model: Pipeline
) -> pd.DataFrame:
    """Contributions for every zone by a model that has not seen it.

    A zone of the sample is explained by the model of its fold, so that its
    probability is the held-out one; any other zone by the model of the whole
    sample. Zones of one state are always explained by one and the same model of
    the folds.

    Parameters
    ----------
    everywhere : DataFrame
        All zones.
    sample : DataFrame
        The zones that ``held`` was made from, in the same order.
    held : HeldOut
        Linear models of the folds.
    model : Pipeline
        Linear model of the whole sample.

    Returns
    -------
    DataFrame
        As ``contributions``, one row a zone in the order of ``everywhere``.
    """
    fold = pd.Series(held.fold, index=sample["cz"]).reindex(everywhere["cz"]).to_numpy()
    parts = [contributions(model, everywhere[np.isnan(fold)])]
    parts += [contributions(one, everywhere[fold == k]) for k, one in enumerate(held.models)]
    by_zone = pd.concat([part for part in parts if len(part)]).set_index("cz")
    return by_zone.loc[everywhere["cz"]].reset_index()
