"""Compare solvers on the published grid: ``python -m tests.benchmarks.mobility``.

50 penalties × 20 mixes × 5 folds (10 with ``--task quartiles``) on one 80 %
split of the original's table, one process and one thread. Each solver's best
cross-validated log-loss is printed beside its CPU seconds.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable

import numpy as np
from glum import GeneralizedLinearRegressor
from scipy.special import expit
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from analysis.data import load
from analysis.mobility.predict.elastic_net import path, probabilities
from analysis.mobility.predict.elastic_net_search import PUBLISHED_MIXES, PUBLISHED_PENALTIES
from analysis.mobility.replication.repeats import LABELS, random_splits, scaled, values_of
from analysis.mobility.replication.splits import INNER_FOLDS
from analysis.mobility.replication.table import original_labels, original_table

Folds = list[tuple[np.ndarray, np.ndarray]]


def proximal_newton(tolerance: float) -> Callable:
    """Make the project's own solver at one tolerance."""

    def run(values: np.ndarray, truth: np.ndarray, folds: Folds, mixes: np.ndarray) -> np.ndarray:
        losses = []
        for train, test in folds:
            fitted = path(values[train], truth[train], PUBLISHED_PENALTIES, mixes, tolerance)
            losses.append(_loss(probabilities(values[test], fitted), truth[test]))
        return np.mean(losses, axis=0)

    return run


def saga(values: np.ndarray, truth: np.ndarray, folds: Folds, mixes: np.ndarray) -> np.ndarray:
    """Run scikit-learn's ``LogisticRegressionCV`` with its own stopping rule."""
    model = LogisticRegressionCV(
        Cs=PUBLISHED_PENALTIES,
        l1_ratios=mixes,
        cv=folds,
        solver="saga",
        scoring="neg_log_loss",
        use_legacy_attributes=False,
        refit=True,
        random_state=0,
    ).fit(values, truth)
    return -np.mean(model.scores_, axis=0)


def glum(values: np.ndarray, truth: np.ndarray, folds: Folds, mixes: np.ndarray) -> np.ndarray:
    """Run glum's warm-started path for each mix (two classes only)."""
    losses = np.empty((len(folds), len(PUBLISHED_PENALTIES), len(mixes)))
    for place, (train, test) in enumerate(folds):
        strengths = 1 / (len(train) * PUBLISHED_PENALTIES)
        for column, mix in enumerate(mixes):
            model = GeneralizedLinearRegressor(
                family="binomial", l1_ratio=mix, alpha_search=True, alphas=list(strengths)
            ).fit(values[train], truth[train].astype(float))
            linear = values[test] @ np.asarray(model.coef_path_).T + model.intercept_path_
            chance = expit(linear).T[:, :, None]
            both = np.concatenate([1 - chance, chance], axis=2)
            losses[place, :, column] = _loss(both[:, None], truth[test])[:, 0]
    return losses.mean(axis=0)


def main() -> None:
    """Print one line a solver."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mobility")
    parser.add_argument("--task", choices=tuple(LABELS), default="binary")
    parser.add_argument("--mixes", type=int, default=len(PUBLISHED_MIXES), help="use the first N")
    options = parser.parse_args()
    study = load()
    labels = original_labels(study)[LABELS[options.task]]
    truth = labels.to_numpy(int)
    train, test = random_splits(len(truth), 1)[0]
    values, _ = scaled(values_of(original_table(study), labels, False), train, test)
    folds = list(StratifiedKFold(INNER_FOLDS[options.task]).split(values, truth[train]))
    solvers = {
        "proximal Newton, tolerance 1e-3": proximal_newton(1e-3),
        "proximal Newton, tolerance 3e-4": proximal_newton(3e-4),
        "proximal Newton, tolerance 1e-4": proximal_newton(1e-4),
        "scikit-learn saga": saga,
    }
    if options.task == "binary":
        solvers["glum"] = glum
    for name, solver in solvers.items():
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            began = time.process_time()
            losses = solver(values, truth[train], folds, PUBLISHED_MIXES[: options.mixes])
            seconds = time.process_time() - began
        print(f"{name:34s} {seconds:7.1f} s   best log-loss {np.nanmin(losses):.5f}", flush=True)


def _loss(chance: np.ndarray, truth: np.ndarray) -> np.ndarray:
    own = chance[:, :, np.arange(len(truth)), truth]
    return -np.log(np.maximum(own, np.finfo(float).eps)).mean(axis=-1)


if __name__ == "__main__":
    main()
