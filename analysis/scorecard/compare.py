"""Other ways to predict poverty from the same survey, to judge the card against.

Each takes training households and returns the probabilities of test households.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from threadpoolctl import threadpool_limits

from analysis.scorecard.design import Design, encode
from analysis.scorecard.resample import folds_of, seed_of
from analysis.scorecard.selection import Fit, as_fit
from analysis.scorecard.settings import Settings
from analysis.scorecard.solver import fit_paths, log_loss, tabulate
from analysis.scorecard.survey import Survey

_PLACE = 4
TRIED = 6  # questions fitted at each step of forward selection
BARELY = np.array([1e-7])  # so little penalty that the fit is the unpenalized one


def every_question(
    train: Survey, poor: np.ndarray, test: Survey, mix: float, settings: Settings
) -> np.ndarray:
    """Elastic-net logistic regression on all candidate questions."""
    design = encode(train)
    rng = seed_of(settings.seed, _PLACE)
    fold = folds_of(train.cluster, train.stratum, settings.folds, rng)
    paths = fit_paths(
        design, poor, train.weight, alpha=mix, penalties=settings.penalties, fold=fold
    )
    return expit(as_fit(train, design, paths, paths.best("least"), mix).predictor(test))


def stepwise(train: Survey, poor: np.ndarray, questions: int) -> list[Fit]:
    """Forward selection by likelihood: the unpenalized fit after each added question.

    At each step the questions that the score test ranks first are fitted, and the one
    with the most likelihood is added.

    Returns
    -------
    list of Fit
        With 1, 2, … ``questions`` questions.
    """
    whole = encode(train)
    chosen: list[int] = []
    fits: list[Fit] = []
    for _ in range(questions):
        promise = _promise(whole, train, poor, fits[-1] if fits else None)
        promise[chosen] = -np.inf
        likely = np.sort(np.argsort(-promise, kind="stable")[:TRIED])
        tried = {
            int(j): _unpenalized(train, poor, [*chosen, int(j)]) for j in likely if j not in chosen
        }
        losses = {
            j: np.average(log_loss(fit.predictor(train), poor), weights=train.weight)
            for j, fit in tried.items()
        }
        best = min(losses, key=losses.get)
        chosen.append(best)
        fits.append(tried[best])
    return fits


def _promise(whole: Design, train: Survey, poor: np.ndarray, fit: Fit | None) -> np.ndarray:
    """Score statistic of adding each question to a fit, or to the regions alone.

    It is twice what likelihood gains by a Newton step in the question's coefficients,
    with those of the fit free to follow: near enough to rank questions by.
    """
    if fit is None:
        weigh = partial(np.bincount, train.region, minlength=whole.regions)
        known = np.maximum(weigh(train.weight), 1e-12)
        p = (weigh(train.weight * poor) / known)[train.region]
    else:
        p = expit(fit.predictor(train))
    xx, rx, rr = tabulate(whole, train.weight * p * (1 - p))
    residual = train.weight * (poor - p)
    row = np.repeat(np.arange(len(whole)), np.diff(whole.indptr))
    gradient = np.bincount(whole.index, weights=residual[row], minlength=whole.columns)
    xx = np.tril(xx) + np.tril(xx, -1).T - rx.T @ (rx / np.maximum(rr, 1e-12)[:, None])
    inside = np.isin(whole.question, fit.questions) if fit else np.zeros(whole.columns, bool)
    cross = xx[inside]
    xx -= cross.T @ np.linalg.lstsq(cross[:, inside], cross, rcond=None)[0]
    promise = np.zeros(whole.question.max() + 1)
    for j in range(len(promise)):
        here = np.flatnonzero(whole.question == j)
        own = np.linalg.pinv(xx[np.ix_(here, here)], rcond=1e-9, hermitian=True)
        promise[j] = gradient[here] @ own @ gradient[here]
    return promise


def _unpenalized(train: Survey, poor: np.ndarray, questions: list[int]) -> Fit:
    design = encode(train, np.sort(questions))
    paths = fit_paths(design, poor, train.weight, alpha=0.5, penalties=BARELY)
    return as_fit(train, design, paths, 0, 0.5)


def forest(train: Survey, poor: np.ndarray, test: Survey, seed: int) -> np.ndarray:
    """Random forest on answer codes and region."""
    model = RandomForestClassifier(
        n_estimators=300, min_samples_leaf=5, random_state=seed, n_jobs=1
    )
    return _predict(model, train, poor, test)


def boosting(train: Survey, poor: np.ndarray, test: Survey, seed: int) -> np.ndarray:
    """Gradient boosting on answers and region as categories."""
    model = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=200,
        max_leaf_nodes=15,
        min_samples_leaf=30,
        l2_regularization=1.0,
        categorical_features=list(range(len(train.items) + 1)),
        early_stopping=False,
        random_state=seed,
    )
    return _predict(model, train, poor, test)


def _predict(model, train: Survey, poor: np.ndarray, test: Survey) -> np.ndarray:
    # beside others on the same cores: threads inside would only wait for each other
    with threadpool_limits(1):
        model.fit(_features(train), poor, sample_weight=train.weight / train.weight.mean())
        return model.predict_proba(_features(test))[:, 1]


def _features(survey: Survey) -> np.ndarray:
    return np.column_stack([survey.codes, survey.region]).astype(float)
