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
from analysis.mobility.predict.folds import SCHEMES, STATES, folds
from analysis.mobility.predict.out_of_fold import LABELS, fit_unseen, small_problem, workers
from analysis.mobility.predict.pipelines import matrix, preparation
from analysis.store.cache import cached

SHARES = (0.15, 0.3, 0.5, 0.75, 1.0)
REPEATS = 2


def learning_curve(
    zones: pd.DataFrame, features: tuple[str, ...] = FEATURES, repeats: int = REPEATS
) -> pd.DataFrame:
    """Scores of the elastic net by size of the training set, on the same test folds.

    Smaller training sets are random parts of the full one, class shares kept.

    Returns
    -------
    DataFrame
        ``scheme, zones`` (mean training size), ``share, metric`` (accuracy,
        AUC), ``estimate, ci_low, ci_high``, ``train_estimate`` (accuracy on the
        training rows; NaN for AUC).
    """
    needed = zones[["state", LABELS["binary"], *features]]
    return _curve(needed, tuple(features), repeats)


@cached
def _curve(zones, features, repeats) -> pd.DataFrame:
    values = matrix(zones, features)
    truth, states = zones[LABELS["binary"]].to_numpy(int), zones["state"].to_numpy(str)
    draws = scores.state_draws(states)
    rows = []
    for scheme in SCHEMES:
        flat = [
            (turn, *fold)
            for turn, repeat in enumerate(folds(scheme, truth, states, repeats))
            for fold in repeat
        ]
        inner = states if scheme == STATES else None
        for share in SHARES:
            found = Parallel(n_jobs=workers())(
                delayed(_part)(values, truth, inner, train, test, share, 100 * turn + place)
                for place, (turn, train, test) in enumerate(flat)
            )
            chance = np.empty((repeats, len(truth)))
            for (turn, _, test), (part, _, _) in zip(flat, found, strict=True):
                chance[turn, test] = part
            rows += _curve_rows(scheme, share, truth, chance, draws, found)
    return pd.DataFrame(rows)


def _part(values, truth, states, train, test, share, seed):
    if share < 1:
        train, _ = train_test_split(
            train, train_size=share, stratify=truth[train], random_state=seed
        )
    with small_problem():
        model = fit_unseen(elastic_net(), values, truth, states, train)
    known = (model.predict(values[train]) == truth[train]).mean()
    return model.predict_proba(values[test])[:, 1], known, len(train)


def _curve_rows(scheme, share, truth, chance, draws, found) -> list[dict]:
    exact = [scores.binary_scores(truth, row) for row in chance]
    spread = [scores.binary_scores(truth, row, draws) for row in chance]
    known, size = np.mean([part[1:] for part in found], axis=0)
    rows = []
    for metric in ("accuracy", "AUC"):
        low, high = scores.interval(np.mean([part[metric] for part in spread], axis=0))
        rows.append(
            {
                "scheme": scheme,
                "zones": round(size),
                "share": share,
                "metric": metric,
                "estimate": float(np.mean([part[metric][0] for part in exact])),
                "ci_low": low,
                "ci_high": high,
                "train_estimate": known if metric == "accuracy" else np.nan,
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
    """Make a linear elastic net; the penalty is chosen in inner folds, of ``states`` if given."""
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


def rank_regression(
    zones: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    target: str = TARGET,
    repeats: int = 4,
) -> RankRegression:
    """Predict the target itself, in and across states, and set it against the classifiers."""
    needed = zones[["cz", "state", target, LABELS["binary"], LABELS["quartiles"], *features]]
    return _regression(needed, tuple(features), target, repeats)


@cached
def _regression(zones, features, target, repeats) -> RankRegression:
    values, ranks = matrix(zones, features), zones[target].to_numpy(float)
    truth = zones[LABELS["binary"]].to_numpy(int)
    quartile = zones[LABELS["quartiles"]].to_numpy(int)
    states = zones["state"].to_numpy(str)
    draws = scores.state_draws(states, 400)
    # The cut-offs that the labels were made with.
    cuts = ranks.mean(), np.quantile(ranks, [0.25, 0.5, 0.75])
    rows, parts = [], []
    for model, build in REGRESSIONS.items():
        for scheme in SCHEMES:
            dealt = folds(scheme, truth, states, repeats)
            inner = states if scheme == STATES else None
            predicted = out_of_fold_ranks(build, values, ranks, inner, dealt)
            exact = _rank_scores(ranks, truth, quartile, predicted, cuts, np.ones((1, len(ranks))))
            spread = _rank_scores(ranks, truth, quartile, predicted, cuts, draws)
            for metric, value in exact.items():
                rows.append((model, scheme, metric, value[0], *scores.interval(spread[metric])))
            part = pd.DataFrame({"cz": zones["cz"], "model": model, "scheme": scheme})
            right = ((predicted > cuts[0]) == truth).mean(axis=0)
            parts.append(part.assign(am=ranks, predicted=predicted.mean(axis=0), right=right))
    columns = ["model", "scheme", "metric", "estimate", "ci_low", "ci_high"]
    return RankRegression(pd.DataFrame(rows, columns=columns), pd.concat(parts, ignore_index=True))


def out_of_fold_ranks(build, values, ranks, states, dealt) -> np.ndarray:
    flat = [fold for repeat in dealt for fold in repeat]
    jobs = [delayed(_predict)(build, values, ranks, states, *fold) for fold in flat]
    found = iter(Parallel(n_jobs=workers())(jobs))
    predicted = np.empty((len(dealt), len(ranks)))
    for turn, repeat in enumerate(dealt):
        for _, test in repeat:
            predicted[turn, test] = next(found)
    return predicted


def _predict(build, values, ranks, states, train, test) -> np.ndarray:
    inner = None if states is None else states[train]
    with small_problem():
        return build(inner).fit(values[train], ranks[train]).predict(values[test])


def _rank_scores(ranks, truth, quartile, predicted, cuts, draws) -> dict[str, np.ndarray]:
    total = draws.sum(axis=1)
    every = []
    for row in predicted:
        level = (draws @ ranks) / total
        around = draws @ ranks**2 / total - level**2
        errors = draws @ (ranks - row) ** 2 / total
        called = np.searchsorted(cuts[1], row, side="left")
        every.append(
            {
                "R²": 1 - errors / around,
                "rank correlation": _weighted_spearman(ranks, row, draws),
                "mean absolute error": draws @ np.abs(ranks - row) / total,
                "binary accuracy": draws @ ((row > cuts[0]) == truth) / total,
                "binary AUC": scores.binary_scores(truth, _unit(row), draws)["AUC"],
                "quartile accuracy": draws @ (called == quartile) / total,
            }
        )
    return {metric: np.mean([row[metric] for row in every], axis=0) for metric in every[0]}


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
