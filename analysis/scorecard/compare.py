"""Other ways to predict poverty from the same survey, to judge the card against.

Each takes training households and returns the probabilities of test households.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from analysis.scorecard.design import encode
from analysis.scorecard.resample import folds_of, seed_of
from analysis.scorecard.selection import Fit, as_fit
from analysis.scorecard.settings import Settings
from analysis.scorecard.solver import fit_paths, log_loss
from analysis.scorecard.survey import Survey

_PLACE = 4
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

    Returns
    -------
    list of Fit
        With 1, 2, … ``questions`` questions.
    """
    chosen: list[int] = []
    fits: list[Fit] = []
    for _ in range(questions):
        tried = {
            j: _unpenalized(train, poor, [*chosen, j])
            for j in range(len(train.items))
            if j not in chosen
        }
        losses = {
            j: np.average(log_loss(fit.predictor(train), poor), weights=train.weight)
            for j, fit in tried.items()
        }
        best = min(losses, key=losses.get)
        chosen.append(best)
        fits.append(tried[best])
    return fits


def _unpenalized(train: Survey, poor: np.ndarray, questions: list[int]) -> Fit:
    design = encode(train, np.sort(questions))
    paths = fit_paths(design, poor, train.weight, alpha=0.5, penalties=BARELY)
    return as_fit(train, design, paths, 0, 0.5)


def forest(train: Survey, poor: np.ndarray, test: Survey, seed: int, jobs: int) -> np.ndarray:
    """Random forest on answer codes and region."""
    model = RandomForestClassifier(
        n_estimators=300, min_samples_leaf=5, random_state=seed, n_jobs=jobs
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
    model.fit(_features(train), poor, sample_weight=train.weight / train.weight.mean())
    return model.predict_proba(_features(test))[:, 1]


def _features(survey: Survey) -> np.ndarray:
    return np.column_stack([survey.codes, survey.region]).astype(float)
