"""Percentile intervals of many bootstrap quantities at once."""

from __future__ import annotations

import numpy as np


def interval(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % percentile interval over the first axis; undefined draws are left out."""
    low, high = np.nanquantile(draws, [0.025, 0.975], axis=0)
    return low, high


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Quotient that is undefined (NaN), without a warning, where the divisor is 0."""
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)
