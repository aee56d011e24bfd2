"""From coefficients to whole points, so that a pencil is enough.

Formulas (4) to (6): the base answer of a question is its poorest one; an answer's
unscaled points are u_jk = max_k β_jk − β_jk; M = Σ_j max_k u_jk; printed points are
100 u_jk / M, rounded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.errors import ReportError

NO_CARD = (
    "No answer makes a difference to the probability of poverty, so there is no card to make; "
    "add questions that go with poverty."
)
BEST = 100


@dataclass(frozen=True)
class Points:
    """Whole points of each question's answers, and what ties them to the model.

    Attributes
    ----------
    points : tuple of tuple of int
        By question and answer; each question has a 0, and the largest ones add up to 100.
    scale : float
        M: logits between the poorest and the best household.
    base : float
        Σ_j max_k β_jk: what the poorest answers add to a region's intercept.
    rounding : float
        Most that rounding can move a household's score from the unrounded one.
    """

    points: tuple[tuple[int, ...], ...]
    scale: float
    base: float
    rounding: float


def whole_points(beta: tuple[np.ndarray, ...]) -> Points:
    """Round coefficients to points so that the best household scores exactly 100.

    Parameters
    ----------
    beta : tuple of ndarray
        Coefficients of each question's answers.

    Returns
    -------
    Points

    Raises
    ------
    ReportError
        If no answer makes any difference.

    Notes
    -----
    Rounding each answer by itself can leave the best household at 98 or 102. So the best
    answers share out exactly 100 by largest remainders; every other answer is rounded to
    the nearest whole number, and kept at or below its question's best answer.
    """
    unscaled = [np.max(b) - np.asarray(b, dtype=float) for b in beta]
    scale = float(sum(u.max() for u in unscaled))
    if not scale > 0:
        raise ReportError(NO_CARD)
    exact = [BEST * u / scale for u in unscaled]
    best = _largest_remainders(np.array([e.max() for e in exact]))
    points = []
    for e, most in zip(exact, best, strict=True):
        # half a point goes up, whatever the parity
        rounded = np.minimum(np.floor(e + 0.5).astype(int), most)
        rounded[e == e.max()] = most
        points.append(tuple(int(p) for p in rounded))
    rounding = float(sum(np.abs(np.array(p) - e).max() for p, e in zip(points, exact, strict=True)))
    base = float(sum(np.max(b) for b in beta))
    return Points(tuple(points), scale, base, rounding)


def _largest_remainders(shares: np.ndarray) -> np.ndarray:
    """Whole numbers nearest to ``shares`` that add up to ``BEST``; equals go by position."""
    floors = np.floor(shares + 1e-9).astype(int)
    order = np.lexsort((np.arange(len(shares)), -(shares - floors)))
    floors[order[: BEST - floors.sum()]] += 1
    return floors


def scores(points: tuple[tuple[int, ...], ...], codes: np.ndarray) -> np.ndarray:
    """Score of each household.

    Parameters
    ----------
    points : tuple of tuple of int
    codes : ndarray of int, shape (households, questions)
        Answer codes to the card's questions, in its order.

    Returns
    -------
    ndarray of int, shape (households,)
        From 0 (poorest) to 100.
    """
    total = np.zeros(len(codes), dtype=np.int64)
    for q, answers in enumerate(points):
        total += np.array(answers)[codes[:, q]]
    return total
