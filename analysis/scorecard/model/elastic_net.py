"""Weighted elastic-net logistic regression over answers, with unpenalized regions.

Minimizes, over region intercepts γ and answer coefficients β,

    −(1/Σw) Σ_i w_i [y_i η_i − log(1 + exp η_i)] + λ [(1−α)/2 ‖β‖² + α ‖β‖₁],

with η_i = γ_region(i) + x_i'β, for a whole path of λ and for all cross-validation folds
at once; α is the ``l1_ratio``. (An intercept for each region is the same model as one intercept
and dummies for all regions but one.)

How: proximal Newton steps. The gradient is exact. The curvature of the fit without a
fold is taken as that of the whole fit less the fold's own cross-tabulation, and is kept
while it serves: that costs steps, not exactness, since a fit ends only when the exact
gradient meets the optimality conditions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.scorecard.model import kernels
from analysis.scorecard.model.design_matrix import Design

CHUNK = 1024
LAMBDA_RATIO = 1e-4
TOLERANCE = 3e-5  # glmnet's default ends at about 2e-4 on the same measure
EXACT = 1e-8
MOST_STEPS = 60
SEPARABLE = 0.999  # share of the deviance explained from which on a fit only runs away


@dataclass(frozen=True)
class Paths:
    """Fits along a path of λ; replicate 0 has all rows, replicate 1 + f all but fold f.

    Attributes
    ----------
    lambdas : ndarray, shape (lambdas,)
        From large to small.
    beta : ndarray, shape (lambdas, columns, replicates)
    gamma : ndarray, shape (lambdas, regions, replicates)
    held_out : ndarray, shape (lambdas, folds)
        Mean weighted log-loss of each fold, predicted without it.
    fold_weight : ndarray, shape (folds,)
    violation : ndarray, shape (lambdas, replicates)
        Largest violation of the optimality conditions, in the units of λ.
    steps : int
        Passes over the data.
    stopped : {"end", "rising", "separable", "slow"}
        Why the path ended: at its last λ, with a held-out loss that had risen for
        long enough, with a fit that all but separates the classes, or at a λ whose
        fit did not converge (which is left out).
    """

    lambdas: np.ndarray
    beta: np.ndarray
    gamma: np.ndarray
    held_out: np.ndarray
    fold_weight: np.ndarray
    violation: np.ndarray
    steps: int
    stopped: str = "end"

    def best(self, rule: str = "least") -> int:
        """Position of the λ chosen by the held-out loss.

        ``least`` takes the smallest loss; ``1se`` the largest λ whose loss is
        within one standard error of it.
        """
        mean, error = self.loss()
        least = int(np.argmin(mean))
        if rule == "least":
            return least
        return int(np.flatnonzero(mean <= mean[least] + error[least])[0])

    def loss(self) -> tuple[np.ndarray, np.ndarray]:
        """Held-out log-loss of each λ and its standard error over folds."""
        share = self.fold_weight / self.fold_weight.sum()
        mean = self.held_out @ share
        variance = (self.held_out - mean[:, None]) ** 2 @ share
        return mean, np.sqrt(variance / (len(share) - 1))


def fit_paths(
    design: Design,
    poor: np.ndarray,
    weight: np.ndarray,
    *,
    l1_ratio: float,
    lambdas: int | np.ndarray = 100,
    fold: np.ndarray | None = None,
    tolerance: float = TOLERANCE,
    patience: int | None = None,
) -> Paths:
    """Fit the path of λ on all rows and without each fold.

    Parameters
    ----------
    design : Design
        n rows.
    poor : ndarray of bool, shape (n,)
    weight : ndarray of float, shape (n,)
        Positive; only relative sizes matter.
    l1_ratio : float
        α: 1 is the lasso, near 0 is ridge.
    lambdas : int or ndarray
        Number of λ, evenly spaced in the logarithm from the smallest at which
        every answer is zero to ``LAMBDA_RATIO`` of it; or the λ, decreasing.
    fold : ndarray of int, shape (n,), optional
        Fold of each row, from 0.
    tolerance : float
        Optimality conditions hold to this share of the largest λ.
    patience : int, optional
        End the path once so many λ in a row have a larger held-out loss than
        the least so far: weaker ones take the most steps, and only overfit more.

    Returns
    -------
    Paths
        Ended early, and ``stopped`` says why, where smaller λ can't serve.
    """
    state = _State(design, poor, weight, fold)
    state.solve(np.inf, l1_ratio, tolerance * 0.1)
    largest = np.abs(state.g_beta[:, 0]).max() / max(l1_ratio, 1e-3)
    if np.ndim(lambdas) == 0:
        lambdas = largest * np.geomspace(1.0, LAMBDA_RATIO, int(lambdas))
    lambdas = np.asarray(lambdas, dtype=float)
    replicates, folds = state.replicates, state.replicates - 1
    beta = np.zeros((len(lambdas), design.columns, replicates))
    gamma = np.zeros((len(lambdas), design.regions, replicates))
    held_out = np.zeros((len(lambdas), folds))
    violation = np.zeros((len(lambdas), replicates))
    fold_weight = state.fold_weight[:folds]
    worst, stopped, done = state.loss(), "end", 0
    for index, lambda_ in enumerate(lambdas):
        violation[index] = state.solve(lambda_, l1_ratio, tolerance * largest)
        if index and violation[index].max() > tolerance * largest:
            stopped = "slow"
            break
        done = index + 1
        beta[index], gamma[index] = state.beta, state.gamma
        held_out[index] = state.held_out_loss()
        if patience is not None and _rising(held_out[:done] @ fold_weight, patience):
            stopped = "rising"
            break
        if state.loss() < (1 - SEPARABLE) * worst:
            stopped = "separable"
            break
    parts = (part[:done] for part in (lambdas, beta, gamma, held_out))
    return Paths(*parts, fold_weight, violation[:done], state.steps, stopped)


def _rising(losses: np.ndarray, patience: int) -> bool:
    """Whether the least loss lies so many λ back."""
    return len(losses) - 1 - int(np.argmin(losses)) >= patience


class _State:
    """The replicates' coefficients, with gradients and curvature as last worked out."""

    def __init__(self, design, poor, weight, fold):
        self.design = design
        self.poor = np.asarray(poor, dtype=float)
        weight = np.ascontiguousarray(weight, dtype=float)
        self.weight = weight / weight.mean()
        self.fold = np.full(len(design), -1) if fold is None else fold
        folds = int(self.fold.max()) + 1 if len(design) else 0
        self.replicates = 1 + folds
        p, r, n = design.columns, design.regions, len(design)
        logits = region_logits(design.region, r, self.poor, self.weight)
        self.beta = np.zeros((p, self.replicates))
        self.gamma = np.repeat(logits[:, None], self.replicates, axis=1)
        self.g_beta, self.g_gamma = np.zeros_like(self.beta), np.zeros_like(self.gamma)
        self.held_eta, self.whole_eta = np.zeros(n), np.zeros(n)
        self.schur = np.zeros((self.replicates, p, p))
        self.rx, self.rr = np.zeros((self.replicates, r, p)), np.zeros((self.replicates, r))
        self.fold_weight = np.bincount(
            np.maximum(self.fold, 0), weights=self.weight, minlength=folds
        )
        total = self.weight.sum()
        self.total = np.concatenate(([total], total - self.fold_weight[:folds]))
        self.age = np.inf
        self.steps = 0
        self.evaluate(np.arange(self.replicates))

    def evaluate(self, replicates: np.ndarray) -> None:
        """Gradients of the mean loss in some replicates, and the linear predictors kept by row."""
        design, width = self.design, _padded(len(replicates))
        beta = _padded_columns(self.beta, replicates, width)
        gamma = _padded_columns(self.gamma, replicates, width)
        g_beta, g_gamma = np.zeros_like(beta), np.zeros_like(gamma)
        replicate_of_fold = np.full(self.replicates, -1)
        replicate_of_fold[replicates] = np.arange(len(replicates))
        replicate_of_row = np.where(self.fold >= 0, replicate_of_fold[self.fold + 1], -1)
        eta = np.empty((min(CHUNK, len(design)), width))
        spare = np.empty_like(eta)
        keeps_whole = replicate_of_fold[0] >= 0
        for first in range(0, len(design), CHUNK):
            last = min(first + CHUNK, len(design))
            e, p = eta[: last - first], spare[: last - first]
            rows = (first, last, design.indptr, design.index, design.region)
            kernels.predict(*rows, beta, gamma, e)
            _expit(e, p)
            kernels.weigh_residuals(
                first, last, p, self.poor, self.weight, replicate_of_row, e, self.held_eta
            )
            if keeps_whole:
                self.whole_eta[first:last] = e[:, 0]
            kernels.add_gradient(*rows, p, g_beta, g_gamma)
        self.g_beta[:, replicates] = g_beta[:, : len(replicates)] / self.total[replicates]
        self.g_gamma[:, replicates] = g_gamma[:, : len(replicates)] / self.total[replicates]
        self.steps += 1

    def refresh(self) -> None:
        """Cross-tabulate anew with the weights of the whole fit; a replicate takes out its fold."""
        probability = np.empty_like(self.whole_eta)
        _expit(self.whole_eta, probability)
        curvature = self.weight * probability * (1 - probability)
        parts = tabulate(
            self.design, curvature, np.maximum(self.fold, 0), max(self.replicates - 1, 1)
        )
        whole = [part.sum(axis=0, keepdims=True) for part in parts]
        if self.replicates > 1:
            whole = [
                np.concatenate([all_, all_ - part]) for all_, part in zip(whole, parts, strict=True)
            ]
        self._set_curvature(*whole, np.arange(self.replicates))
        self.age = 0

    def refresh_own(self, replicate: int) -> None:
        """Cross-tabulate with a replicate's own weights, where the shared ones don't serve."""
        eta = self.predictor(replicate)
        probability = np.empty_like(eta)
        _expit(eta, probability)
        used = (self.fold != replicate - 1) | (replicate == 0)
        curvature = np.where(used, self.weight * probability * (1 - probability), 0.0)
        self._set_curvature(*tabulate(self.design, curvature), np.array([replicate]))
        self.age = np.inf

    def _set_curvature(self, xx, rx, rr, replicates):
        total = self.total[replicates][:, None, None]
        xx /= total
        rx /= total
        rr = np.maximum(rr / total[:, :, 0], 1e-12)
        if len(replicates) == self.replicates:
            kernels.solve_for_regions(xx, rx, rr, self.schur)
        else:
            schur = np.empty_like(xx)
            kernels.solve_for_regions(xx, rx, rr, schur)
            self.schur[replicates] = schur
        self.rx[replicates], self.rr[replicates] = rx, rr

    def solve(self, lambda_: float, l1_ratio: float, tolerance: float) -> np.ndarray:
        """Step until every replicate meets the optimality conditions; return the violations."""
        l1, l2 = lambda_ * l1_ratio, lambda_ * (1 - l1_ratio)
        if not np.isfinite(lambda_):
            l1, l2 = np.inf, 0.0
        worst = kernels.violation(self.beta, self.g_beta, self.g_gamma, l1, l2)
        active = np.flatnonzero(worst > tolerance)
        for step in range(MOST_STEPS):
            if not active.size:
                break
            if step >= 8:
                self._careful_step(active, l1, l2, tolerance)
            else:
                if (step == 0 and self.age >= 4) or step in (3, 5):
                    self.refresh()
                self._step(active, l1, l2, tolerance)
            worst[active] = kernels.violation(
                np.ascontiguousarray(self.beta[:, active]),
                np.ascontiguousarray(self.g_beta[:, active]),
                np.ascontiguousarray(self.g_gamma[:, active]),
                l1,
                l2,
            )
            active = active[worst[active] > tolerance]
        self.age += 1
        return worst

    def _step(self, replicates, l1, l2, tolerance):
        kernels.descend(
            replicates, self.schur, self.rx, self.rr, self.g_beta, self.g_gamma,
            self.beta, self.gamma, l1, l2, 0.1 * tolerance, 1000,
        )  # fmt: skip
        self.evaluate(replicates)

    def _careful_step(self, replicates, l1, l2, tolerance):
        """A step with each replicate's own curvature, halved until the objective doesn't rise."""
        for replicate in replicates:
            one = np.array([replicate])
            self.refresh_own(replicate)
            beta, gamma = self.beta[:, replicate].copy(), self.gamma[:, replicate].copy()
            before = self.objective(replicate, l1, l2)
            self._step(one, l1, l2, tolerance)
            for _ in range(30):
                if self.objective(replicate, l1, l2) <= before + 1e-12 * abs(before):
                    break
                self.beta[:, replicate] = (self.beta[:, replicate] + beta) / 2
                self.gamma[:, replicate] = (self.gamma[:, replicate] + gamma) / 2
                self.evaluate(one)

    def predictor(self, replicate: int) -> np.ndarray:
        """Linear predictor of every row by one replicate."""
        d = self.design
        eta = np.empty((len(d), 1))
        beta, gamma = (np.ascontiguousarray(a[:, [replicate]]) for a in (self.beta, self.gamma))
        kernels.predict(0, len(d), d.indptr, d.index, d.region, beta, gamma, eta)
        return eta[:, 0]

    def objective(self, replicate: int, l1: float, l2: float) -> float:
        """The penalized mean loss of one replicate."""
        used = (self.fold != replicate - 1) | (replicate == 0)
        losses = log_loss(self.predictor(replicate), self.poor)
        beta = self.beta[:, replicate]
        lambda_ = 0.5 * l2 * (beta**2).sum() + (l1 * np.abs(beta).sum() if beta.any() else 0.0)
        return float((self.weight * losses)[used].sum() / self.total[replicate] + lambda_)

    def loss(self) -> float:
        """Mean weighted log-loss of the fit to all rows; at best 0."""
        return float(np.average(log_loss(self.whole_eta, self.poor), weights=self.weight))

    def held_out_loss(self) -> np.ndarray:
        """Mean weighted log-loss of each fold under the replicate that left it out."""
        folds = self.replicates - 1
        if not folds:
            return np.zeros(0)
        losses = self.weight * log_loss(self.held_eta, self.poor)
        return np.bincount(self.fold, weights=losses, minlength=folds) / self.fold_weight


