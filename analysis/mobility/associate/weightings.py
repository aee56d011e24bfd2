"""Correlations and slopes for many weightings of the zones at once.

A weighting says how often each zone counts: once, as often as a resample of states drew it
(`scores.state_draws`), by its children, or by both. Estimates that are compared share their
draws, so that what moves both of them cancels.
"""

from __future__ import annotations

import numpy as np

from analysis.mobility.predict import scores


def draws_with_estimate(
    states: np.ndarray, draws: int = scores.RESAMPLES, seed: int = scores.SEED
) -> np.ndarray:
    """Weightings whose first row is the data and whose others are resamples of states.

    Parameters
    ----------
    states : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (1 + draws, n)
    """
    drawn = scores.state_draws(np.asarray(states, str), draws, seed)
    return np.vstack([np.ones(len(states)), drawn])


def with_ends(*names: str) -> list[str]:
    """Names of columns for the values of `with_interval`: each name, ``_low`` and ``_high``."""
    return [f"{name}{end}" for name in names for end in ("", "_low", "_high")]


def with_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Estimate and 95 % percentile interval of values over `draws_with_estimate`."""
    return (float(values[0]), *scores.interval(values[1:]))


def correlations(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted Pearson correlation under each weighting.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Without gaps.
    weights : ndarray, shape (draws, n)

    Returns
    -------
    ndarray, shape (draws,)
        NaN where a draw leaves no variance.
    """
    xx, yy, xy = _moments(x, y, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        return xy / np.sqrt(xx * yy)


def slopes(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Slope of y on x by weighted least squares under each weighting; see `correlations`."""
    xx, _, xy = _moments(x, y, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        return xy / np.where(xx > 0, xx, np.nan)


def joint_slopes(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Slopes of y on several traits at once, with an intercept, under each weighting.

    Parameters
    ----------
    x : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    weights : ndarray, shape (draws, n)

    Returns
    -------
    ndarray, shape (draws, p)
    """
    whole = np.column_stack([np.ones(len(y)), x])
    size = whole.shape[1]
    cross = (whole[:, :, None] * whole[:, None, :]).reshape(len(y), -1)
    gram = (weights @ cross).reshape(-1, size, size)
    right = weights @ (whole * y[:, None])
    # a resample can leave traits collinear, which the pseudo-inverse survives
    return np.einsum("dpq,dq->dp", np.linalg.pinv(gram, hermitian=True), right)[:, 1:]


def standard(values: np.ndarray) -> np.ndarray:
    """Values in standard deviations (divisor n) from their mean, column by column."""
    return (values - values.mean(axis=0)) / values.std(axis=0, ddof=0)


def _moments(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, ...]:
    """Centered weighted sums xx, yy and xy; centered first, so that no digits are lost."""
    x, y = x - x.mean(), y - y.mean()
    total = weights.sum(axis=1)
    mx, my = weights @ x / total, weights @ y / total
    xx = weights @ (x * x) - total * mx**2
    yy = weights @ (y * y) - total * my**2
    return xx, yy, weights @ (x * y) - total * mx * my
