"""Models of folds that hold out whole states: the folds of the chapters on prediction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.base import ClassifierMixin

from analysis.data.names import FEATURES
from analysis.mobility.explain.models import BUILDERS, ELASTIC_NET, LABEL
from analysis.mobility.predict.folds import STATES, folds
from analysis.mobility.predict.out_of_fold import Predictions, fit_unseen, small_problem, workers
from analysis.mobility.predict.pipelines import matrix
from analysis.store.cache import cached

REPEATS = 6


@dataclass(frozen=True)
class HeldOut:
    """Fitted models and the zones that each of them has not seen.

    Attributes
    ----------
    cz : ndarray, shape (n,)
        Zone numbers.
    tests : tuple of ndarray
        Row numbers held out, fold by fold, every row once a repeat.
    models : tuple of classifier
        The model of each fold, its settings chosen without the held-out states.
    """

    cz: np.ndarray
    tests: tuple[np.ndarray, ...]
    models: tuple[ClassifierMixin, ...]

    @property
    def repeats(self) -> int:
        """How many times all zones were split into folds."""
        return sum(len(test) for test in self.tests) // len(self.cz)


@cached
def held_out_models(
    zones: pd.DataFrame,
    model: str = ELASTIC_NET,
    features: tuple[str, ...] = FEATURES,
    repeats: int = REPEATS,
) -> HeldOut:
    """Fit the model once a fold, each time without the states of that fold."""
    values, labels = matrix(zones, features), zones[LABEL].to_numpy(int)
    states = zones["state"].to_numpy(str)
    repeated = folds(STATES, labels, states, repeats)
    splits = [split for repeat in repeated for split in repeat]
    fits = Parallel(n_jobs=workers())(
        delayed(_fit)(model, values, labels, states, train) for train, _ in splits
    )
    return HeldOut(zones["cz"].to_numpy(), tuple(test for _, test in splits), tuple(fits))


def _fit(model: str, values, labels, states, train) -> ClassifierMixin:
    with small_problem():
        return fit_unseen(BUILDERS[model](), values, labels, states, train)


def predictions(result: Predictions) -> pd.DataFrame:
    """Out-of-fold predictions of one model, averaged over repeats, as a frame.

    Returns
    -------
    DataFrame
        One row a zone: ``cz``, ``state``, ``label`` (0, 1), ``probability`` of
        label 1, ``predicted`` (0, 1; 1 from one half upwards).
    """
    probability = result.mean[:, 1]
    return pd.DataFrame(
        {
            "cz": result.cz,
            "state": result.states,
            "label": result.truth,
            "probability": probability,
            "predicted": (probability >= 0.5).astype(int),
        }
    )
