"""Weighted elastic-net logistic regression over answers, with unpenalized regions.

Minimises, over region intercepts γ and answer coefficients β,

    −(1/Σw) Σ_i w_i [y_i η_i − log(1 + exp η_i)] + λ [(1−α)/2 ‖β‖² + α ‖β‖₁],

with η_i = γ_region(i) + x_i'β, for a whole path of λ and for all cross-validation folds
at once. (An intercept for each region is the same model as one intercept and dummies
for all regions but one.)

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
PENALTY_RATIO = 1e-4
TOLERANCE = 3e-5  # glmnet's default ends at about 2e-4 on the same measure
EXACT = 1e-8
MOST_STEPS = 60
SEPARABLE = 0.999  # share of the deviance explained from which on a fit only runs away


@dataclass(frozen=True)
class Paths:
    """Fits along a path of penalties; lane 0 has all rows, lane 1 + f all but fold f.

    Attributes
    ----------
    penalties : ndarray, shape (penalties,)
        λ, from large to small.
    beta : ndarray, shape (penalties, columns, lanes)
    gamma : ndarray, shape (penalties, regions, lanes)
    held_out : ndarray, shape (penalties, folds)
        Mean weighted log-loss of each fold, predicted without it.
    fold_weight : ndarray, shape (folds,)
    violation : ndarray, shape (penalties, lanes)
        Largest violation of the optimality conditions, in the units of λ.
    steps : int
        Passes over the data.
    stopped : {"end", "rising", "separable", "slow"}
        Why the path ended: at its last penalty, with a held-out loss that had risen for
        long enough, with a fit that all but separates the classes, or at a penalty whose
        fit did not converge (which is left out).
    """

    penalties: np.ndarray
    beta: np.ndarray
    gamma: np.ndarray
    held_out: np.ndarray
    fold_weight: np.ndarray
    violation: np.ndarray
    steps: int
    stopped: str = "end"

    def best(self, rule: str = "least") -> int:
        """Position of the penalty chosen by the held-out loss.

        ``least`` takes the smallest loss; ``1se`` the largest penalty whose loss is
        within one standard error of it.
        """
        mean, error = self.loss()
        least = int(np.argmin(mean))
        if rule == "least":
            return least
        return int(np.flatnonzero(mean <= mean[least] + error[least])[0])

    def loss(self) -> tuple[np.ndarray, np.ndarray]:
        """Held-out log-loss of each penalty and its standard error over folds."""
        share = self.fold_weight / self.fold_weight.sum()
        mean = self.held_out @ share
        spread = (self.held_out - mean[:, None]) ** 2 @ share
        return mean, np.sqrt(spread / (len(share) - 1))


def fit_paths(
    design: Design,
    poor: np.ndarray,
    weight: np.ndarray,
    *,
    alpha: float,
    penalties: int | np.ndarray = 100,
    fold: np.ndarray | None = None,
    tolerance: float = TOLERANCE,
    patience: int | None = None,
) -> Paths:
    """Fit the path of penalties on all rows and without each fold.

    Parameters
    ----------
    design : Design
        n rows.
    poor : ndarray of bool, shape (n,)
    weight : ndarray of float, shape (n,)
        Positive; only relative sizes matter.
    alpha : float
        Mix: 1 is the lasso, near 0 is ridge.
    penalties : int or ndarray
        Number of penalties, evenly spaced in the logarithm from the smallest at which
        every answer is zero to ``PENALTY_RATIO`` of it; or the penalties, decreasing.
    fold : ndarray of int, shape (n,), optional
        Fold of each row, from 0.
    tolerance : float
        Optimality conditions hold to this share of the largest penalty.
    patience : int, optional
        End the path once so many penalties in a row have a larger held-out loss than
        the least so far: weaker ones take the most steps, and only overfit more.

    Returns
    -------
    Paths
        Ended early, and ``stopped`` says why, where weaker penalties can't serve.
    """
    state = _State.start(design, poor, weight, fold)
    state.solve(np.inf, alpha, tolerance * 0.1)
    largest = np.abs(state.g_beta[:, 0]).max() / max(alpha, 1e-3)
    if np.ndim(penalties) == 0:
        penalties = largest * np.geomspace(1.0, PENALTY_RATIO, int(penalties))
    penalties = np.asarray(penalties, dtype=float)
    lanes, folds = state.lanes, state.lanes - 1
    beta = np.zeros((len(penalties), design.columns, lanes))
    gamma = np.zeros((len(penalties), design.regions, lanes))
    held = np.zeros((len(penalties), folds))
    violation = np.zeros((len(penalties), lanes))
    fold_weight = state.fold_weight[:folds]
    worst, stopped, done = state.loss(), "end", 0
    for at, penalty in enumerate(penalties):
        violation[at] = state.solve(penalty, alpha, tolerance * largest)
        if at and violation[at].max() > tolerance * largest:
            stopped = "slow"
            break
        done = at + 1
        beta[at], gamma[at] = state.beta, state.gamma
        held[at] = state.held_out_loss()
        if patience is not None and _rising(held[:done] @ fold_weight, patience):
            stopped = "rising"
            break
        if state.loss() < (1 - SEPARABLE) * worst:
            stopped = "separable"
            break
    parts = (part[:done] for part in (penalties, beta, gamma, held))
    return Paths(*parts, fold_weight, violation[:done], state.steps, stopped)


def _rising(losses: np.ndarray, patience: int) -> bool:
    """Whether the least loss lies so many penalties back."""
    return len(losses) - 1 - int(np.argmin(losses)) >= patience


class _State:
    """The lanes' coefficients, with gradients and curvature as last worked out."""

    def __init__(self, design, poor, weight, fold):
        self.design = design
        self.poor = poor
        self.weight = weight
        self.fold = fold
        folds = int(fold.max()) + 1 if fold.size and fold.max() >= 0 else 0
        self.lanes = 1 + folds
        p, r, n = design.columns, design.regions, len(design)
        self.beta = np.zeros((p, self.lanes))
        self.gamma = np.zeros((r, self.lanes))
        self.g_beta = np.zeros((p, self.lanes))
        self.g_gamma = np.zeros((r, self.lanes))
        self.held_eta = np.zeros(n)
        self.whole_eta = np.zeros(n)
        self.fold_weight = np.bincount(np.maximum(fold, 0), weights=weight, minlength=folds)
        total = weight.sum()
        self.total = np.concatenate(([total], total - self.fold_weight[:folds]))
        self.age = np.inf
        self.steps = 0

    @classmethod
    def start(cls, design, poor, weight, fold):
        weight = np.ascontiguousarray(weight, dtype=float)
        fold = np.full(len(design), -1) if fold is None else fold
        state = cls(design, np.asarray(poor, dtype=float), weight / weight.mean(), fold)
        state.gamma[:] = _region_logits(design, state.poor, state.weight)[:, None]
        state.evaluate(np.arange(state.lanes))
        return state

    def evaluate(self, lanes: np.ndarray) -> None:
        """Gradients of the mean loss in some lanes, and the linear predictors kept by row."""
        design, width = self.design, _padded(len(lanes))
        beta = _lanes(self.beta, lanes, width)
        gamma = _lanes(self.gamma, lanes, width)
        g_beta, g_gamma = np.zeros_like(beta), np.zeros_like(gamma)
        lane_of_fold = np.full(self.lanes, -1)
        lane_of_fold[lanes] = np.arange(len(lanes))
        lane_of_row = np.where(self.fold >= 0, lane_of_fold[self.fold + 1], -1)
        eta = np.empty((min(CHUNK, len(design)), width))
        spare = np.empty_like(eta)
        keeps_whole = lane_of_fold[0] >= 0
        for first in range(0, len(design), CHUNK):
            last = min(first + CHUNK, len(design))
            e, p = eta[: last - first], spare[: last - first]
            rows = (first, last, design.indptr, design.index, design.region)
            kernels.predict(*rows, beta, gamma, e)
            _expit(e, p)
            kernels.weigh_residuals(
                first, last, p, self.poor, self.weight, lane_of_row, e, self.held_eta
            )
            if keeps_whole:
                self.whole_eta[first:last] = e[:, 0]
            kernels.add_gradient(*rows, p, g_beta, g_gamma)
        self.g_beta[:, lanes] = g_beta[:, : len(lanes)] / self.total[lanes]
        self.g_gamma[:, lanes] = g_gamma[:, : len(lanes)] / self.total[lanes]
        self.steps += 1

    def refresh(self) -> None:
        """Cross-tabulate anew with the weights of the whole fit; each lane takes out its fold."""
        probability = np.empty_like(self.whole_eta)
        _expit(self.whole_eta, probability)
        curvature = self.weight * probability * (1 - probability)
        parts = self._tabulate(np.maximum(self.fold, 0), max(self.lanes - 1, 1), curvature)
        whole = [part.sum(axis=0, keepdims=True) for part in parts]
        if self.lanes > 1:
            whole = [_less_each(all_[0], part) for all_, part in zip(whole, parts, strict=True)]
        self._set_curvature(*whole, np.arange(self.lanes))
        self.age = 0

    def refresh_own(self, lane: int) -> None:
        """Cross-tabulate with a lane's own weights, where the shared ones don't serve."""
        eta = self.predictor(lane)
        probability = np.empty_like(eta)
        _expit(eta, probability)
        used = (self.fold != lane - 1) | (lane == 0)
        curvature = np.where(used, self.weight * probability * (1 - probability), 0.0)
        parts = self._tabulate(np.zeros(len(eta), dtype=np.int64), 1, curvature)
        self._set_curvature(*parts, np.array([lane]))
        self.age = np.inf

    def _tabulate(self, block, blocks, curvature):
        p, r = self.design.columns, self.design.regions
        xx, rx, rr = np.zeros((blocks, p, p)), np.zeros((blocks, r, p)), np.zeros((blocks, r))
        kernels.cross_tabulate(
            self.design.indptr, self.design.index, self.design.region, block, curvature, xx, rx, rr
        )
        return xx, rx, rr

    def _set_curvature(self, xx, rx, rr, lanes):
        if not hasattr(self, "schur"):
            self.schur = np.zeros((self.lanes, *xx.shape[1:]))
            self.rx = np.zeros((self.lanes, *rx.shape[1:]))
            self.rr = np.zeros((self.lanes, *rr.shape[1:]))
        total = self.total[lanes][:, None, None]
        xx /= total
        rx /= total
        rr = np.maximum(rr / total[:, :, 0], 1e-12)
        if len(lanes) == self.lanes:
            kernels.solve_for_regions(xx, rx, rr, self.schur)
        else:
            schur = np.empty_like(xx)
            kernels.solve_for_regions(xx, rx, rr, schur)
            self.schur[lanes] = schur
        self.rx[lanes], self.rr[lanes] = rx, rr

    def solve(self, penalty: float, alpha: float, tolerance: float) -> np.ndarray:
        """Step until every lane meets the optimality conditions; return the violations."""
        l1, l2 = penalty * alpha, penalty * (1 - alpha)
        if not np.isfinite(penalty):
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

    def _step(self, lanes, l1, l2, tolerance):
        kernels.descend(
            lanes, self.schur, self.rx, self.rr, self.g_beta, self.g_gamma,
            self.beta, self.gamma, l1, l2, 0.1 * tolerance, 1000,
        )  # fmt: skip
        self.evaluate(lanes)

    def _careful_step(self, lanes, l1, l2, tolerance):
        """A step with each lane's own curvature, halved until the objective doesn't rise."""
        for lane in lanes:
            one = np.array([lane])
            self.refresh_own(lane)
            beta, gamma = self.beta[:, lane].copy(), self.gamma[:, lane].copy()
            before = self.objective(lane, l1, l2)
            self._step(one, l1, l2, tolerance)
            for _ in range(30):
                if self.objective(lane, l1, l2) <= before + 1e-12 * abs(before):
                    break
                self.beta[:, lane] = (self.beta[:, lane] + beta) / 2
                self.gamma[:, lane] = (self.gamma[:, lane] + gamma) / 2
                self.evaluate(one)

    def predictor(self, lane: int) -> np.ndarray:
        """Linear predictor of every row by one lane."""
        d = self.design
        eta = np.empty((len(d), 1))
        beta, gamma = (np.ascontiguousarray(a[:, [lane]]) for a in (self.beta, self.gamma))
        kernels.predict(0, len(d), d.indptr, d.index, d.region, beta, gamma, eta)
        return eta[:, 0]

    def objective(self, lane: int, l1: float, l2: float) -> float:
        """The penalized mean loss of one lane."""
        used = (self.fold != lane - 1) | (lane == 0)
        losses = log_loss(self.predictor(lane), self.poor)
        beta = self.beta[:, lane]
        penalty = 0.5 * l2 * (beta**2).sum() + (l1 * np.abs(beta).sum() if beta.any() else 0.0)
        return float((self.weight * losses)[used].sum() / self.total[lane] + penalty)

    def loss(self) -> float:
        """Mean weighted log-loss of the fit to all rows; at best 0."""
        return float(np.average(log_loss(self.whole_eta, self.poor), weights=self.weight))

    def held_out_loss(self) -> np.ndarray:
        """Mean weighted log-loss of each fold under the lane that left it out."""
        folds = self.lanes - 1
        if not folds:
            return np.zeros(0)
        losses = self.weight * log_loss(self.held_eta, self.poor)
        return np.bincount(self.fold, weights=losses, minlength=folds) / self.fold_weight


