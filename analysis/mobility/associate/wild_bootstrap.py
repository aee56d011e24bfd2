"""Tests and intervals for one coefficient when few clusters are of unequal size.

The restricted wild cluster bootstrap t of Cameron, Gelbach and Miller (2008): fit the
regression with the coefficient held at its null, flip the residuals of whole clusters at
random, and ask how often the t statistic of such data is as large as the real one. Errors
are those of the usual sandwich with its small-sample factor (CR1).

Sums by cluster are all that a draw needs, so all draws are a few matrix products
(Roodman, MacKinnon, Nielsen and Webb 2019). Other variables are partialled out (Frisch
and Waugh), and each draw projects its flipped residuals on all of them anew.

Weights are signs (Rademacher's, 1 or -1). Webb's six values help where a handful of
clusters leaves few combinations of signs; fifty states have more than could ever be drawn,
and signs keep their size on them (`false_alarms`). A state of one zone is no special case:
its residual keeps or changes its sign like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

DRAWS = 9999
FINE_DRAWS = 999_999
SEED = 2008
LEVEL = 0.95
# Null values tried on either side, in standard errors from the estimate: the test can
# reject one and not the next one out, so that the outermost must be looked for.
_STEPS = np.concatenate([np.arange(0.5, 8.1, 0.5), 2.0 ** np.arange(4, 11)])
_HALVINGS = 14
BLOCK = 128
# Flipping every sign gives the same statistic, up to rounding.
_ALIKE = 1 - 1e-9


@dataclass(frozen=True)
class WildTest:
    """One coefficient with its test and interval.

    Attributes
    ----------
    estimate : float
        Least-squares coefficient.
    std_error : float
        Clustered (CR1).
    p_value : float
        Two-sided, of the coefficient being 0.
    low, high : float
        Lowest and highest null value that the test does not reject; infinite where no
        value would be rejected on that side.
    clusters : int
    """

    estimate: float
    std_error: float
    p_value: float
    low: float
    high: float
    clusters: int


@dataclass(frozen=True)
class Design:
    """What the draws need to know of one regressor, by cluster.

    Attributes
    ----------
    basis : ndarray, shape (n, k)
        Orthonormal columns: the other variables, and last the regressor less their part.
    length : float
        Length of the regressor less their part.
    clusters : ndarray of int, shape (n,)
        Number of each row's cluster, 0 to G - 1.
    own : ndarray, shape (G, k)
        Products of the regressor's part with the basis, summed by cluster.
    """

    basis: np.ndarray
    length: float
    clusters: np.ndarray
    own: np.ndarray

    @property
    def correction(self) -> float:
        """Small-sample factor of the CR1 variance."""
        (size, columns), count = self.basis.shape, len(self.own)
        return count / (count - 1) * (size - 1) / (size - columns)


def wild_test(
    y: np.ndarray,
    x: np.ndarray,
    clusters: np.ndarray,
    controls: np.ndarray | None = None,
    *,
    draws: int = DRAWS,
    bar: float | None = None,
    level: float = LEVEL,
    seed: int = SEED,
) -> WildTest:
    """Test the coefficient of ``x`` in a regression of ``y``, and invert the test.

    Parameters
    ----------
    y, x : ndarray, shape (n,)
    clusters : ndarray, shape (n,)
        Labels; neither their names nor the order of rows matter.
    controls : ndarray, shape (n, k), optional
        Other variables, the constant among them; a constant alone unless given. For an
        intercept a cluster, take the clusters' means off ``y`` and ``x`` and give no
        column: flipped residuals then still add up to 0 in each cluster.
    draws : int
        Random draws of signs. Where all combinations of signs are no more than these,
        each is used once and the p-value is exact.
    bar : float, optional
        Where a verdict is to be made: a p-value within a factor of two of it is computed
        again from `FINE_DRAWS`, so that Monte-Carlo error can't decide.

    Raises
    ------
    ValueError
        If there are fewer than two clusters, or nothing is left of ``x``.
    """
    y = np.asarray(y, float)
    plan = design(x, clusters, controls)
    left = y - plan.basis[:, :-1] @ (plan.basis[:, :-1].T @ y)
    part = plan.basis[:, -1] * plan.length
    estimate = float(left @ part) / plan.length**2
    p_value, squares = _far_tail(plan, left[:, None], draws, seed)
    if bar is not None and bar / 2 <= p_value <= 2 * bar:
        p_value, _ = _far_tail(plan, left[:, None], max(draws, FINE_DRAWS), seed)
    error = float(np.sqrt(plan.correction * squares)) / plan.length**2
    signs = sign_draws(len(plan.own), min(draws, DRAWS), seed)  # 5% is no far tail
    p_value_of = _p_value_function(plan, left - estimate * part, part, signs)
    low, high = (
        estimate + _end(p_value_of, side * error, -estimate, 1 - level) for side in (-1.0, 1.0)
    )
    return WildTest(estimate, error, p_value, low, high, len(plan.own))


def design(x: np.ndarray, clusters: np.ndarray, controls: np.ndarray | None = None) -> Design:
    """Prepare a regressor for many draws or outcomes; parameters as in `wild_test`."""
    x = np.asarray(x, float)
    names, code = np.unique(clusters, return_inverse=True)
    if len(names) < 2:
        raise ValueError("a test by clusters needs two clusters or more")
    controls = np.ones((len(x), 1)) if controls is None else np.asarray(controls, float)
    others = _orthonormal(controls)
    part = x - others @ (others.T @ x)
    part -= others @ (others.T @ part)
    length = float(np.linalg.norm(part))
    if length <= 1e-10 * np.linalg.norm(x):
        raise ValueError("nothing is left of the regressor beside the other variables")
    basis = np.column_stack([others, part / length])
    code = _by_weight(code, part)
    return Design(basis, length, code, _sums(basis * part[:, None], code))


def statistics(
    plan: Design, residuals: np.ndarray, signs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Numerators of t and sums of squared scores, for each draw of signs.

    With z the regressor's part, a draw's coefficient is its numerator over z'z and its
    CR1 variance the sum of squares, times the correction, over (z'z)².

    Parameters
    ----------
    residuals : ndarray, shape (n, m)
        Restricted residuals of m outcomes.
    signs : ndarray, shape (draws, G)

    Returns
    -------
    tuple of ndarray, each of shape (draws, m)
    """
    count, width = plan.own.shape
    outcomes = residuals.shape[1]
    scores = _sums(residuals * (plan.basis[:, -1:] * plan.length), plan.clusters)
    shares = [_sums(residuals * plan.basis[:, [k]], plan.clusters) for k in range(width)]
    # What the draw's own regression takes away again, along each column of the basis, and
    # what that takes off the squares: both are sums over clusters of what signs may flip.
    fitted = np.stack(shares, axis=1)
    kept = np.tensordot(fitted, plan.own.T @ plan.own, axes=(1, 0)).swapaxes(1, 2)
    kept = kept - 2 * plan.own[:, :, None] * scores[:, None, :]
    both = np.concatenate([fitted, kept], axis=1).reshape(count, -1)
    squares = (scores**2).sum(axis=0)  # signs leave squares alone
    top, spread = np.empty((2, len(signs), outcomes))
    for start in range(0, len(signs), BLOCK):  # blocks that a core's own memory holds
        some = slice(start, start + BLOCK)
        drawn = (signs[some] @ both).reshape(-1, 2, width, outcomes)
        top[some] = drawn[:, 0, -1]
        spread[some] = np.einsum("dkm,dkm->dm", drawn[:, 0], drawn[:, 1])
    return top * plan.length, np.maximum(squares + spread, 1e-12 * squares)


