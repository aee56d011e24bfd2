"""Weighted logistic regression on a few questions, many times over: Newton's method.

The search for questions fits thousands of small models. Regions carry no penalty; answers
carry the hint of one (a normal prior on the log-odds with standard deviation ``PRIOR``), so
that an answer that only poor households give doesn't run away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dposv

from analysis.scorecard.model import kernels
from analysis.scorecard.model.design_matrix import (
    answer_columns,
    answer_positions,
    by_answer,
    common_answers,
    encode,
)
from analysis.scorecard.model.elastic_net import region_logits, tabulate
from analysis.scorecard.model.newton import damped_newton
from analysis.scorecard.survey.survey import Survey

PRIOR = 3.0  # log-odds
CONVERGED = 1e-7  # twice the loss that another step could take off
STEPS = 30


@dataclass(frozen=True)
class SmallFit:
    """A fit of some questions.

    Attributes
    ----------
    questions : tuple of int
    theta : ndarray
        Region intercepts, then the coefficients of the answers.
    loss : float
        Mean weighted log-loss of the households that it was fitted to.
    held_out : float
        The same of each fold, predicted without it.
    """

    questions: tuple[int, ...]
    theta: np.ndarray
    loss: float
    held_out: float


class Fitter:
    """Fits any few questions to the same households, with held-out losses by fold.

    Parameters
    ----------
    survey : Survey
    poor : ndarray of bool, shape (households,)
    fold : ndarray of int, shape (households,)
        Folds from 0, at least two.
    pool : set of int, optional
        Questions that :meth:`score_statistics` looks at; by default all.
    """

    def __init__(self, survey: Survey, poor: np.ndarray, fold: np.ndarray, pool=None):
        self.survey = survey
        self.poor = np.asarray(poor, dtype=float)
        self.weight = survey.weight / survey.weight.sum()
        self.fold = np.ascontiguousarray(fold, dtype=np.int64)
        self.folds = int(fold.max()) + 1
        self.region = np.ascontiguousarray(survey.region, dtype=np.int64)
        self.regions = len(survey.regions)
        every = range(len(survey.items))
        self.pool = np.array(sorted(every if pool is None else pool), dtype=int)
        self.design = encode(survey, self.pool)
        self.ridge = 1.0 / (PRIOR**2 * len(survey))
        self._base = common_answers(survey)
        self.known: dict[tuple[tuple[int, ...], bool], SmallFit] = {}

    def fit(self, questions, *, exact: bool = False, near: SmallFit | None = None) -> SmallFit:
        """Fit some questions.

        Parameters
        ----------
        questions : iterable of int
        exact : bool
            Whether the fits without a fold are Newton steps until they converge, or the
            first such step from the fit to all households.
        near : SmallFit, optional
            A fit of some of the same questions, to start from.
        """
        key = (tuple(sorted(int(j) for j in questions)), exact)
        if key not in self.known:
            self.known[key] = self._fit(*key, near)
        return self.known[key]

    def _fit(self, questions, exact, near) -> SmallFit:
        tables, size = self._tables(questions)
        columns = self._columns(questions, tables)
        theta = self._start(questions, tables, size, near)
        theta, loss, gradient, hessian = self._newton(columns, theta, skip=-1)
        thetas = np.array(
            [theta - _solve(hessian.sum(0) - hessian[f], gradient.sum(0) - gradient[f],
                            self._penalty(theta), theta) for f in range(self.folds)]
        )  # fmt: skip
        if exact:
            thetas = np.array(
                [self._newton(columns, thetas[f], skip=f)[0] for f in range(self.folds)]
            )
        held_out = kernels.held_out_loss(
            columns, self.region, self.poor, self.weight, self.fold, thetas
        )
        return SmallFit(questions, theta, loss, float(held_out))

    def _newton(self, columns, theta, skip):
        """The fit without a fold (-1: of all), its loss, and its derivatives by fold."""
        p, blocks = len(theta), self.folds if skip < 0 else 1
        penalty = self._penalty(theta)

        def evaluate(theta):
            gradient, hessian = np.zeros((blocks, p)), np.zeros((blocks, p, p))
            loss = kernels.small_pass(columns, self.region, self.poor, self.weight, self.fold,
                                      skip, theta, gradient, hessian)  # fmt: skip
            return loss + 0.5 * penalty @ theta**2, (loss, gradient, hessian)

        def direction(theta, derivatives, _):
            _, gradient, hessian = derivatives
            step = _solve(hessian.sum(0), gradient.sum(0), penalty, theta)
            return -step if step @ (gradient.sum(0) + penalty * theta) >= CONVERGED else None

        theta, (loss, gradient, hessian) = damped_newton(theta, evaluate, direction, STEPS)
        return theta, float(loss), gradient, hessian

    def _penalty(self, theta: np.ndarray) -> np.ndarray:
        penalty = np.full(len(theta), self.ridge)
        penalty[: self.regions] = 1e-9  # a region whose households are all alike
        return penalty

    def _tables(self, questions) -> tuple[list[np.ndarray], int]:
        return answer_positions(self.survey, questions, self.regions, self._base)

    def _columns(self, questions, tables) -> np.ndarray:
        return answer_columns(tables, self.survey.codes[:, list(questions)])

    def _start(self, questions, tables, size, near) -> np.ndarray:
        theta = np.zeros(size)
        if near is None:
            theta[: self.regions] = region_logits(
                self.region, self.regions, self.poor, self.weight, 1.0 / len(self.poor)
            )
            return theta
        theta[: self.regions] = near.theta[: self.regions]
        known = dict(zip(near.questions, self._tables(near.questions)[0], strict=True))
        for j, table in zip(questions, tables, strict=True):
            if j in known:
                theta[table[table >= 0]] = near.theta[known[j][table >= 0]]
        return theta

    def coefficients(self, fit: SmallFit) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        """Region intercepts, and for each question a coefficient an answer (0 for its base)."""
        return fit.theta[: self.regions].copy(), by_answer(
            fit.theta, self._tables(fit.questions)[0]
        )

    def score_statistics(self, fit: SmallFit) -> np.ndarray:
        """Score statistic of adding each question to a fit, to rank questions by.

        It is twice what the mean log-likelihood gains by one Newton step in the question's
        coefficients, with those of the fit free to follow (Rao's score test).
        """
        whole = self.design
        columns = self._columns(fit.questions, self._tables(fit.questions)[0])
        eta = fit.theta[self.region] + np.append(fit.theta, 0.0)[columns].sum(axis=1)
        p = 1 / (1 + np.exp(-np.clip(eta, -700, 700)))
        curvature = self.weight * p * (1 - p)
        xx, rx, rr = (block[0] for block in tabulate(whole, curvature))
        row = np.repeat(np.arange(len(whole)), np.diff(whole.indptr))
        gradient = np.bincount(
            whole.index, weights=(self.weight * (self.poor - p))[row], minlength=whole.columns
        )
        xx = np.tril(xx) + np.tril(xx, -1).T - rx.T @ (rx / np.maximum(rr, 1e-15)[:, None])
        inside = np.isin(whole.question, fit.questions)
        if inside.any():
            cross = xx[inside]
            known = cross[:, inside] + self.ridge * np.eye(len(cross))
            xx = xx - cross.T @ np.linalg.solve(known, cross)
        score_statistics = np.zeros(len(self.survey.items))
        for j in set(self.pool) - set(fit.questions):
            here = np.flatnonzero(whole.question == j)
            own = xx[np.ix_(here, here)] + self.ridge * np.eye(len(here))
            score_statistics[j] = gradient[here] @ np.linalg.solve(own, gradient[here])
        return score_statistics


def _solve(hessian, gradient, penalty, theta) -> np.ndarray:
    """The Newton step; of the Hessian the triangle on and below the diagonal is read."""
    matrix = hessian + np.diag(penalty + 1e-12)
    # row order against column order: the lower triangle is the upper one there
    _, step, error = dposv(matrix.T, gradient + penalty * theta, lower=0, overwrite_a=1)
    if error:
        raise np.linalg.LinAlgError("the Hessian of a small fit is not positive definite")
    return step
