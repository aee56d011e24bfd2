"""Folds and resamples that never split a state, and the intervals that come of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold

LEVEL = 0.95


def state_folds(states: pd.Series, folds: int) -> np.ndarray:
    """Number of the fold that holds each row, 0 to ``folds`` - 1, whole states together.

    Folds are made as equal in rows as whole states allow, without any chance in it.
    There are as many folds as states where there are fewer states than ``folds``.
    """
    states = pd.Series(states).reset_index(drop=True)
    folds = min(folds, _require_states(states))
    numbers = np.empty(len(states), int)
    for number, (_, held) in enumerate(GroupKFold(folds).split(states, groups=states)):
        numbers[held] = number
    return numbers


def state_counts(states: pd.Series, resamples: int, seed: int) -> np.ndarray:
    """How often each row stands in each resample of whole states.

    Returns
    -------
    ndarray of float, shape (resamples, n)
        Every resample draws as many states as there are, with replacement.
    """
    many = _require_states(states)
    _, code = np.unique(np.asarray(states), return_inverse=True)
    rng = np.random.default_rng(seed)
    return rng.multinomial(many, np.full(many, 1 / many), size=resamples)[:, code].astype(float)


def state_resamples(states: pd.Series, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Row numbers of each resample of whole states, as ``state_counts`` counts them."""
    for counts in state_counts(states, resamples, seed):
        yield np.repeat(np.arange(len(counts)), counts.astype(int))


def interval(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval (95 %) over the first axis, draws that are not a number left out."""
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(draws, [tail, 1 - tail], axis=0)
    return low, high


def _require_states(states: pd.Series) -> int:
    many = len(pd.unique(states))
    if many < 2:
        raise ValueError("resampling or holding out whole states needs at least two states")
    return many
