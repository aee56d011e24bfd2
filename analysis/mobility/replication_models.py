"""Redo the original study's models, faults included, over many random splits.

The table is the original's: gaps and missing targets filled with column means
before the split. Only the scaler is fitted on training rows (the report does
not say on which rows it was fitted; it makes no visible difference). The
published scores come from one unseeded split each; here they are placed among
many. Nothing in this module is part of the corrected analysis.

Splits come in fives: a random order of the zones is cut into fifths, each of
which is the test part of one split. Each is a random 80/20 split, and medians
over fives vary less than over splits that are drawn one by one.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.cluster import KMeans
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.metrics import classification_report, confusion_matrix, roc_auc_score
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from analysis.cache import cached
from analysis.data.names import FEATURES
from analysis.mobility import published
from analysis.mobility.elastic_net import Path, path, probabilities
from analysis.mobility.elastic_net_search import (
    PUBLISHED_MIXES,
    PUBLISHED_PENALTIES,
    ElasticNetSearch,
)
from analysis.mobility.mutual_information import nearest_neighbour_information, with_noise
from analysis.mobility.out_of_fold import small_problem, workers

ORIGINAL_FEATURES = tuple(name for name in FEATURES if name != published.LEFT_OUT)
LABELS = {"binary": "binary", "quartiles": "quartile"}
INNER_FOLDS = {"binary": 5, "quartiles": 10}
FIFTHS = 5
# Enough for a Monte-Carlo error of a median test accuracy of about half a percentage point.
SPLITS = 100
# Of the quick models: the same error, since no pairs of penalty and mix add to it.
QUICK_SPLITS = 75
# Of models without a published score.
FEW_SPLITS = 20
# On so many splits the whole grid is searched; the others take these splits' pairs in turn.
SEARCHED = {"binary": 10, "quartiles": 5}
CLUSTER_SPLITS = 20
# For `make replicate`, where every split is searched.
ALL_SEARCHED = {"binary": 100, "quartiles": 60}
# A fit starts from one with a C this many times smaller, and that one from zero.
WARM = 50
# Weaker values of C leave every weight of a mix with an l1 part at zero.
EMPTY_BELOW = 1e-4
SEARCHED_PENALTIES = PUBLISHED_PENALTIES[PUBLISHED_PENALTIES > EMPTY_BELOW]
RESAMPLES = 1000
# The largest C up to which saga converges within a few seconds.
CONVERGES = 4.0
# A solution three times as close chose the same pair of the grid in 11 of 13 searches.
GRID_TOLERANCE = 3e-4


@dataclass(frozen=True)
class Agreement:
    """The published call of scikit-learn beside the fast route, on one split.

    ``penalty`` (C) and ``mix`` (l1_ratio) are the choices; ``same_calls`` the
    share of all rows, training and test, that both classify alike; ``unsolved``
    the share of the call's fits that ended before they had converged. The call
    takes ``seconds`` on all cores, the fast route ``fast_seconds`` on one.
    """

    task: str
    penalty: float
    mix: float
    fast_penalty: float
    fast_mix: float
    test_accuracy: float
    fast_test_accuracy: float
    inner_accuracy: float
    fast_inner_accuracy: float
    same_calls: float
    largest_coefficient_gap: float
    unsolved: float
    seconds: float
    fast_seconds: float


def logistic():
    """Make the original's plain logistic regression, on unscaled features."""
    return LogisticRegression()


def random_forest():
    """Make the original's random forest."""
    return RandomForestClassifier(n_estimators=20, max_depth=5, random_state=0)


def gradient_boosting():
    """Make the original's gradient boosting."""
    return GradientBoostingClassifier(
        n_estimators=50, max_depth=5, min_samples_leaf=50, random_state=0
    )


QUICK_MODELS = {
    "logistic, not scaled": logistic,
    "random forest": random_forest,
    "gradient boosting": gradient_boosting,
}


