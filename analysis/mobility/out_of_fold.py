"""Predictions for zones that the model has not seen, and the table of their scores."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed
from sklearn import config_context
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from analysis.cache import cached
from analysis.mobility import scores
from analysis.mobility.elastic_net_search import ElasticNetSearch
from analysis.mobility.folds import SCHEMES, folds
from analysis.mobility.pipelines import matrix

REPEATS = {"binary": 6, "quartiles": 3}
LABELS = {"binary": "label_binary", "quartiles": "label_quartile"}


@dataclass(frozen=True)
class Predictions:
    """Out-of-fold probabilities of one model under one scheme.

    Attributes
    ----------
    cz, states, truth
        Zone number, state and true class, shape (n,).
    chance
        Shape (repeats, n, classes); each repeat predicts every zone once, by a
        model fitted without it.
    pairs
        Penalty and mix that each fit of an elastic net chose, shape (repeats,
        folds, 2); None for other models.
    """

    cz: np.ndarray
    states: np.ndarray
    truth: np.ndarray
    chance: np.ndarray
    pairs: np.ndarray | None = None

    @property
    def mean(self) -> np.ndarray:
        """Probabilities averaged over repeats, shape (n, classes)."""
        return self.chance.mean(axis=0)


def predict(
    zones: pd.DataFrame,
    features: tuple[str, ...],
    label: str,
    build: Callable,
    scheme: str,
    repeats: int,
    pairs: np.ndarray | None = None,
) -> Predictions:
    """Predict every zone out of fold; cached for each model and scheme.

    Parameters
    ----------
    zones
        With ``cz``, ``state``, the features and the label.
    build
        Top-level function that returns an unfitted classifier, its
        preparation included, so that all of it is fitted on training rows only.
    scheme
        See `analysis.mobility.folds.folds`.
    pairs
        Penalty and mix for each fit, as in `Predictions`, with which ``build`` is called.
    """
    needed = zones[["cz", "state", label, *features]]
    return _predict(needed, tuple(features), label, build, scheme, repeats, pairs)


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
def _predict(zones, features, label, build, scheme, repeats, pairs) -> Predictions:
    values = matrix(zones, features)
    truth = zones[label].to_numpy(int)
    states = zones["state"].to_numpy(str)
    dealt = folds(scheme, truth, states, repeats)
    jobs = [
        delayed(_fold)(
            build, values, truth, train, test, () if pairs is None else pairs[turn, part]
        )
        for turn, repeat in enumerate(dealt)
        for part, (train, test) in enumerate(repeat)
    ]
    predicted, chosen = zip(*Parallel(n_jobs=workers())(jobs), strict=True)
    found = iter(predicted)
    chance = np.empty((repeats, len(zones), truth.max() + 1))
    for turn, repeat in enumerate(dealt):
        for _, test in repeat:
            chance[turn, test] = next(found)
    kept = None if chosen[0] is None else np.array(chosen).reshape(repeats, -1, 2)
    return Predictions(zones["cz"].to_numpy(), states, truth, chance, kept)


def _one(build, values, truth, train, test) -> np.ndarray:
    return _fold(build, values, truth, train, test, ())[0]


def _fold(build, values, truth, train, test, pair) -> tuple[np.ndarray, tuple[float, float] | None]:
    with small_problem():
        model = build(*pair).fit(values[train], truth[train])
        chance = model.predict_proba(values[test])
    chosen = (model.C_, model.l1_ratio_) if isinstance(model, ElasticNetSearch) else None
    return chance, chosen


@contextmanager
def small_problem() -> Iterator[None]:
    """Fit many small models quickly: one thread each, without what takes longer than a fit.

    That is scikit-learn's check of its own parameters, which are fixed here.
    Warnings that a fit did not converge are kept quiet.
    """
    with (
        threadpool_limits(1),
        config_context(skip_parameter_validation=True),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def workers() -> int:
    """Number of processes for independent fits: all the cores there are."""
    return cpu_count()


def resampled_scores(found: Predictions, draws: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Scores averaged over repeats, for each resample of states.

    Returns
    -------
    dict
        Metric to shape (draws,); one draw of equal weights if none are given.
    """
    binary = found.chance.shape[2] == 2
    rows = []
    for chance in found.chance:
        if binary:
            rows.append(scores.binary_scores(found.truth, chance[:, 1], draws))
        else:
            rows.append(scores.ordered_scores(found.truth, chance, draws))
    return {metric: np.mean([row[metric] for row in rows], axis=0) for metric in rows[0]}


@cached
def spread_over_states(found: Predictions) -> dict[str, np.ndarray]:
    """Scores for each of the usual resamples of states; see `resampled_scores`."""
    return resampled_scores(found, scores.state_draws(found.states))


@cached
def score_table(task: str, models: dict[str, dict[str, Predictions]]) -> pd.DataFrame:
    """Tidy scores with intervals.

    Parameters
    ----------
    models
        Model name to scheme to predictions.

    Returns
    -------
    DataFrame
        ``task, model, scheme, metric, estimate, ci_low, ci_high``: the score
        averaged over repeats, and its 95 % bootstrap interval over states.
    """
    rows = []
    for model, schemes in models.items():
        for scheme, found in schemes.items():
            exact, spread = resampled_scores(found), spread_over_states(found)
            for metric, value in exact.items():
                limits = scores.interval(spread[metric])
                rows.append((task, model, scheme, metric, float(value[0]), *limits))
    columns = ["task", "model", "scheme", "metric", "estimate", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=columns)


@cached
def paired_table(
    task: str, models: dict[str, dict[str, Predictions]], reference: str
) -> pd.DataFrame:
    """Differences from a reference model on the same folds and the same resamples.

    Returns
    -------
    DataFrame
        ``task, model, reference, scheme, metric, difference, ci_low, ci_high``;
        difference is model minus reference.
    """
    rows = []
    for model, schemes in models.items():
        if model == reference:
            continue
        for scheme, found in schemes.items():
            other = models[reference][scheme]
            rows += [(task, model, reference, scheme, *part) for part in _differences(found, other)]
    columns = ["task", "model", "reference", "scheme", "metric", "difference"]
    return pd.DataFrame(rows, columns=[*columns, "ci_low", "ci_high"])


@cached
def scheme_table(task: str, models: dict[str, dict[str, Predictions]]) -> pd.DataFrame:
    """What is lost when whole states are held out: states minus random, by model.

    Returns
    -------
    DataFrame
        ``task, model, metric, difference, ci_low, ci_high``.
    """
    first, second = SCHEMES
    rows = [
        (task, model, *part)
        for model, schemes in models.items()
        for part in _differences(schemes[second], schemes[first])
    ]
    columns = ["task", "model", "metric", "difference", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=columns)


def _differences(found: Predictions, other: Predictions) -> list[tuple]:
    exact = (resampled_scores(found), resampled_scores(other))
    spread = (spread_over_states(found), spread_over_states(other))
    return [
        (
            metric,
            float(exact[0][metric][0] - exact[1][metric][0]),
            *scores.interval(spread[0][metric] - spread[1][metric]),
        )
        for metric in exact[0]
    ]