def p_values(top: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Share of draws at least as far from 0 as the first, which are the data themselves.

    Parameters
    ----------
    top, spread : ndarray, shape (draws, m)
        Of `statistics`.

    Returns
    -------
    ndarray, shape (m,)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        squared = np.nan_to_num(top**2 / spread)
    return (squared >= _ALIKE * squared[0]).mean(axis=0)


@lru_cache(maxsize=8)
def sign_draws(clusters: int, draws: int = DRAWS, seed: int = SEED) -> np.ndarray:
    """Signs by cluster, shape (draws + 1, clusters); the first row leaves the data alone.

    All combinations, where they are no more than ``draws``.
    """
    if 2**clusters <= draws:
        return np.array(list(product((1.0, -1.0), repeat=clusters)))
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(draws + 1, clusters))
    signs[0] = 1
    return signs


def _far_tail(plan: Design, left: np.ndarray, draws: int, seed: int) -> tuple[float, float]:
    """P-value of the null 0, from blocks of draws, and the data's own sum of squares.

    The data's scores are those of the unrestricted residuals, whatever the null.
    """
    reached = done = 0.0
    for block in range(-(-draws // DRAWS)):
        size = min(DRAWS, draws - block * DRAWS)
        signs = sign_draws(len(plan.own), size, seed + block)
        top, spread = statistics(plan, left, signs)
        # the data count once
        reached += p_values(top, spread)[0] * len(signs) - (block > 0)
        done += len(signs) - (block > 0)
        if len(signs) != size + 1:
            break  # all combinations, which are not to be had twice
    return float(reached / done), float(spread[0, 0])


def _p_value_function(
    plan: Design, rest: np.ndarray, part: np.ndarray, signs: np.ndarray
) -> Callable[[float], float]:
    """From a null value, less the estimate, to its p-value.

    Restricted residuals are linear in the null and sums of squares quadratic, so three
    samples give the statistics of every null: the unrestricted residuals, the
    regressor's part in the same units, and their difference.
    """
    unit = (np.linalg.norm(rest) or 1.0) / plan.length
    samples = np.column_stack([rest, part * unit, rest - part * unit])
    top, spread = statistics(plan, samples, signs)
    both = (spread[:, 0] + spread[:, 1] - spread[:, 2]) / 2

    def p_value_of(away: float) -> float:
        step = away / unit
        squares = spread[:, 0] - 2 * step * both + step**2 * spread[:, 1]
        moved = top[:, 0] - step * top[:, 1]
        return float(p_values(moved[:, None], squares[:, None])[0])

    return p_value_of


def _end(p_value_of: Callable[[float], float], unit: float, zero: float, level: float) -> float:
    """Outermost null value that is not rejected, on the side that ``unit`` points to.

    Null values are counted from the estimate; ``zero`` is where the value 0 lies.
    """
    tried = np.append(_STEPS * unit, zero if zero * unit > 0 else [])
    tried = tried[np.abs(tried).argsort()]
    kept = [index for index, away in enumerate(tried) if p_value_of(away) > level]
    last = max(kept, default=-1)
    if last == len(tried) - 1:
        return float(np.copysign(np.inf, unit))
    accepted, rejected = tried[last] if kept else 0.0, tried[last + 1]
    for _ in range(_HALVINGS):
        middle = (accepted + rejected) / 2
        if p_value_of(middle) > level:
            accepted = middle
        else:
            rejected = middle
    return float(accepted)


def _by_weight(code: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Number clusters by what they weigh in the regression, so that names don't matter."""
    weight = np.bincount(code, part**2)
    size = np.bincount(code)
    number = np.empty(len(weight), int)
    number[np.lexsort((np.bincount(code, part), size, weight.round(12)))] = np.arange(len(weight))
    return number[code]


def _orthonormal(columns: np.ndarray) -> np.ndarray:
    """Orthonormal columns that span the same space."""
    if columns.shape[1] == 0:
        return columns
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    return left[:, sizes > 1e-10 * sizes[0]]


def _sums(values: np.ndarray, code: np.ndarray) -> np.ndarray:
    member = code == np.arange(code.max() + 1)[:, None]
    return member.astype(float) @ values