@cached
def quick_splits(
    table: pd.DataFrame, labels: pd.Series, task: str, model: str, splits: int
) -> pd.DataFrame:
    """Score a quick model over many random 80/20 splits.

    Parameters
    ----------
    table
        `analysis.mobility.replication.original_table`.
    labels
        A column of `analysis.mobility.replication.original_labels`.
    model
        A key of ``QUICK_MODELS``.

    Returns
    -------
    DataFrame
        ``task, model, split, train_accuracy, test_accuracy, test_auc`` (the
        last is NaN for four classes).
    """
    values, truth = table[list(ORIGINAL_FEATURES)].to_numpy(), labels.to_numpy(int)
    build = QUICK_MODELS[model]
    jobs = (delayed(_quick)(build, values, truth, *split) for split in _splits(len(truth), splits))
    rows = Parallel(n_jobs=workers(), batch_size=10)(jobs)
    return _frame(rows, task, model)


@cached
def grid_splits(
    table: pd.DataFrame, labels: pd.Series, task: str, splits: int, searched: int
) -> pd.DataFrame:
    """Score the original's elastic net over random splits, by the fast route.

    Parameters
    ----------
    searched
        The published grid is searched on the first so many splits. Each later
        split takes the pair of penalty and mix of one of these in turn: where
        the test part falls matters more for its score than which of the pairs
        is used, and a search costs as much as some hundred fits.

    Returns
    -------
    DataFrame
        As `quick_splits`, plus ``penalty`` and ``mix``; ``pair``, the split on
        which they were chosen; and, on searched splits, their ``inner_accuracy``
        (mean over inner folds) and the ``seconds`` of the search on one core.
    """
    values, truth = _values(table, labels, False), labels.to_numpy(int)
    dealt = _splits(len(truth), splits)
    jobs = (delayed(_grid)(values, truth, *split, INNER_FOLDS[task]) for split in dealt[:searched])
    rows = Parallel(n_jobs=workers())(jobs)
    pairs = [(row["penalty"], row["mix"]) for row in rows]
    jobs = (
        delayed(_pair)(values, truth, *split, *pairs[place % searched])
        for place, split in enumerate(dealt[searched:])
    )
    frame = _frame([*rows, *Parallel(n_jobs=workers())(jobs)], task, "elastic net")
    return frame.assign(pair=frame["split"] % searched)


@cached
def cluster_splits(table: pd.DataFrame, labels: pd.Series, plain: pd.DataFrame) -> pd.DataFrame:
    """Score splits of `grid_splits` again with the k-means label among the features.

    The label (k = 4) is found on the whole table with target and labels, as the
    original did; penalty and mix stay those of ``plain``.

    Returns
    -------
    DataFrame
        ``task, model, split, train_accuracy, test_accuracy, test_auc``.
    """
    values, truth = _values(table, labels, True), labels.to_numpy(int)
    jobs = (
        delayed(_pair)(values, truth, *split, penalty, mix)
        for split, penalty, mix in zip(
            _splits(len(truth), len(plain)), plain["penalty"], plain["mix"], strict=True
        )
    )
    rows = Parallel(n_jobs=workers())(jobs)
    return _frame(rows, plain["task"].iloc[0], "elastic net with cluster label")


