"""Does more data help, and does cutting the target into labels hide signal?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.linear_model import ElasticNetCV
from sklearn.model_selection import GroupKFold, train_test_split
from sklearn.pipeline import make_pipeline

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.predict import scores
from analysis.mobility.predict.boosting import boosted_values
from analysis.mobility.predict.classifiers import elastic_net
from analysis.mobility.predict.folds import SCHEMES, STATES, folds, gathered
from analysis.mobility.predict.out_of_fold import LABELS, fit_unseen, small_problem, workers
from analysis.mobility.predict.pipelines import matrix, preparation
from analysis.store.cache import cached

SHARES = (0.15, 0.3, 0.5, 0.75, 1.0)
REPEATS = 2


@cached
def learning_curve(
    zones: pd.DataFrame, features: tuple[str, ...] = FEATURES, repeats: int = REPEATS
) -> pd.DataFrame:
    """Scores of the elastic net by size of the training set, on the same test folds.

    Smaller training sets are random samples of the full one, class shares kept.

    Returns
    -------
    DataFrame
        ``scheme, zones`` (mean training size), ``share, metric`` (accuracy,
        AUC), ``estimate, ci_low, ci_high``, ``train_estimate`` (accuracy on the
        training rows; NaN for AUC).
    """
    values = matrix(zones, features)
    truth, states = zones[LABELS["binary"]].to_numpy(int), zones["state"].to_numpy(str)
    draws = scores.state_draws(states)
    rows = []
    for scheme in SCHEMES:
        repeated = folds(scheme, truth, states, repeats)
        flat = [(repeat, *fold) for repeat, split in enumerate(repeated) for fold in split]
        inner = states if scheme == STATES else None
        for share in SHARES:
            fits = Parallel(n_jobs=workers())(
                delayed(_fold)(values, truth, inner, train, test, share, 100 * repeat + index)
                for index, (repeat, train, test) in enumerate(flat)
            )
            predicted, *known = zip(*fits, strict=True)
            probability = gathered(repeated, predicted)
            rows += _curve_rows(scheme, share, truth, probability, draws, known)
    return pd.DataFrame(rows)


def _fold(values, truth, states, train, test, share, seed):
    if share < 1:
        train, _ = train_test_split(
            train, train_size=share, stratify=truth[train], random_state=seed
        )
    with small_problem():
        model = fit_unseen(elastic_net(), values, truth, states, train)
    correct = (model.predict(values[train]) == truth[train]).mean()
    return model.predict_proba(values[test])[:, 1], correct, len(train)


def _curve_rows(scheme, share, truth, probability, draws, known) -> list[dict]:
    exact = [scores.binary_scores(truth, row) for row in probability]
    drawn = [scores.binary_scores(truth, row, draws) for row in probability]
    correct, size = np.mean(known, axis=1)
    rows = []
    for metric in ("accuracy", "AUC"):
        low, high = scores.interval(np.mean([row[metric] for row in drawn], axis=0))
        rows.append(
            {
                "scheme": scheme,
                "zones": round(size),
                "share": share,
                "metric": metric,
                "estimate": float(np.mean([row[metric][0] for row in exact])),
                "ci_low": low,
                "ci_high": high,
                "train_estimate": correct if metric == "accuracy" else np.nan,
            }
        )
    return rows


@dataclass(frozen=True)
class RankRegression:
    """Regression of the rank itself, out of fold.

    Attributes
    ----------
    scores
        ``model, scheme, metric, estimate, ci_low, ci_high``; metrics are R²,
        rank correlation, mean absolute error (ranks), and what the predicted
        rank achieves at the classifiers' own tasks: accuracy and AUC against
        the binary label, accuracy against quartiles.
    predictions
        ``cz, model, scheme, am, predicted`` (mean over repeats), ``right`` (share
        of repeats in which the predicted rank is on the right side of the mean).
    """

    scores: pd.DataFrame
    predictions: pd.DataFrame


def elastic_net_regression(states: np.ndarray | None = None):
    """Make a linear elastic net; its strength is chosen in inner folds, of ``states`` if given."""
    inner = 5
    if states is not None:
        splits = GroupKFold(min(5, len(np.unique(states))), shuffle=True, random_state=0)
        inner = list(splits.split(np.zeros(len(states)), groups=states))
    net = ElasticNetCV(l1_ratio=[0.1, 0.5, 0.9], alphas=30, cv=inner, max_iter=5000)
    return make_pipeline(preparation(), net)


def boosting_regression(states: np.ndarray | None = None):
    """Make gradient boosting of small trees, which chooses nothing and needs no ``states``."""
    return boosted_values(150)


REGRESSIONS = {
    "elastic net": elastic_net_regression,
    "gradient boosting": boosting_regression,
}


@cached
def rank_regression(
    zones: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    target: str = TARGET,
    repeats: int = 4,
) -> RankRegression:
    """Predict the target itself, in and across states, and set it against the classifiers."""
    values, ranks = matrix(zones, features), zones[target].to_numpy(float)
    truth = zones[LABELS["binary"]].to_numpy(int)
    quartile = zones[LABELS["quartiles"]].to_numpy(int)
    states = zones["state"].to_numpy(str)
    draws = scores.state_draws(states, 400)
    # The cut-offs that the labels were made with.
    cuts = ranks.mean(), np.quantile(ranks, [0.25, 0.5, 0.75])
    rows, frames = [], []
    for model, build in REGRESSIONS.items():
        for scheme in SCHEMES:
            repeated = folds(scheme, truth, states, repeats)
            inner = states if scheme == STATES else None
            predicted = out_of_fold_ranks(build, values, ranks, inner, repeated)
            exact = _rank_scores(ranks, truth, quartile, predicted, cuts, np.ones((1, len(ranks))))
            drawn = _rank_scores(ranks, truth, quartile, predicted, cuts, draws)
            for metric, value in exact.items():
                rows.append((model, scheme, metric, value[0], *scores.interval(drawn[metric])))
            frame = pd.DataFrame({"cz": zones["cz"], "model": model, "scheme": scheme})
            right = ((predicted > cuts[0]) == truth).mean(axis=0)
            frames.append(frame.assign(am=ranks, predicted=predicted.mean(axis=0), right=right))
    columns = ["model", "scheme", "metric", "estimate", "ci_low", "ci_high"]
    return RankRegression(pd.DataFrame(rows, columns=columns), pd.concat(frames, ignore_index=True))


def out_of_fold_ranks(build, values, ranks, states, repeated) -> np.ndarray:
    """Predicted ranks of every zone out of given folds, shape (repeats, n)."""
    flat = [fold for split in repeated for fold in split]
    jobs = [delayed(_predict)(build, values, ranks, states, *fold) for fold in flat]
    return gathered(repeated, Parallel(n_jobs=workers())(jobs))


def _predict(build, values, ranks, states, train, test) -> np.ndarray:
    inner = None if states is None else states[train]
    with small_problem():
        return build(inner).fit(values[train], ranks[train]).predict(values[test])


def _rank_scores(ranks, truth, quartile, predicted, cuts, draws) -> dict[str, np.ndarray]:
    total = draws.sum(axis=1)
    scored = []
    for row in predicted:
        level = (draws @ ranks) / total
        variance = draws @ ranks**2 / total - level**2
        errors = draws @ (ranks - row) ** 2 / total
        quarter = np.searchsorted(cuts[1], row, side="left")
        scored.append(
            {
                "R²": 1 - errors / variance,
                "rank correlation": _weighted_spearman(ranks, row, draws),
                "mean absolute error": draws @ np.abs(ranks - row) / total,
                "binary accuracy": draws @ ((row > cuts[0]) == truth) / total,
                "binary AUC": scores.binary_scores(truth, _unit(row), draws)["AUC"],
                "quartile accuracy": draws @ (quarter == quartile) / total,
            }
        )
    return {metric: np.mean([row[metric] for row in scored], axis=0) for metric in scored[0]}


def _unit(values: np.ndarray) -> np.ndarray:
    return (values - values.min()) / np.ptp(values)


def _weighted_spearman(first, second, draws) -> np.ndarray:
    """Correlation of the whole sample's ranks, weighted by each draw."""
    a, b = first.argsort().argsort() + 1.0, second.argsort().argsort() + 1.0
    total = draws.sum(axis=1)
    mean_a, mean_b = draws @ a / total, draws @ b / total
    cross = draws @ (a * b) / total - mean_a * mean_b
    spread_a, spread_b = draws @ a**2 / total - mean_a**2, draws @ b**2 / total - mean_b**2
    return cross / np.sqrt(spread_a * spread_b)
