"""Ways to hold zones out: at random, and by whole states."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from analysis.errors import ReportError

SPLITS = 5
SEED = 471

RANDOM = "zones at random"
STATES = "whole states"
SCHEMES = (RANDOM, STATES)

Fold = tuple[np.ndarray, np.ndarray]


def folds(
    scheme: str,
    labels: np.ndarray,
    states: np.ndarray,
    repeats: int,
    splits: int = SPLITS,
    seed: int = SEED,
) -> list[list[Fold]]:
    """Draw stratified folds, several times over.

    Both schemes hold out a fifth of the zones at a time, so that they differ in
    geography and not in the size of the training set.

    Parameters
    ----------
    scheme
        ``RANDOM``: zones at random within each class. ``STATES``: whole states,
        with class shares as even as that allows.
    labels, states
        Shape (n,).
    repeats
        How many times all zones are split into ``splits`` folds.

    Returns
    -------
    list of list of (train, test)
        Row numbers; the tests of one repeat cover every row once.

    Raises
    ------
    ReportError
        If a class has fewer members, or the data fewer states, than folds.
    """
    _check(scheme, labels, states, splits)
    blank = np.zeros(len(labels))
    maker, groups = (StratifiedKFold, None) if scheme == RANDOM else (StratifiedGroupKFold, states)
    return [
        list(maker(splits, shuffle=True, random_state=seed + repeat).split(blank, labels, groups))
        for repeat in range(repeats)
    ]


def gathered(repeated: list[list[Fold]], results: Iterable[np.ndarray]) -> np.ndarray:
    """Put the results of folds, in their order, where their test rows are.

    Returns
    -------
    ndarray, shape (repeats, n, …)
    """
    tests = [(repeat, test) for repeat, split in enumerate(repeated) for _, test in split]
    size = sum(len(test) for _, test in repeated[0])
    values = None
    for (repeat, test), result in zip(tests, results, strict=True):
        if values is None:
            values = np.empty((len(repeated), size, *np.shape(result)[1:]))
        values[repeat, test] = result
    return values


def _check(scheme: str, labels: np.ndarray, states: np.ndarray, splits: int) -> None:
    if scheme not in SCHEMES:
        raise ValueError(f"no such scheme: {scheme}")
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2:
        raise ReportError("All zones carry the same label; a classifier needs at least two.")
    if counts.min() < splits:
        raise ReportError(
            f"Class {classes[counts.argmin()]} has {counts.min()} zones, fewer than the "
            f"{splits} folds; use fewer folds or a larger sample."
        )
    number = len(np.unique(states))
    if scheme == STATES and number < splits:
        noun = "state" if number == 1 else "states"
        raise ReportError(
            f"The sample has {number} {noun}, so whole states can't be held out in {splits} folds; "
            "use zones at random or a wider sample."
        )
