"""The original's own call of scikit-learn, beside the faster search that stands in for it."""

from __future__ import annotations

import time
import warnings

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegressionCV

from analysis.mobility.predict.elastic_net import probabilities
from analysis.mobility.predict.elastic_net_search import PUBLISHED_CS, PUBLISHED_L1_RATIOS
from analysis.mobility.predict.out_of_fold import workers
from analysis.mobility.replication.repeats import random_splits, scaled, values_of
from analysis.mobility.replication.splits import INNER_FOLDS, SEARCHED, SPLITS, down_to, grid_splits
from analysis.store.cache import cached

# The largest C up to which saga converges within a few seconds.
CONVERGES = 4.0


@cached
def agreement(table: pd.DataFrame, labels: pd.Series, task: str) -> dict[str, object]:
    """Run the published call itself on the first split, beside the fast route's `grid_splits`.

    The call is ``LogisticRegressionCV`` with ``solver="saga"`` and scikit-learn's
    own tolerance and number of iterations, which end before convergence in part
    of the grid; choices are compared on the same folds.

    Returns
    -------
    dict
        ``task``; of the call, and with ``fast_`` before it of the fast route: ``penalty``
        (C) and ``mix`` (l1 ratio), the choices, ``test_accuracy``, ``inner_accuracy`` and
        ``seconds`` (on all cores, and on one); ``same_calls``, the share of all rows,
        training and test, that both classify alike; ``largest_coefficient_gap``; and
        ``unsolved``, the share of the call's fits that ended before they had converged.
    """
    fast = grid_splits(table, labels, task, SPLITS[task], SEARCHED[task]).iloc[0]
    values, truth = values_of(table, labels, False), labels.to_numpy(int)
    train, test = random_splits(len(truth), 1)[0]
    first, second = scaled(values, train, test)
    began = time.perf_counter()
    call = _fit_quietly(_published_call(task), first, truth[train])
    seconds = time.perf_counter() - began
    chosen = down_to(first, truth[train], fast["penalty"], fast["mix"])
    whole = np.concatenate([first, second])
    predicted = probabilities(whole, chosen)[-1, 0].argmax(axis=1)
    return {
        "task": task,
        "penalty": float(np.ravel(call.C_)[0]),
        "mix": float(np.ravel(call.l1_ratio_)[0]),
        "fast_penalty": fast["penalty"],
        "fast_mix": fast["mix"],
        "test_accuracy": float(call.score(second, truth[test])),
        "fast_test_accuracy": fast["test_accuracy"],
        "inner_accuracy": float(np.asarray(call.scores_).mean(axis=0).max()),
        "fast_inner_accuracy": fast["inner_accuracy"],
        "same_calls": float((call.predict(whole) == predicted).mean()),
        "largest_coefficient_gap": float(np.abs(call.coef_ - chosen.coefficients[-1, 0]).max()),
        "unsolved": _unsolved(call) / np.size(call.n_iter_),
        "seconds": seconds,
        "fast_seconds": fast["seconds"],
    }


@cached
def converged_choice(table: pd.DataFrame, labels: pd.Series, task: str) -> dict[str, float]:
    """What the published call chooses on the first split when it is run to convergence.

    Values of C above ``CONVERGES`` are left out: saga does not get there in
    reasonable time.

    Returns
    -------
    dict
        ``penalty, mix``, ``unsolved``, the number of fits that still had not
        converged, and ``largest``, the largest C tried.
    """
    truth = labels.to_numpy(int)
    train, test = random_splits(len(truth), 1)[0]
    first, _ = scaled(values_of(table, labels, False), train, test)
    call = _published_call(task).set_params(
        Cs=PUBLISHED_CS[PUBLISHED_CS <= CONVERGES], tol=1e-5, max_iter=2000
    )
    _fit_quietly(call, first, truth[train])
    return {
        "penalty": float(np.ravel(call.C_)[0]),
        "mix": float(np.ravel(call.l1_ratio_)[0]),
        "unsolved": _unsolved(call),
        "largest": float(call.Cs[-1]),
    }


def _unsolved(call: LogisticRegressionCV) -> int:
    return int((np.asarray(call.n_iter_) >= call.max_iter).sum())


def _published_call(task: str) -> LogisticRegressionCV:
    return LogisticRegressionCV(
        Cs=PUBLISHED_CS,
        l1_ratios=PUBLISHED_L1_RATIOS,
        cv=INNER_FOLDS[task],
        solver="saga",
        scoring="accuracy",
        use_legacy_attributes=False,
        n_jobs=workers(),
        random_state=0,
    )


def _fit_quietly(call: LogisticRegressionCV, first, known) -> LogisticRegressionCV:
    """Fit without the warnings that saga did not converge: that is part of the record."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return call.fit(first, known)
