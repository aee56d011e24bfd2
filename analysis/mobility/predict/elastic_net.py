r"""Elastic-net logistic regression over a whole grid of penalties.

Minimizes, over coefficients :math:`w_k` and intercepts :math:`b_k`,

.. math:: \frac1n \sum_i \ell_i(w, b) + \lambda \Bigl[\frac{1-\alpha}{2}\|w\|_2^2
          + \alpha \|w\|_1\Bigr], \qquad \lambda = \frac{1}{nC},

which is scikit-learn's objective divided by nC (alpha is its ``l1_ratio``);
the loss is binomial for two classes (one row of coefficients) and multinomial
with one row a class for more.

The path runs from the strongest penalty to the weakest and carries all l1 ratios
side by side. Each step is a proximal Newton step (Lee, Sun and Saunders 2014):
the Hessians of all come out of one matrix product, the l1-penalized
quadratic is solved by coordinate descent, and a problem is done when it
satisfies its optimality conditions.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, softmax
from sklearn.exceptions import ConvergenceWarning

from analysis.mobility.predict.descent import descend

TOLERANCE = 1e-4
MAX_STEPS = 100
# Steps are solved this much more closely than the problem: it costs little, and what they find
# then hangs on the problem alone.
CLOSER = 0.001


@dataclass(frozen=True)
class Path:
    """Solutions on a grid of penalties.

    Attributes
    ----------
    coefficients
        Shape (Cs, l1_ratios, rows, features); one row for two classes.
    intercepts
        Shape (Cs, l1_ratios, rows).
    """

    coefficients: np.ndarray
    intercepts: np.ndarray


def path(
    features: np.ndarray,
    labels: np.ndarray,
    Cs: np.ndarray,
    l1_ratios: np.ndarray,
    tolerance: float = TOLERANCE,
) -> Path:
    """Fit every pair of C and l1 ratio.

    Parameters
    ----------
    features
        Shape (n, p), standardized by the caller.
    labels
        Class numbers 0 … K-1, each present.
    Cs
        Inverse strengths, as in scikit-learn, ascending.
    l1_ratios
        Shares of the l1 penalty.
    tolerance
        Largest violation of the optimality conditions that counts as solved,
        in units of the gradient of the mean loss.
    """
    problem = _Problem(features, labels)
    l1_ratios = np.asarray(l1_ratios, float)
    shape = (len(l1_ratios), problem.rows, problem.width)
    weights = np.zeros(shape)
    intercepts = np.tile(problem.first_intercepts(), (len(l1_ratios), 1))
    solutions = np.empty((len(Cs), *shape))
    bases = np.empty((len(Cs), *shape[:2]))
    for index, C in enumerate(Cs):
        lasso, ridge = l1_ratios / (C * problem.size), (1 - l1_ratios) / (C * problem.size)
        _solve(problem, weights, intercepts, lasso, ridge, tolerance)
        solutions[index], bases[index] = weights, intercepts
    return Path(solutions, bases)


def probabilities(features: np.ndarray, fitted: Path) -> np.ndarray:
    """Class probabilities of every solution, shape (Cs, l1_ratios, n, classes)."""
    linear = np.einsum("np,cmkp->cmnk", features, fitted.coefficients, optimize=True)
    linear += fitted.intercepts[:, :, None, :]
    if linear.shape[-1] == 1:
        second = expit(linear)
        return np.concatenate([1 - second, second], axis=-1)
    return softmax(linear, axis=-1)


class _Problem:
    """The smooth part of the objective, for many coefficient vectors at once."""

    def __init__(self, features: np.ndarray, labels: np.ndarray) -> None:
        self.features = np.ascontiguousarray(features, float)
        self.size, self.width = self.features.shape
        counts = np.bincount(labels)
        self.shares = counts / self.size
        self.rows = 1 if len(counts) == 2 else len(counts)
        classes = np.arange(1, 2) if self.rows == 1 else np.arange(self.rows)
        self.truth = (labels[:, None] == classes).astype(float)

    @cached_property
    def products(self) -> np.ndarray:
        """Products of each pair of features, shape (n, p(p+1)/2), in the order of `_symmetric`."""
        result = np.empty((self.size, self.width * (self.width + 1) // 2))
        start = 0
        for index in range(self.width):
            end = start + self.width - index
            np.multiply(
                self.features[:, index, None], self.features[:, index:], out=result[:, start:end]
            )
            start = end
        return result

    @cached_property
    def positions(self) -> np.ndarray:
        """Where each second derivative in slopes stands among those of `_slopes`, as a matrix.

        Blocks of two classes follow one another, each in the order of ``products``.
        """
        inside = _symmetric(self.width)
        block = _symmetric(self.rows) * self.products.shape[1]
        result = block[:, None, :, None] + inside[None, :, None, :]
        return result.reshape(self.rows * self.width, -1)

    def first_intercepts(self) -> np.ndarray:
        if self.rows == 1:
            return np.log(self.shares[1:] / self.shares[:1])
        return np.log(self.shares) - np.log(self.shares).mean()

    def linear(self, weights: np.ndarray, intercepts: np.ndarray) -> np.ndarray:
        """Linear predictors, shape (problems, n, rows)."""
        flat = weights.reshape(-1, self.width) @ self.features.T
        shaped = flat.reshape(*weights.shape[:2], self.size) + intercepts[..., None]
        return shaped.transpose(0, 2, 1)

    def loss(self, weights: np.ndarray, intercepts: np.ndarray) -> np.ndarray:
        linear = self.linear(weights, intercepts)
        several = self.rows > 1
        total = np.logaddexp.reduce(linear, axis=2) if several else np.logaddexp(0, linear[..., 0])
        return (total - (linear * self.truth).sum(axis=2)).mean(axis=1)

    def gradient(self, weights: np.ndarray, intercepts: np.ndarray) -> tuple[np.ndarray, ...]:
        """Probabilities (problems, n, rows) and gradients of the mean loss."""
        linear = self.linear(weights, intercepts)
        probability = expit(linear) if self.rows == 1 else softmax(linear, axis=2)
        residual = (probability - self.truth).transpose(0, 2, 1) / self.size
        flat = residual.reshape(-1, self.size) @ self.features
        return probability, flat.reshape(weights.shape), residual.sum(axis=2)

    def hessians(self, probability: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Second derivatives in slopes, slopes × intercepts, and intercepts."""
        many, rows, width = len(probability), self.rows, self.width
        if rows == 1:
            curves = (probability * (1 - probability)).transpose(0, 2, 1)[:, :, None]
        else:
            across = probability.transpose(0, 2, 1)
            curves = -across[:, :, None] * across[:, None]
            diagonal = np.arange(rows)
            curves[:, diagonal, diagonal] += across
        curves = curves / self.size
        slopes = self._slopes(curves)
        mixed = curves.reshape(-1, self.size) @ self.features
        mixed = mixed.reshape(many, rows, rows, width).transpose(0, 1, 3, 2)
        size = rows * width
        return (
            slopes,
            mixed.reshape(many, size, rows),
            curves.sum(axis=3),
        )

    def _slopes(self, curves: np.ndarray) -> np.ndarray:
        """Second derivatives in slopes, shape (problems, rows · p, rows · p)."""
        many, rows = len(curves), self.rows
        if rows == 1:
            return self.features.T @ (curves[:, 0, 0, :, None] * self.features)
        # of several blocks only those above the diagonal, and half of each, in one product
        first, second = np.triu_indices(rows)
        packed = curves[:, first, second].reshape(-1, self.size) @ self.products
        return packed.reshape(many, -1).take(self.positions, axis=1)


