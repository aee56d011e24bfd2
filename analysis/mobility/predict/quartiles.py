"""Low, medium, high, excellent: models of four classes that have an order."""

from __future__ import annotations

import warnings

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.pipeline import make_pipeline
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.tools.sm_exceptions import ConvergenceWarning, HessianInversionWarning

from analysis.mobility.predict.boosting import boosted_classes
from analysis.mobility.predict.classifiers import elastic_net, majority
from analysis.mobility.predict.pipelines import preparation


class ProportionalOdds(OrderedModel):
    """statsmodels' ``OrderedModel`` of the logistic kind with its exact gradient.

    statsmodels differentiates the likelihood numerically, which takes most of
    the time of a fit.
    """

    def score(self, params, **_):
        """Gradient of the log-likelihood in slopes, first threshold and log increments."""
        thresholds = self.transform_threshold_params(params)
        fitted = self.exog @ params[: self.exog.shape[1]]
        low = expit(thresholds[self.endog] - fitted)
        high = expit(thresholds[self.endog + 1] - fitted)
        probability = high - low + 1e-20  # as in the likelihood
        at_low, at_high = low * (1 - low) / probability, high * (1 - high) / probability
        slopes = self.exog.T @ (at_low - at_high)
        classes = len(thresholds) - 1
        inner = np.bincount(self.endog, at_high, classes)[:-1]
        inner = inner - np.bincount(self.endog, at_low, classes)[1:]
        # each increment moves its own threshold and all that are higher
        above = np.cumsum(inner[::-1])[::-1]
        increments = np.exp(params[self.exog.shape[1] + 1 :])
        return np.concatenate([slopes, above[:1], increments * above[1:]])


class Ordinal(ClassifierMixin, BaseEstimator):
    """Proportional-odds logistic regression by statsmodels' ``OrderedModel``.

    It knows that classes have an order, and carries no penalty. Columns that
    are (nearly) combinations of earlier ones are left out, since their
    coefficients could not be identified: the Gini coefficient is the sum of
    two other features.
    """

    def __init__(self, tolerance=1e-6):
        self.tolerance = tolerance

    def fit(self, X, y):
        """Fit; ``X`` must be standardized."""
        self.classes_ = np.unique(y)
        self.kept_ = independent_columns(X, self.tolerance)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            warnings.simplefilter("ignore", HessianInversionWarning)
            self.model_ = ProportionalOdds(y, X[:, self.kept_], distr="logit")
            fitted = self.model_.fit(method="bfgs", disp=False, skip_hessian=True, maxiter=300)
        self.coef_ = np.asarray(fitted.params)[: len(self.kept_)]
        self._params = np.asarray(fitted.params)
        return self

    def predict_proba(self, X):
        """Class probabilities, shape (n, classes)."""
        return np.asarray(self.model_.predict(self._params, exog=X[:, self.kept_]))

    def predict(self, X):
        """Most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def independent_columns(values: np.ndarray, tolerance: float) -> list[int]:
    """Columns that earlier ones do not determine, by the diagonal of a QR factor."""
    size = np.abs(np.diagonal(np.linalg.qr(values, mode="r")))
    return list(np.flatnonzero(size > tolerance * size.max()))


def ordinal():
    """Make the ordinal model with its preparation."""
    return make_pipeline(preparation(), Ordinal())


def boosting():
    """Make gradient boosting of small trees."""
    return boosted_classes(80)


MODELS = {
    "majority class": majority,
    "elastic net": elastic_net,
    "ordinal": ordinal,
    "gradient boosting": boosting,
}
