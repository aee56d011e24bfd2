"""Other ways to predict poverty from the same survey, to judge the card against.

Each takes training households and returns the probabilities of test households.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from threadpoolctl import threadpool_limits

from analysis.scorecard.model.design_matrix import encode
from analysis.scorecard.model.elastic_net import fit_paths
from analysis.scorecard.model.fit import Fit
from analysis.scorecard.model.refit import as_fit
from analysis.scorecard.model.small_logit import Fitter
from analysis.scorecard.sampling.bootstrap import folds_of
from analysis.scorecard.selection.exchange import stepwise
from analysis.scorecard.settings import Settings, Stream
from analysis.scorecard.survey.survey import Survey


def every_question(
    train: Survey, poor: np.ndarray, test: Survey, l1_ratio: float, settings: Settings
) -> np.ndarray:
    """Elastic-net logistic regression on all candidate questions."""
    design = encode(train)
    rng = settings.rng(Stream.ALL_QUESTIONS_FOLDS)
    fold = folds_of(train.cluster, train.stratum, settings.folds, rng)
    paths = fit_paths(
        design, poor, train.weight, l1_ratio=l1_ratio, lambdas=settings.n_lambdas, fold=fold,
        patience=settings.patience,
    )  # fmt: skip
    return expit(as_fit(train, design, paths, paths.best("least"), l1_ratio).predictor(test))


def stepwise_fits(train: Survey, poor: np.ndarray, questions: int) -> list[Fit]:
    """Forward selection by likelihood: the fit after each added question."""
    fitter = Fitter(train, poor, np.arange(len(train)) % 2)  # its folds are not looked at
    steps = stepwise(fitter, questions)
    return [Fit(step.questions, *fitter.coefficients(step), 0.0, 0.0) for step in steps]


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