def _symmetric(width: int) -> np.ndarray:
    """Numbers of a symmetric matrix's places, those of its upper triangle row by row."""
    upper = np.triu_indices(width)
    numbers = np.zeros((width, width), int)
    numbers[upper] = numbers.T[upper] = np.arange(len(upper[0]))
    return numbers


def _solve(
    problem: _Problem,
    weights: np.ndarray,
    intercepts: np.ndarray,
    lasso: np.ndarray,
    ridge: np.ndarray,
    tolerance: float,
) -> None:
    """Bring every problem of a batch to its optimum, in place."""
    todo = np.arange(len(weights))
    for step_number in range(MAX_STEPS):
        probability, slope, base = problem.gradient(weights[todo], intercepts[todo])
        missed = _violations(weights[todo], slope, base, lasso[todo], ridge[todo]) > tolerance
        if not missed.any():
            return
        todo = todo[missed]
        step, shift = _newton_steps(
            problem,
            weights[todo],
            (probability[missed], slope[missed], base[missed]),
            lasso[todo],
            ridge[todo],
            step_number,
            tolerance,
        )
        _line_search(problem, weights, intercepts, (step, shift), lasso, ridge, todo)
    warnings.warn(
        f"{len(todo)} elastic-net fits are not solved to {tolerance:g}",
        ConvergenceWarning,
        stacklevel=3,
    )