@cached
def agreement(table: pd.DataFrame, labels: pd.Series, task: str) -> Agreement:
    """Run the published call itself on the first split, beside the fast route's `grid_splits`.

    The call is ``LogisticRegressionCV`` with ``solver="saga"`` and scikit-learn's
    own tolerance and number of iterations, which end before convergence in part
    of the grid; choices are compared on the same folds.
    """
    fast = grid_splits(table, labels, task, SPLITS, SEARCHED[task]).iloc[0]
    values, truth = _values(table, labels, False), labels.to_numpy(int)
    train, test = _splits(len(truth), 1)[0]
    first, second = _scaled(values, train, test)
    began = time.perf_counter()
    call = _fit_quietly(_published_call(task), first, truth[train])
    seconds = time.perf_counter() - began
    chosen = _down_to(first, truth[train], fast["penalty"], fast["mix"])
    whole = np.concatenate([first, second])
    called = probabilities(whole, chosen)[-1, 0].argmax(axis=1)
    return Agreement(
        task=task,
        penalty=float(np.ravel(call.C_)[0]),
        mix=float(np.ravel(call.l1_ratio_)[0]),
        fast_penalty=fast["penalty"],
        fast_mix=fast["mix"],
        test_accuracy=float(call.score(second, truth[test])),
        fast_test_accuracy=fast["test_accuracy"],
        inner_accuracy=float(np.asarray(call.scores_).mean(axis=0).max()),
        fast_inner_accuracy=fast["inner_accuracy"],
        same_calls=float((call.predict(whole) == called).mean()),
        largest_coefficient_gap=float(np.abs(call.coef_ - chosen.coefficients[-1, 0]).max()),
        unsolved=_unsolved(call) / np.size(call.n_iter_),
        seconds=seconds,
        fast_seconds=fast["seconds"],
    )


