"""The state's name as a forecast: how its other zones fared, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin

from analysis.mobility.predict.out_of_fold import LABELS, Predictions, predict

STATE = "state's name"
WEIGHT = 1.0
"""The shares of all training zones count like this many zones of the state."""


class StateShare(ClassifierMixin, BaseEstimator):
    """Class shares of the training zones of the same state, shrunk a little.

    Its one feature is a code for the state. A state without training zones gets
    the shares of all training zones.
    """

    def fit(self, X, y):
        """Remember the training zones."""
        self.classes_, self._labels = np.unique(y, return_inverse=True)
        self._states = np.asarray(X)[:, 0]
        return self

    def predict_proba(self, X):
        """Class probabilities, shape (n, classes)."""
        return class_shares(self._states, self._labels, np.asarray(X)[:, 0])

    def predict(self, X):
        """Most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def class_shares(known: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Shrunk class shares by state.

    Parameters
    ----------
    known, labels
        State code and class (0 … K-1) of each training zone, shape (n,).
    asked
        State codes of the zones to predict, shape (m,).

    Returns
    -------
    ndarray, shape (m, K)
        (zones of the class in the state + w · share of the class anywhere) /
        (zones of the state + w), with w = ``WEIGHT``.
    """
    overall = np.bincount(labels) / len(labels)
    inside = (asked[:, None] == known).astype(float)
    members = np.eye(len(overall))[labels]
    total = inside.sum(axis=1, keepdims=True)
    return (inside @ members + WEIGHT * overall) / (total + WEIGHT)


def state_share():
    """Make the baseline; it needs no preparation."""
    return StateShare()


def state_codes(zones: pd.DataFrame) -> np.ndarray:
    """A number for the state of each zone, as the baseline's one feature, shape (n, 1)."""
    return np.unique(zones["state"].to_numpy(str), return_inverse=True)[1][:, None].astype(float)


def with_state_share(
    zones: pd.DataFrame, task: str, models: Mapping[str, Mapping[str, Predictions]]
) -> dict[str, Mapping[str, Predictions]]:
    """Put the baseline second among the models of a task, on the same folds."""
    coded = zones.assign(code=state_codes(zones))
    (first, other), *rest = models.items()
    own = {
        scheme: predict(
            coded, ("code",), LABELS[task], state_share, scheme, len(predictions.probability)
        )
        for scheme, predictions in other.items()
    }
    return {first: other, STATE: own, **dict(rest)}
