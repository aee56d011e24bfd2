"""The compiled inner loop of the elastic net."""

from __future__ import annotations

import numpy as np
from numba import njit

from analysis.store.compiled import keep_by_source

keep_by_source()


@njit(cache=True, nogil=True, fastmath={"contract"}, inline="always")
def _add(total, row, times):
    for index in range(len(total)):
        total[index] += times * row[index]


@njit(cache=True, nogil=True, fastmath={"contract"})
def descend(gram, target, lasso, weights, tolerance, sweeps):
    """Minimize ``w'Gw/2 - target'w + lasso·|w|`` in place, one coordinate after another.

    It ends when no coordinate that a sweep came to missed its optimality condition by more
    than ``tolerance``, or after so many sweeps.
    """
    size = len(weights)
    slope = -target
    for index in range(size):
        if weights[index] != 0.0:
            _add(slope, gram[index], weights[index])
    for _ in range(sweeps):
        worst = 0.0
        for index in range(size):
            old, curve = weights[index], gram[index, index]
            if curve == 0.0:  # a feature that is the same everywhere, without a ridge
                continue
            partial = curve * old - slope[index]
            new = np.sign(partial) * max(abs(partial) - lasso, 0.0) / curve
            if new == old:
                continue
            weights[index] = new
            # as in a step of its own length the slope falls by the curve times the step
            worst = max(worst, curve * abs(new - old))
            _add(slope, gram[index], new - old)
        if worst <= tolerance:
            return