def _violations(weights, slope, base, lasso, ridge) -> np.ndarray:
    lasso, ridge = lasso[:, None, None], ridge[:, None, None]
    smooth = slope + ridge * weights
    at_zero = np.maximum(np.abs(smooth) - lasso, 0)
    elsewhere = np.abs(smooth + lasso * np.sign(weights))
    slopes = np.where(weights == 0, at_zero, elsewhere).max(axis=(1, 2))
    return np.maximum(slopes, np.abs(base).max(axis=1))


def _newton_steps(problem, weights, derivatives, lasso, ridge, step_number, tolerance):
    """Proximal Newton steps for slopes and intercepts.

    Each is solved far more closely than the problem, in more sweeps with each one.
    """
    sweeps = 200 * (1 + step_number)
    probability, slope, base = derivatives
    many, rows, width = weights.shape
    size = rows * width
    slopes, mixed, inner = problem.hessians(probability)
    # Intercepts carry no penalty: minimize them out. Adding a constant to all
    # of a multinomial fit changes nothing, so fix their sum.
    inner = inner + 1e-10 * np.eye(rows) + (1 / rows if rows > 1 else 0)
    gain = np.linalg.solve(inner, mixed.transpose(0, 2, 1))
    level = np.linalg.solve(inner, base[..., None])[..., 0]
    curve = slopes - mixed @ gain
    flat = weights.reshape(many, size)
    pull = slope.reshape(many, size) - (mixed @ level[..., None])[..., 0]
    diagonal = np.arange(size)
    floor = 1e-9 * curve[:, diagonal, diagonal].max(axis=1)
    curve[:, diagonal, diagonal] += np.maximum(ridge, floor)[:, None]
    pull = pull + ridge[:, None] * flat
    target = (curve @ flat[..., None])[..., 0] - pull
    step = np.empty_like(flat)
    for index in range(many):
        if lasso[index] == 0:
            step[index] = -np.linalg.solve(curve[index], pull[index])
            continue
        reached = flat[index].copy()  # changed in place
        descend(curve[index], target[index], lasso[index], reached, CLOSER * tolerance, sweeps)
        step[index] = reached - flat[index]
    shift = -level - (gain @ step[..., None])[..., 0]
    return step.reshape(weights.shape), shift


def _line_search(problem, weights, intercepts, steps, lasso, ridge, todo) -> None:
    """Take each step, halved until the objective no longer rises."""
    step, shift = steps

    def objective(slopes, bases, which):
        penalty = lasso[which] * np.abs(slopes).sum(axis=(1, 2))
        penalty += ridge[which] / 2 * (slopes**2).sum(axis=(1, 2))
        return problem.loss(slopes, bases) + penalty

    before = objective(weights[todo], intercepts[todo], todo)
    length = np.ones(len(todo))
    left = np.arange(len(todo))
    for _ in range(30):
        slopes = weights[todo[left]] + length[left, None, None] * step[left]
        bases = intercepts[todo[left]] + length[left, None] * shift[left]
        rises = objective(slopes, bases, todo[left]) > before[left] + 1e-12
        done = left[~rises]
        weights[todo[done]], intercepts[todo[done]] = slopes[~rises], bases[~rises]
        left = left[rises]
        if not len(left):
            return
        length[left] /= 2
