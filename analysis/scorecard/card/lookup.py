"""From a score to a probability, for each line: by region, and national.

Probabilities are kept in tenths of a per cent, as whole numbers, so that paper, phone,
page and program all show the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from analysis.scorecard.model.newton import newton_logit
from analysis.scorecard.model.points import BEST

WHOLE = 1000  # probabilities in tenths of a per cent
HINT = 1e4  # variance of a prior on all coefficients of another line, in squared log-odds


@dataclass(frozen=True)
class Lookup:
    """Probability of being poor by one line, for each score from 0 to 100.

    Attributes
    ----------
    national : tuple of int
        101 probabilities in tenths of a per cent, never rising.
    regions : tuple of tuple of int
        The same for each region, in the order of the card.
    """

    national: tuple[int, ...]
    regions: tuple[tuple[int, ...], ...]


def model_lookup(
    intercepts: np.ndarray,
    slope: float,
    score: np.ndarray,
    weight: np.ndarray,
    poor: np.ndarray,
    region: np.ndarray | None = None,
) -> Lookup:
    """Tabulate P(poor | S, region) = σ(η_region − S · slope), formula (6).

    Parameters
    ----------
    intercepts : ndarray, shape (regions,)
        η of the household with a score of 0 in each region.
    slope : float
        Logits a point: M/100 for the line that the card is built for.
    score, weight, poor : ndarray, shape (households,)
        The training households; the national column is the curve of the same slope that
        gives them their poverty rate.
    region : ndarray of int, shape (households,), optional
        With it, the columns of the regions are moved by a common step to give them that rate
        too, as the fit did before its points were rounded.
    """
    grid = np.arange(BEST + 1)
    national = _level(np.zeros(len(score)), slope, score, weight, poor)
    step = 0.0 if region is None else _level(intercepts[region], slope, score, weight, poor)
    return Lookup(
        _whole(expit(national - slope * grid)),
        tuple(_whole(expit(intercept + step - slope * grid)) for intercept in intercepts),
    )


def _level(offset, slope: float, score, weight, poor) -> float:
    """What is to be added to all linear predictors to give the poverty rate."""
    rate = np.average(poor, weights=weight)

    def excess(intercept: float) -> float:
        return np.average(expit(intercept + offset - slope * score), weights=weight) - rate

    return brentq(excess, -60.0, 60.0 + slope * BEST, xtol=1e-12)


def other_line(
    score: np.ndarray,
    region: np.ndarray,
    regions: int,
    weight: np.ndarray,
    poor: np.ndarray,
    tau: float = np.inf,
) -> Lookup:
    """Lookup of the same score for another line: its own slope and region intercepts.

    A pseudo-maximum-likelihood fit; the hint of a penalty keeps a region where nobody
    is poor by this line from an infinite intercept. ``tau`` is that of the intercepts
    (see :mod:`~analysis.scorecard.model.region_intercepts`).
    """
    n, levels = len(score), regions if tau > 0 else 1
    at = region if tau > 0 else np.zeros_like(region)
    features = np.column_stack([at[:, None] == np.arange(levels), -score / BEST]).astype(float)
    penalty = np.eye(levels + 1) / (HINT * n)
    if 0 < tau < np.inf:
        away = np.eye(levels) - 1 / levels
        penalty[:levels, :levels] += away / (n * tau**2)
    theta, _ = newton_logit(
        features, poor, weight / weight.sum(), np.zeros(levels + 1),
        penalty=penalty, longest=2.0, tolerance=1e-9,
    )  # fmt: skip
    # a probability that rises with the score would be an artefact of a hopeless fit
    slope = max(float(theta[-1]), 0.0) / BEST
    lookup = model_lookup(theta[:-1], slope, score, weight, poor)
    return lookup if tau > 0 else everywhere(lookup, regions)


def everywhere(lookup: Lookup, regions: int) -> Lookup:
    """The lookup with the country's column for every region."""
    return Lookup(lookup.national, (lookup.national,) * regions)


def _whole(probability: np.ndarray) -> tuple[int, ...]:
    return tuple(int(p) for p in np.floor(probability * WHOLE + 0.5))
