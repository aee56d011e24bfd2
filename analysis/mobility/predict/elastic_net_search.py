"""The elastic net as a classifier that chooses its own C and l1 ratio by cross-validation."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from analysis.mobility.predict.elastic_net import TOLERANCE, Path, path, probabilities

# The grid of the original study.
PUBLISHED_CS = np.logspace(-10, 10, 50)
PUBLISHED_L1_RATIOS = np.arange(0, 1, 0.05)

# Close enough to rank pairs of the grid by their held-out scores; the fit that is kept
# is solved to TOLERANCE.
SEARCH_TOLERANCE = 1e-3

# Outside this range the fit is empty or free of any penalty.
CS = np.logspace(-2, 1, 10)
L1_RATIOS = np.array([0.05, 0.5, 0.95])


class ElasticNetSearch(ClassifierMixin, BaseEstimator):
    """Logistic regression with the C and l1 ratio that predict best in inner folds.

    The counterpart of scikit-learn's ``LogisticRegressionCV`` with
    ``solver="saga"``: the same objective, folds and rule of choice (the first
    best pair in the order of C, then ``l1_ratio``), by a faster route.

    Parameters
    ----------
    Cs, l1_ratios
        The grid, ``Cs`` ascending.
    splits
        Inner stratified folds, or as many as there are groups if those are fewer.
    scoring
        ``"log_loss"``, or ``"accuracy"`` as in the original study.
    preparation
        Unfitted transformer, fitted anew in each inner fold and for the final fit.
    seed
        Shuffles the inner folds; None keeps the order of rows, as
        ``LogisticRegressionCV`` does.
    search_tolerance, tolerance
        How closely the fits of the inner folds, and the one that is kept, are
        solved; see `analysis.mobility.predict.elastic_net.path`.

    Attributes
    ----------
    scores_ : ndarray, shape (splits, Cs, l1_ratios)
        Accuracy, or log-loss with its sign turned; no split where there is nothing to choose.
    C_, l1_ratio_, coef_, intercept_, classes_
        As in scikit-learn; ``coef_`` has one row for two classes.
    """

    def __init__(
        self,
        Cs=CS,
        l1_ratios=L1_RATIOS,
        splits=5,
        scoring="log_loss",
        preparation=None,
        seed=0,
        search_tolerance=SEARCH_TOLERANCE,
        tolerance=TOLERANCE,
    ):
        self.Cs = Cs
        self.l1_ratios = l1_ratios
        self.splits = splits
        self.scoring = scoring
        self.preparation = preparation
        self.seed = seed
        self.search_tolerance = search_tolerance
        self.tolerance = tolerance

    def fit(self, X, y, groups=None):
        """Choose C and l1 ratio in inner folds, which keep ``groups`` whole, then fit all rows."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        grid = len(self.Cs), len(self.l1_ratios)
        # With one C and l1 ratio there is nothing to choose.
        inner = [] if grid == (1, 1) else self._folds(codes, groups)
        self.scores_ = np.empty((0, *grid))
        if inner:
            self.scores_ = np.array([self._score(X, codes, *fold) for fold in inner])
        best = np.unravel_index(self.scores_.sum(axis=0).argmax(), grid)
        self.C_, self.l1_ratio_ = float(self.Cs[best[0]]), float(self.l1_ratios[best[1]])
        self.preparation_ = None if self.preparation is None else clone(self.preparation).fit(X)
        ready = self.ready(X)
        # Walk down to the chosen C rather than jump there.
        walk = np.asarray(self.Cs)[: best[0] + 1]
        fitted = path(ready, codes, walk, np.array([self.l1_ratio_]), self.tolerance)
        self.coef_ = fitted.coefficients[-1, 0]
        self.intercept_ = fitted.intercepts[-1, 0]
        return self

    def predict_proba(self, X):
        """Class probabilities, shape (n, classes)."""
        fitted = Path(self.coef_[None, None], self.intercept_[None, None])
        return probabilities(self.ready(X), fitted)[0, 0]

    def predict(self, X):
        """Most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def ready(self, X):
        """Features as the coefficients read them."""
        return X if self.preparation_ is None else self.preparation_.transform(X)

    def _folds(self, codes, groups):
        """Inner folds as (train, test); of groups, those whose training rows have every class."""
        shuffle = {"shuffle": self.seed is not None, "random_state": self.seed}
        blank = np.zeros(len(codes))
        if groups is None:
            return list(StratifiedKFold(self.splits, **shuffle).split(blank, codes))
        splits = min(self.splits, len(np.unique(groups)))
        if splits < 2:
            return []
        inner = StratifiedGroupKFold(splits, **shuffle).split(blank, codes, groups)
        return [fold for fold in inner if len(np.unique(codes[fold[0]])) == len(self.classes_)]

    def _score(self, X, codes, train, test):
        first, second = X[train], X[test]
        if self.preparation is not None:
            steps = clone(self.preparation).fit(first)
            first, second = steps.transform(first), steps.transform(second)
        fitted = path(first, codes[train], self.Cs, self.l1_ratios, self.search_tolerance)
        probability = probabilities(second, fitted)
        truth = codes[test]
        if self.scoring == "accuracy":
            return (probability.argmax(axis=-1) == truth).mean(axis=-1)
        own = probability[:, :, np.arange(len(truth)), truth]
        return np.log(np.maximum(own, np.finfo(float).eps)).mean(axis=-1)