@cached
def converged_choice(table: pd.DataFrame, labels: pd.Series, task: str) -> dict[str, float]:
    """What the published call chooses on the first split when it is run to convergence.

    Penalties above ``CONVERGES`` are left out: saga does not get there in
    reasonable time.

    Returns
    -------
    dict
        ``penalty, mix``, ``unsolved``, the number of fits that still had not
        converged, and ``largest``, the largest C tried.
    """
    truth = labels.to_numpy(int)
    train, test = _splits(len(truth), 1)[0]
    first, _ = _scaled(_values(table, labels, False), train, test)
    call = _published_call(task).set_params(
        Cs=PUBLISHED_PENALTIES[PUBLISHED_PENALTIES <= CONVERGES], tol=1e-5, max_iter=2000
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
        Cs=PUBLISHED_PENALTIES,
        l1_ratios=PUBLISHED_MIXES,
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


@cached
def training_report(table: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Confusion matrix and classification report of the first four-class split, training rows.

    Returns
    -------
    DataFrame
        One row a true class: ``label``, ``called_0`` … ``called_3``,
        ``precision``, ``recall``, ``f1-score``, ``support``.
    """
    task = "quartiles"
    fast = grid_splits(table, labels, task, SPLITS, SEARCHED[task]).iloc[0]
    values, truth = _values(table, labels, False), labels.to_numpy(int)
    train, test = _splits(len(truth), 1)[0]
    first, _ = _scaled(values, train, test)
    fitted = _down_to(first, truth[train], fast["penalty"], fast["mix"])
    called = probabilities(first, fitted)[-1, 0].argmax(axis=1)
    counts = confusion_matrix(truth[train], called)
    report = classification_report(truth[train], called, output_dict=True)
    rows = [
        {"label": label, **{f"called_{k}": int(n) for k, n in enumerate(row)}, **report[str(label)]}
        for label, row in enumerate(counts)
    ]
    return pd.DataFrame(rows)


@cached
def information_ranking(
    table: pd.DataFrame, labels: pd.Series, task: str, seeds: int = 20
) -> pd.DataFrame:
    """Redo the published ranking by mutual information.

    scikit-learn's estimator adds random noise to break ties, so that ranks
    depend on its seed; the mean over seeds is ranked.

    Returns
    -------
    DataFrame
        ``task, feature, mutual_information`` (nats), ``rank``,
        ``published_rank`` (NaN outside the printed ten), strongest first.
    """
    values, truth = table[list(ORIGINAL_FEATURES)].to_numpy(), labels.to_numpy(int)
    found = [
        [nearest_neighbour_information(column, truth) for column in with_noise(values, seed).T]
        for seed in range(seeds)
    ]
    frame = pd.DataFrame({"feature": ORIGINAL_FEATURES, "mutual_information": np.mean(found, 0)})
    frame = frame.sort_values("mutual_information", ascending=False, ignore_index=True)
    frame.insert(0, "task", task)
    frame["rank"] = np.arange(1, len(frame) + 1)
    printed = {name: place for place, name in enumerate(published.TOP_TEN, start=1)}
    frame["published_rank"] = frame["feature"].map(printed)
    return frame


@cached
def elbow(table: pd.DataFrame, labels: pd.DataFrame, largest: int = 10) -> pd.DataFrame:
    """Within-cluster sums of squares of the original's table, target included.

    Returns
    -------
    DataFrame
        ``k, inertia``.
    """
    values = StandardScaler().fit_transform(table.drop(columns="cz").join(labels))
    inertia = [
        KMeans(k, n_init=10, random_state=0).fit(values).inertia_ for k in range(1, largest + 1)
    ]
    return pd.DataFrame({"k": range(1, largest + 1), "inertia": inertia})


def score_rows(splits: pd.DataFrame) -> pd.DataFrame:
    """Published scores beside their reproduced distributions.

    Parameters
    ----------
    splits
        Rows of `quick_splits` and `grid_splits`.

    Returns
    -------
    DataFrame
        ``quantity, published, reproduced`` (median over splits),
        ``difference``, ``median_error`` (`median_error`), ``p5, p95, percentile``
        (share of splits at or below the published score), ``splits, searched``
        (splits on which the grid was searched; 0 where there is none), ``place, why``.
    """
    rows = []
    for figure in (*published.SCORES, *published.ENSEMBLES):
        own = splits[(splits["task"] == figure.task) & (splits["model"] == figure.model)]
        if own.empty:
            continue
        values = own[_COLUMNS[figure.score]].to_numpy()
        # Scores are counts over rows: equal ones may differ in the last bit.
        share = float((values <= figure.value + 1e-9).mean())
        pairs = own["pair"].to_numpy(int) if figure.model == "elastic net" else None
        low, middle, high = np.percentile(values, [5, 50, 95])
        rows.append(
            {
                "quantity": f"{figure.task}, {figure.model}: {figure.score}",
                "published": figure.value,
                "reproduced": middle,
                "difference": middle - figure.value,
                "median_error": median_error(values, pairs),
                "p5": low,
                "p95": high,
                "percentile": share,
                "splits": len(values),
                "searched": 0 if pairs is None else len(np.unique(pairs)),
                "place": figure.place,
                "why": _verdict(figure.value, low, middle, high),
            }
        )
    return pd.DataFrame(rows)


def median_error(values: np.ndarray, pairs: np.ndarray | None = None) -> float:
    """Monte-Carlo standard error of a median over splits, by the bootstrap of whole fives.

    Parameters
    ----------
    values
        Scores in the order of the splits.
    pairs
        Which searched pair each split used. Pairs are a sample too: the error
        that comes from them is found in the same way and added (in squares).
    """
    groups = [np.arange(len(values)) // FIFTHS, *([] if pairs is None else [pairs])]
    return float(np.sqrt(sum(_resampled_medians(values, group).var(ddof=1) for group in groups)))


def _resampled_medians(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Medians over bootstrap resamples of whole groups of splits."""
    many = int(groups.max()) + 1
    drawn = np.random.default_rng(0).multinomial(many, np.full(many, 1 / many), size=RESAMPLES)
    order = values.argsort()
    running = drawn[:, groups[order]].cumsum(axis=1)
    return values[order][(running >= running[:, -1:] / 2).argmax(axis=1)]


_COLUMNS = {
    "train accuracy": "train_accuracy",
    "test accuracy": "test_accuracy",
    "test AUC": "test_auc",
}


def _verdict(value: float, low: float, middle: float, high: float) -> str:
    if low <= value <= high:
        side = "above" if value > middle else "below" if value < middle else "at"
        return f"Within the middle 90 per cent of random splits, {side} their median."
    side = "Above" if value > high else "Below"
    return f"{side} the middle 90 per cent of random splits: not a typical split."


def _splits(size: int, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The first so many random splits: row numbers (train, test), five to a deal."""
    deals = range(-(-count // FIFTHS))
    found = [
        split
        for deal in deals
        for split in KFold(FIFTHS, shuffle=True, random_state=deal).split(np.arange(size))
    ]
    return found[:count]


def _scaled(values, train, test) -> tuple[np.ndarray, np.ndarray]:
    scaler = StandardScaler().fit(values[train])
    return scaler.transform(values[train]), scaler.transform(values[test])


def _values(table: pd.DataFrame, labels: pd.Series, clusters: bool) -> np.ndarray:
    values = table[list(ORIGINAL_FEATURES)].to_numpy()
    if not clusters:
        return values
    everything = StandardScaler().fit_transform(
        table.drop(columns="cz").assign(label=labels.to_numpy())
    )
    found = KMeans(published.CLUSTERS, n_init=10, random_state=0).fit_predict(everything)
    return np.column_stack([values, found])


def _search(inner: int) -> ElasticNetSearch:
    return ElasticNetSearch(
        penalties=SEARCHED_PENALTIES,
        mixes=PUBLISHED_MIXES,
        splits=inner,
        scoring="accuracy",
        seed=None,
        search_tolerance=GRID_TOLERANCE,
        tolerance=GRID_TOLERANCE,
    )


def _down_to(first: np.ndarray, known: np.ndarray, penalty: float, mix: float) -> Path:
    """The path down to one pair of penalty and mix; its last fit is the pair's."""
    near = (penalty / WARM < SEARCHED_PENALTIES) & (penalty * 1.001 > SEARCHED_PENALTIES)
    return path(first, known, SEARCHED_PENALTIES[near], np.array([mix]), GRID_TOLERANCE)


def _quick(build, values, truth, train, test) -> dict:
    return _scores(build(), values[train], values[test], truth[train], truth[test])


def _grid(values, truth, train, test, inner) -> dict:
    first, second = _scaled(values, train, test)
    model = _search(inner)
    began = time.perf_counter()
    found = _scores(model, first, second, truth[train], truth[test])
    return found | {
        "penalty": model.C_,
        "mix": model.l1_ratio_,
        "inner_accuracy": float(model.scores_.mean(axis=0).max()),
        "seconds": time.perf_counter() - began,
    }


def _pair(values, truth, train, test, penalty, mix) -> dict:
    first, second = _scaled(values, train, test)
    with threadpool_limits(1):
        fitted = _down_to(first, truth[train], penalty, mix)
    chance = probabilities(second, fitted)[-1, 0]
    called = probabilities(first, fitted)[-1, 0].argmax(axis=1)
    return {
        "train_accuracy": float((called == truth[train]).mean()),
        "test_accuracy": float((chance.argmax(axis=1) == truth[test]).mean()),
        "test_auc": _auc(truth[test], chance),
        "penalty": penalty,
        "mix": mix,
    }


def _auc(hidden: np.ndarray, chance: np.ndarray) -> float:
    return float(roc_auc_score(hidden, chance[:, 1])) if chance.shape[1] == 2 else np.nan


def _scores(model, first, second, known, hidden) -> dict:
    # That the plain logistic regression does not converge is part of the record.
    with small_problem():
        model.fit(first, known)
    chance = model.predict_proba(second)
    return {
        "train_accuracy": float(model.score(first, known)),
        "test_accuracy": float(model.score(second, hidden)),
        "test_auc": _auc(hidden, chance),
    }


def _frame(rows: list[dict], task: str, model: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    frame.insert(0, "split", range(len(frame)))
    frame.insert(0, "model", model)
    frame.insert(0, "task", task)
    return frame
