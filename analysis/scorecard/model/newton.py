"""Newton's method for logistic regression: on a dense matrix, and for any objective."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import expit


def newton_logit(
    x: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray,
    start: np.ndarray,
    *,
    penalty: np.ndarray | float = 0.0,
    longest: float = 1.0,
    tolerance: float = 1e-10,
) -> tuple[np.ndarray, bool]:
    """Minimize the weighted log-loss plus a quadratic penalty; no step is longer than ``longest``.

    Parameters
    ----------
    x : ndarray, shape (n, p)
    y, weight : ndarray, shape (n,)
    start : ndarray, shape (p,)
    penalty : ndarray of shape (p, p), or 0
        Half of its quadratic form is added.
    tolerance : float
        Ends with a step in which no coefficient moves farther.

    Returns
    -------
    theta : ndarray, shape (p,)
    converged : bool
    """
    theta = start
    penalty = penalty * np.ones((len(theta), len(theta)))
    for _ in range(100):
        p = expit(x @ theta)
        gradient = x.T @ (weight * (p - y)) + penalty @ theta
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + penalty
        hessian += 1e-9 * np.trace(hessian) * np.eye(len(theta))
        try:
            step = np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            break
        size = np.abs(step).max()
        theta = theta - step / max(1.0, size / longest)
        if size < tolerance:
            return theta, True
    return theta, False


def damped_newton(
    theta: np.ndarray, evaluate: Callable, direction: Callable, steps: int
) -> tuple[np.ndarray, object]:
    """Take steps, halved until the objective doesn't rise.

    Parameters
    ----------
    theta : ndarray
        Where to start.
    evaluate : callable
        From coefficients to the objective and its derivatives.
    direction : callable
        From coefficients, derivatives and what the last step gained to the next step; None at
        the end.
    steps : int
        Most evaluations.

    Returns
    -------
    theta : ndarray
    derivatives
        As last evaluated.
    """
    step, before = np.zeros_like(theta), np.inf
    for _ in range(steps):
        value, derivatives = evaluate(theta + step)
        if value > before + 1e-13:
            step = step / 2
            continue
        theta, gained, before = theta + step, before - value, value
        step = direction(theta, derivatives, gained)
        if step is None:
            break
    return theta, derivatives