def tabulate(design: Design, curvature: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted cross-tabulations of answers (on and below the diagonal), by region, of regions."""
    p, r = design.columns, design.regions
    xx, rx, rr = np.zeros((1, p, p)), np.zeros((1, r, p)), np.zeros((1, r))
    block = np.zeros(len(design), dtype=np.int64)
    kernels.cross_tabulate(design.indptr, design.index, design.region, block, curvature, xx, rx, rr)
    return xx[0], rx[0], rr[0]


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


def _less_each(whole: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """The whole, then the whole less each part."""
    found = np.empty((1 + len(parts), *whole.shape))
    found[0] = whole
    np.subtract(whole, parts, out=found[1:])
    return found


def _region_logits(design: Design, poor: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Logit of each region's poverty rate, drawn a little towards the middle."""
    all_ = np.bincount(design.region, weights=weight, minlength=design.regions)
    some = np.bincount(design.region, weights=weight * poor, minlength=design.regions)
    share = (some + 0.5) / (all_ + 1.0)
    return np.log(share / (1 - share))


def _padded(lanes: int) -> int:
    """Whole vector registers run faster than the right number of lanes."""
    return lanes if lanes <= 2 else -(-lanes // 4) * 4


def _lanes(values: np.ndarray, lanes: np.ndarray, width: int) -> np.ndarray:
    taken = np.zeros((values.shape[0], width))
    taken[:, : len(lanes)] = values[:, lanes]
    return taken
