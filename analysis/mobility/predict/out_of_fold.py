"""Predictions for zones that the model has not seen, and their scores."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed
from sklearn import config_context
from sklearn.base import ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import ThreadpoolController

from analysis.mobility.predict import scores
from analysis.mobility.predict.elastic_net_search import ElasticNetSearch
from analysis.mobility.predict.folds import SCHEMES, STATES, Fold, folds, gathered
from analysis.mobility.predict.pipelines import matrix
from analysis.store.cache import cached

REPEATS = {"binary": 6, "quartiles": 3}
LABELS = {"binary": "label_binary", "quartiles": "label_quartile"}


@dataclass(frozen=True)
class Predictions:
    """Out-of-fold probabilities of one model under one scheme.

    Attributes
    ----------
    cz, states, truth
        Zone number, state and true class, shape (n,).
    probability
        Shape (repeats, n, classes); each repeat predicts every zone once, by a
        model fitted without it.
    hyperparameters
        C and l1 ratio that each fit of an elastic net chose, shape (repeats,
        folds, 2); None for other models.
    """

    cz: np.ndarray
    states: np.ndarray
    truth: np.ndarray
    probability: np.ndarray
    hyperparameters: np.ndarray | None = None

    @property
    def mean(self) -> np.ndarray:
        """Probabilities averaged over repeats, shape (n, classes)."""
        return self.probability.mean(axis=0)


@cached
def predict(
    zones: pd.DataFrame,
    features: tuple[str, ...],
    label: str,
    build: Callable,
    scheme: str,
    repeats: int,
    hyperparameters: np.ndarray | None = None,
) -> Predictions:
    """Predict every zone out of fold.

    Parameters
    ----------
    zones
        With ``cz``, ``state``, the features and the label.
    build
        Top-level function that returns an unfitted classifier, its
        preparation included, so that all of it is fitted on training rows only.
    scheme
        See `analysis.mobility.predict.folds.folds`.
    hyperparameters
        Of each fit, as in `Predictions`, with which ``build`` is called.
    """
    truth, states = zones[label].to_numpy(int), zones["state"].to_numpy(str)
    repeated = folds(scheme, truth, states, repeats)
    whole_states = scheme == STATES
    return _fit_folds(zones, features, label, build, repeated, whole_states, hyperparameters)


def predict_all(
    zones: pd.DataFrame, features: tuple[str, ...], task: str, models: Mapping[str, Callable]
) -> dict[str, dict[str, Predictions]]:
    """Predict every zone out of fold by each model under each scheme.

    Parameters
    ----------
    task
        A key of ``LABELS``.
    models
        Name of each model to the function that makes it; see `predict`.
    """
    return {
        name: {
            scheme: predict(zones, features, LABELS[task], build, scheme, REPEATS[task])
            for scheme in SCHEMES
        }
        for name, build in models.items()
    }


@cached
def predict_folds(
    zones: pd.DataFrame,
    features: tuple[str, ...],
    label: str,
    build: Callable,
    repeated: list[list[Fold]],
) -> Predictions:
    """Predict every zone out of given folds, which hold out states or more; see `predict`."""
    return _fit_folds(zones, features, label, build, repeated, True, None)


def _fit_folds(
    zones, features, label, build, repeated, whole_states, hyperparameters
) -> Predictions:
    values = matrix(zones, features)
    truth, states = zones[label].to_numpy(int), zones["state"].to_numpy(str)
    inner = states if whole_states else None
    jobs = [
        delayed(_fold)(
            build,
            values,
            truth,
            inner,
            *split,
            () if hyperparameters is None else hyperparameters[repeat, fold],
        )
        for repeat, splits in enumerate(repeated)
        for fold, split in enumerate(splits)
    ]
    predicted, chosen = zip(*Parallel(n_jobs=workers())(jobs), strict=True)
    kept = None if chosen[0] is None else np.array(chosen).reshape(len(repeated), -1, 2)
    return Predictions(zones["cz"].to_numpy(), states, truth, gathered(repeated, predicted), kept)


def _fold(
    build, values, truth, states, train, test, hyperparameters
) -> tuple[np.ndarray, tuple[float, float] | None]:
    with small_problem():
        model = fit_unseen(build(*hyperparameters), values, truth, states, train)
        probability = model.predict_proba(values[test])
    chosen = (model.C_, model.l1_ratio_) if isinstance(model, ElasticNetSearch) else None
    return probability, chosen


def fit_unseen(
    model: ClassifierMixin,
    values: np.ndarray,
    truth: np.ndarray,
    states: np.ndarray | None,
    train: np.ndarray,
) -> ClassifierMixin:
    """Fit a classifier to training rows; an elastic net chooses its C as it will be tested.

    Parameters
    ----------
    states
        State of each row if the test holds whole states out, so that the inner
        folds do so too; None for zones at random.
    """
    if states is None or not isinstance(model, ElasticNetSearch):
        return model.fit(values[train], truth[train])
    return model.fit(values[train], truth[train], groups=states[train])


@contextmanager
def small_problem() -> Iterator[None]:
    """Fit many small models quickly: one thread each, without what takes longer than a fit.

    That is scikit-learn's check of its own parameters, which are fixed here.
    Warnings that a fit did not converge are kept quiet.
    """
    with (
        _libraries().limit(limits=1),
        config_context(skip_parameter_validation=True),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@cache
def _libraries() -> ThreadpoolController:
    """The libraries that have threads: to look for them takes as long as a quick fit."""
    return ThreadpoolController()


def workers() -> int:
    """Number of processes for independent fits: all the cores there are."""
    return cpu_count()


def score_of(truth: np.ndarray, probability: np.ndarray, weights=None) -> dict[str, np.ndarray]:
    """Scores of class probabilities, shape (n, classes): of two classes, or of ordered ones."""
    if probability.shape[1] == 2:
        return scores.binary_scores(truth, probability[:, 1], weights)
    return scores.ordered_scores(truth, probability, weights)


def resampled_scores(
    predictions: Predictions, draws: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Scores averaged over repeats, for each resample of states.

    Returns
    -------
    dict
        Metric to shape (draws,); one draw of equal weights if none are given.
    """
    rows = [
        score_of(predictions.truth, probability, draws) for probability in predictions.probability
    ]
    return {metric: np.mean([row[metric] for row in rows], axis=0) for metric in rows[0]}