def tabulate(
    design: Design, curvature: np.ndarray, block: np.ndarray | None = None, blocks: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted cross-tabulations of answers (on and below the diagonal), by region, of regions.

    One of each for every block of rows.
    """
    p, r = design.columns, design.regions
    xx, rx, rr = np.zeros((blocks, p, p)), np.zeros((blocks, r, p)), np.zeros((blocks, r))
    block = np.zeros(len(design), dtype=np.int64) if block is None else block
    kernels.cross_tabulate(design.indptr, design.index, design.region, block, curvature, xx, rx, rr)
    return xx, rx, rr


def log_loss(eta: np.ndarray, poor: np.ndarray) -> np.ndarray:
    """Log-loss of each row: log(1 + exp η) − y η."""
    return np.logaddexp(0.0, eta) - poor * eta


def _expit(eta: np.ndarray, out: np.ndarray) -> None:
    """σ(η) into ``out``; exp can't overflow to a wrong answer, since 1/(1 + ∞) is 0."""
    np.negative(eta, out=out)
    np.minimum(out, 700.0, out=out)
    np.exp(out, out=out)
    out += 1.0
    np.reciprocal(out, out=out)


def region_logits(
    region: np.ndarray, regions: int, poor: np.ndarray, weight: np.ndarray, one: float = 1.0
) -> np.ndarray:
    """Logit of each region's poverty rate, with a household of weight ``one`` more, half poor."""
    every = np.bincount(region, weights=weight, minlength=regions)
    among = np.bincount(region, weights=weight * poor, minlength=regions)
    share = (among + 0.5 * one) / (every + one)
    return np.log(share / (1 - share))


def _padded(replicates: int) -> int:
    """Whole vector registers run faster than the right number of replicates."""
    return replicates if replicates <= 2 else -(-replicates // 4) * 4


def _padded_columns(values: np.ndarray, replicates: np.ndarray, width: int) -> np.ndarray:
    taken = np.zeros((values.shape[0], width))
    taken[:, : len(replicates)] = values[:, replicates]
    return taken
