"""How regions differ: one intercept for the country, one each, or partially pooled ones.

With the questions chosen, the fit is formula (1) with a ridge on what regions differ by,

    … + κ/2 Σ_r (γ_r − mean γ)²,  κ = 1/(n τ²),

which is a normal prior with standard deviation τ (in log-odds) on n households.
τ = 0 gives one intercept and τ = ∞ one for each region, as in the paper; what lies between
draws a region to the others, more so the fewer households it has (Gelman and Hill 2007). The
τ is chosen by the held-out loss of whole clusters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.scorecard.model import kernels
from analysis.scorecard.model.design_matrix import answer_columns, answer_positions, by_answer
from analysis.scorecard.model.elastic_net import log_loss
from analysis.scorecard.model.fit import Fit
from analysis.scorecard.model.newton import damped_newton
from analysis.scorecard.sampling.bootstrap import folds_of
from analysis.scorecard.sampling.intervals import cluster_weights, with_interval
from analysis.scorecard.settings import Settings, Stream
from analysis.scorecard.survey.survey import CHOOSE, NATIONAL, POOLED, SEPARATE, Survey

TAUS = (0.1, 0.2, 0.4, 0.8)  # log-odds
WIDE = 10.0  # stands for no pooling where a fold may lack a region's poor
FOLD_REPEATS = 3  # of folds
CONVERGED, STEPS, SWEEPS = 1e-10, 50, 2000


@dataclass(frozen=True)
class Intercepts:
    """Which intercepts were chosen, and what each kind loses on areas it has not seen.

    Attributes
    ----------
    tau : float
        τ: 0 for one national intercept, infinite for one a region.
    losses : DataFrame
        kind (national, pooled, separate), tau, log_loss (mean over repeats of folds of clusters),
        less (than the chosen one's, below 0 is better), ci_low, ci_high; one row a τ.
    """

    tau: float
    losses: pd.DataFrame

    @property
    def kind(self) -> str:
        """National, pooled or separate."""
        return kind_of(self.tau)


_COLUMNS = ["kind", "tau", "log_loss", "less", "ci_low", "ci_high"]
SEPARATE_INTERCEPTS = Intercepts(np.inf, pd.DataFrame(columns=_COLUMNS))
"""An intercept for each region, where nothing was chosen."""


def kind_of(tau: float) -> str:
    """What a τ of the regions' intercepts is called."""
    if tau == 0:
        return NATIONAL
    return POOLED if np.isfinite(tau) else SEPARATE


def choose_intercepts(
    survey: Survey, poor: np.ndarray, fit: Fit, settings: Settings, kind: str | None = None
) -> Intercepts:
    """Choose how regions differ for the questions of a fit, by the loss on held-out areas.

    Parameters
    ----------
    survey : Survey
    poor : ndarray of bool, shape (households,)
    fit : Fit
        Of the chosen questions, whose ``lambda_`` and ``l1_ratio`` are kept.
    settings : Settings
    kind : {"choose", "national", "pooled", "separate"}, optional
        Which kinds are allowed; by default as the survey says. All are measured anyway.

    Returns
    -------
    Intercepts
    """
    taus = np.array([0.0, *TAUS, np.inf])
    if len(survey.regions) < 2:
        return SEPARATE_INTERCEPTS
    losses = np.array([held_out_losses(survey, poor, fit, settings, s) for s in taus])
    share = survey.weight / survey.weight.sum()
    kind = kind or survey.intercepts
    allowed = np.array([kind in (CHOOSE, kind_of(s)) for s in taus])
    mean = losses @ share
    best = int(np.argmin(np.where(allowed, mean, np.inf)))
    draws = cluster_weights(survey, settings.intervals, settings.rng(Stream.INTERCEPT_INTERVALS))
    draws /= draws.sum(axis=1, keepdims=True)
    rows = []
    for index, tau in enumerate(taus):
        difference = losses[index] - losses[best]
        less = with_interval(np.concatenate(([difference @ share], draws @ difference)))
        rows.append((kind_of(tau), tau, mean[index], *less))
    return Intercepts(float(taus[best]), pd.DataFrame(rows, columns=_COLUMNS))


def held_out_losses(
    survey: Survey, poor: np.ndarray, fit: Fit, settings: Settings, tau: float
) -> np.ndarray:
    """Each household's log-loss by fits without its area's fold, mean over repeats of folds."""
    model, start = _Model.of(survey, poor, fit, min(tau, WIDE)), None
    losses = np.zeros(len(survey))
    for repeat in range(FOLD_REPEATS):
        rng = settings.rng(Stream.INTERCEPT_FOLDS, repeat)
        fold = folds_of(survey.cluster, survey.stratum, settings.folds, rng)
        start = model.solve(model.start(fit)) if start is None else start
        for left_out in range(int(fold.max()) + 1):
            here = fold == left_out
            theta = model.solve(start, fold, left_out)
            losses[here] += log_loss(model.predictor(theta)[here], poor[here])
    return losses / FOLD_REPEATS


def with_intercepts(
    survey: Survey, poor: np.ndarray, fit: Fit, tau: float, households: int | None = None
) -> Fit:
    """Fit the questions of a fit again, with its ``lambda_`` and another τ of regions.

    ``households`` is the n of the prior where the survey is a sample of households of another.
    """
    model = _Model.of(survey, poor, fit, tau, households)
    return model.as_fit(model.solve(model.start(fit)), fit)


@dataclass(frozen=True)
class _Model:
    """Formula (1) on a few questions, with a ridge on what the regions differ by."""

    columns: np.ndarray
    tables: list
    region: np.ndarray
    regions: int
    named: int  # regions of the survey
    poor: np.ndarray
    weight: np.ndarray
    l1: np.ndarray
    quadratic: np.ndarray
    ridge: np.ndarray  # times the households
    tau: float
    households: int | None

    @classmethod
    def of(cls, survey: Survey, poor: np.ndarray, fit: Fit, tau: float,
           households: int | None = None) -> _Model:  # fmt: skip
        regions = len(survey.regions) if tau > 0 else 1
        region = survey.region if tau > 0 else np.zeros_like(survey.region)
        tables, size = answer_positions(survey, fit.questions, regions)
        columns = answer_columns(tables, survey.codes[:, list(fit.questions)])
        quadratic, ridge, l1 = np.zeros((size, size)), np.zeros((size, size)), np.zeros(size)
        if 0 < tau < np.inf:
            ridge[:regions, :regions] = (np.eye(regions) - 1 / regions) / tau**2
        answers = np.arange(regions, size)
        quadratic[answers, answers] = fit.lambda_ * (1 - fit.l1_ratio)
        l1[answers] = fit.lambda_ * fit.l1_ratio
        weight = survey.weight / survey.weight.sum()
        return cls(columns, tables, np.ascontiguousarray(region, dtype=np.int64), regions,
                   len(survey.regions), np.asarray(poor, dtype=float), weight, l1, quadratic,
                   ridge, tau, households)  # fmt: skip

    def start(self, fit: Fit) -> np.ndarray:
        """The coefficients of a fit of the same questions."""
        gamma = fit.gamma if self.regions == len(fit.gamma) else [fit.gamma.mean()]
        betas = (beta[table >= 0] for table, beta in zip(self.tables, fit.beta, strict=True))
        return np.concatenate([gamma, *betas])

    def solve(self, theta: np.ndarray, fold: np.ndarray | None = None, left_out: int = -1):
        """Proximal Newton steps, halved until the objective doesn't rise, without one fold."""
        fold = np.zeros(len(self.poor), dtype=np.int64) if fold is None else fold
        total = self.weight[fold != left_out].sum()
        quadratic = self.quadratic + self.ridge / (self.households or (fold != left_out).sum())

        def evaluate(theta):
            loss, *derivatives = self._pass(theta, fold, left_out, total)
            return loss + 0.5 * theta @ quadratic @ theta + self.l1 @ np.abs(theta), derivatives

        def direction(theta, derivatives, gained):
            if gained < CONVERGED:
                return None
            gradient, hessian = derivatives
            slope = gradient + quadratic @ theta
            curved = hessian + quadratic + 1e-12 * np.eye(len(theta))
            return kernels.lasso_step(curved, slope, theta, self.l1, SWEEPS, 1e-9) - theta

        return damped_newton(theta, evaluate, direction, STEPS)[0]

    def _pass(self, theta, fold, left_out, total):
        size = len(theta)
        gradient, hessian = np.zeros((1, size)), np.zeros((1, size, size))
        # a fold that no household has: all rows are put into one block
        loss = kernels.small_pass(self.columns, self.region, self.poor, self.weight, fold,
                                  left_out if left_out >= 0 else fold.max() + 1, theta, gradient,
                                  hessian)  # fmt: skip
        lower = hessian[0]
        hessian = lower + np.tril(lower, -1).T
        return loss / total, gradient[0] / total, hessian / total

    def predictor(self, theta: np.ndarray) -> np.ndarray:
        """Linear predictor of every household."""
        return theta[self.region] + np.append(theta, 0.0)[self.columns].sum(axis=1)

    def as_fit(self, theta: np.ndarray, fit: Fit) -> Fit:
        """The coefficients by region, question and answer."""
        gamma = np.broadcast_to(theta[: self.regions], self.named).copy()
        return replace(fit, gamma=gamma, beta=by_answer(theta, self.tables), tau=self.tau)
