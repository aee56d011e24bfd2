"""Predictions for each zone by a model that saw no zone of its state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from analysis.cache import cached
from analysis.data.names import FEATURES
from analysis.mobility.explain.models import ELASTIC_NET, LABEL, fitted, probability
from analysis.mobility.explain.resampling import state_folds

FOLDS = 10


@dataclass(frozen=True)
class HeldOut:
    """Models of all folds.

    Attributes
    ----------
    fold : ndarray of int, shape (n,)
        Fold that holds each zone, in the order of the zones.
    models : tuple of Pipeline
        Entry k was fitted to the zones of every fold but k, settings chosen there too.
    """

    fold: np.ndarray
    models: tuple[Pipeline, ...]


@cached
def held_out_models(
    zones: pd.DataFrame,
    model: str = ELASTIC_NET,
    features: tuple[str, ...] = FEATURES,
    folds: int = FOLDS,
) -> HeldOut:
    """Fit the model once a fold, each time without the states of that fold."""
    fold = state_folds(zones["state"], folds)
    models = [fitted(model, zones[fold != k], features) for k in np.unique(fold)]
    return HeldOut(fold, tuple(models))


def predictions(zones: pd.DataFrame, held: HeldOut) -> pd.DataFrame:
    """What the models say of the zones that they did not see.

    Returns
    -------
    DataFrame
        One row a zone, in the order of ``zones``: ``cz``, ``state``, ``fold``,
        ``label`` (0, 1), ``probability`` of label 1, ``predicted`` (0, 1; 1 from
        one half upwards).
    """
    chance = np.empty(len(zones))
    for number, model in enumerate(held.models):
        rows = held.fold == number
        chance[rows] = probability(model, zones[rows])
    return pd.DataFrame(
        {
            "cz": zones["cz"].to_numpy(),
            "state": zones["state"].to_numpy(),
            "fold": held.fold,
            "label": zones[LABEL].to_numpy(),
            "probability": chance,
            "predicted": (chance >= 0.5).astype(int),
        }
    )
