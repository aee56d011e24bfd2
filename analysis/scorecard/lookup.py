"""From a score to a probability, for each line: by region, and national.

Probabilities are kept in tenths of a per cent, as whole numbers, so that paper, phone,
page and program all show the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from analysis.scorecard.points import BEST

WHOLE = 1000  # probabilities in tenths of a per cent


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
    intercepts: np.ndarray, slope: float, score: np.ndarray, weight: np.ndarray, poor: np.ndarray
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
    """
    grid = np.arange(BEST + 1)
    rate = np.average(poor, weights=weight)

    def excess(intercept: float) -> float:
        return np.average(expit(intercept - slope * score), weights=weight) - rate

    national = brentq(excess, -60.0, 60.0 + slope * BEST, xtol=1e-12)
    return Lookup(
        _whole(expit(national - slope * grid)),
        tuple(_whole(expit(intercept - slope * grid)) for intercept in intercepts),
    )


def other_line(
    score: np.ndarray, region: np.ndarray, regions: int, weight: np.ndarray, poor: np.ndarray
) -> Lookup:
    """Lookup of the same score for another line: its own slope and region intercepts.

    A pseudo-maximum-likelihood fit; the hint of a penalty keeps a region where nobody
    is poor by this line from an infinite intercept.
    """
    dummies = (region[:, None] == np.arange(regions)).astype(float)
    features = np.column_stack([dummies, -score / BEST])
    model = LogisticRegression(C=1e4, fit_intercept=False, solver="newton-cholesky", tol=1e-8)
    model.fit(features, poor, sample_weight=weight / weight.mean())
    coefficients = model.coef_[0]
    # a probability that rises with the score would be an artefact of a hopeless fit
    slope = max(float(coefficients[-1]), 0.0) / BEST
    return model_lookup(coefficients[:-1], slope, score, weight, poor)


def _whole(probability: np.ndarray) -> tuple[int, ...]:
    return tuple(int(p) for p in np.floor(probability * WHOLE + 0.5))
