"""The compiled inner loop of the elastic net."""

from __future__ import annotations

import numpy as np
from numba import njit

from analysis.store.compiled import keep_by_source

keep_by_source()


@njit(cache=True, nogil=True, fastmath={"contract"}, inline="always")
def _add(total, row, times):
    for place in range(len(total)):
        total[place] += times * row[place]


@njit(cache=True, nogil=True, fastmath={"contract"})
def descend(gram, target, penalty, weights, tolerance, sweeps):
    """Minimise ``w'Gw/2 - target'w + penalty·|w|`` in place, one coordinate after another.

    It ends when no coordinate that a sweep came to missed its optimality condition by more
    than ``tolerance``, or after so many sweeps.
    """
    size = len(weights)
    slope = -target
    for place in range(size):
        if weights[place] != 0.0:
            _add(slope, gram[place], weights[place])
    for _ in range(sweeps):
        worst = 0.0
        for place in range(size):
            before, curve = weights[place], gram[place, place]
            if curve == 0.0:  # a feature that is the same everywhere, without a ridge
                continue
            pull = curve * before - slope[place]
            after = np.sign(pull) * max(abs(pull) - penalty, 0.0) / curve
            if after == before:
                continue
            weights[place] = after
            # as in a step of its own length the slope falls by the curve times the step
            worst = max(worst, curve * abs(after - before))
            _add(slope, gram[place], after - before)
        if worst <= tolerance:
            return
