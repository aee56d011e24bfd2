"""Sets of classes that hold the true one as often as they say, for zones of a new state."""

from __future__ import annotations

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from analysis.mobility.predict.folds import SEED, SPLITS, STATES, folds, gathered
from analysis.mobility.predict.out_of_fold import Predictions, small_problem, workers
from analysis.mobility.predict.pipelines import matrix
from analysis.mobility.predict.refits import net
from analysis.store.cache import cached

LEVEL = 0.9


@cached
def prediction_sets(
    zones: pd.DataFrame, features: tuple[str, ...], plain: Predictions, level: float = LEVEL
) -> pd.DataFrame:
    """Classes that a zone's true one is among, as far as zones of other states can tell.

    Cross-conformal prediction (Vovk 2015) with states as units, as Dunn, Wasserman
    and Ramdas (2023) do for groups: the model of a fold is calibrated on its own
    training states, each predicted by a model fitted without it. A class belongs
    to the set if its probability is no lower than the true class's was in
    all but 1 - ``level`` of those zones, every state counting the same. Nothing
    of a zone's state is used for its set.

    Parameters
    ----------
    zones
        With the features, in the order of ``plain``.
    plain
        Predictions of the elastic net with whole states held out; its
        hyperparameters are kept in the inner folds.

    Returns
    -------
    DataFrame
        One row a zone: ``cz, state, truth``, ``lowest`` and ``highest`` class of
        the set (a set of ordered classes has no holes), ``covered`` (whether the
        true class is in it) and ``threshold`` (mean over folds of the lowest
        probability that is let in).
    """
    values = matrix(zones, features)
    repeated = folds(STATES, plain.truth, plain.states, len(plain.probability))
    known = values, plain.truth, plain.states
    jobs = [
        delayed(_threshold)(*known, train, plain.hyperparameters[repeat, fold], level)
        for repeat, split in enumerate(repeated)
        for fold, (train, _) in enumerate(split)
    ]
    # One set a zone: probabilities and thresholds are averaged over repeats alike.
    thresholds = gathered(repeated, Parallel(n_jobs=workers())(jobs)).mean(axis=0)
    lowest, highest = ordered_set(plain.mean, thresholds)
    return pd.DataFrame(
        {
            "cz": plain.cz,
            "state": plain.states,
            "truth": plain.truth,
            "lowest": lowest,
            "highest": highest,
            "covered": (lowest <= plain.truth) & (plain.truth <= highest),
            "threshold": thresholds,
        }
    )


def set_columns(binary: pd.DataFrame, quartile: pd.DataFrame) -> pd.DataFrame:
    """Ends of both tasks' sets by ``cz``: ``binary_set_lowest`` to ``quartile_set_highest``."""
    parts = [
        sets.set_index("cz")[["lowest", "highest"]].add_prefix(f"{name}_set_")
        for name, sets in (("binary", binary), ("quartile", quartile))
    ]
    return pd.concat(parts, axis=1)


def _threshold(values, truth, states, train, hyperparameters, level) -> float:
    """Threshold by the training states of a fold, held out from one another."""
    probability = np.full((len(truth), truth.max() + 1), np.nan)
    with small_problem():
        for inner, test in _inner_folds(truth[train], states[train]):
            probability[train[test]] = net(
                values, truth, train[inner], train[test], hyperparameters
            )
    return threshold(probability[train, truth[train]], states[train], level)


def _inner_folds(truth: np.ndarray, states: np.ndarray):
    """Folds of training states; as the outer ones, and fewer where states are few."""
    splits = min(SPLITS, len(np.unique(states)), np.bincount(truth).min())
    return folds(STATES, truth, states, 1, splits, SEED)[0]


def threshold(given: np.ndarray, states: np.ndarray, level: float) -> float:
    """Lowest probability of a class that is let into the set.

    Parameters
    ----------
    given
        Probability that each calibration zone's true class was given, shape (n,).
    states
        Its state, shape (n,). Each state counts 1 / (states + 1), shared among
        its zones; the new state is the one more, and might be given any.

    Returns
    -------
    float
        0 where there are too few states for the level: every class is let in.
    """
    names, code, sizes = np.unique(states, return_inverse=True, return_counts=True)
    weights = 1 / sizes[code] / (len(names) + 1)
    order = np.argsort(given)[::-1]
    reached = np.cumsum(weights[order]) >= level - 1e-12
    return float(given[order][reached.argmax()]) if reached.any() else 0.0


def ordered_set(probability: np.ndarray, thresholds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest class of each set, shape (n,) each; the likeliest is always in.

    Parameters
    ----------
    probability
        Shape (n, classes).
    thresholds
        Of each zone, shape (n,).
    """
    inside = probability >= thresholds[:, None]
    inside[np.arange(len(probability)), probability.argmax(axis=1)] = True
    last = probability.shape[1] - 1
    return inside.argmax(axis=1), last - inside[:, ::-1].argmax(axis=1)
