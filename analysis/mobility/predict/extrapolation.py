"""How far a forecast travels: larger parts of the country held out, and zones unlike the others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.data.states import DIVISION_BY_POSTAL, REGION_BY_POSTAL
from analysis.mobility.predict.classifiers import elastic_net
from analysis.mobility.predict.folds import STATES, Fold, folds, gathered
from analysis.mobility.predict.out_of_fold import Predictions, predict_folds
from analysis.mobility.predict.pipelines import matrix
from analysis.mobility.predict.refits import standardized
from analysis.store.cache import cached

DIVISIONS = "census divisions"
REGIONS = "census regions"
PARTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {DIVISIONS: DIVISION_BY_POSTAL, REGIONS: REGION_BY_POSTAL}
)


def farther(zones: pd.DataFrame, features: tuple[str, ...], label: str) -> dict[str, Predictions]:
    """Predictions of the elastic net with each division, and each region, held out once.

    Its C and l1 ratio are chosen in inner folds of whole states.

    Returns
    -------
    dict
        ``DIVISIONS`` and ``REGIONS`` to predictions of one repeat.
    """
    states = zones["state"].to_numpy(str)
    return {
        name: predict_folds(zones, features, label, elastic_net, [parts(states, by)])
        for name, by in PARTS.items()
    }


def parts(states: np.ndarray, by: Mapping[str, str]) -> list[Fold]:
    """Each part of the country as the test of one fold, by the state of each zone."""
    names = np.array([by[state] for state in states])
    return [
        (np.flatnonzero(names != name), np.flatnonzero(names == name)) for name in np.unique(names)
    ]


@cached
def training_distance(
    zones: pd.DataFrame, features: tuple[str, ...], plain: Predictions
) -> pd.DataFrame:
    """How unlike the nearest training zone each zone was when it was predicted.

    Parameters
    ----------
    plain
        Predictions with whole states held out, zones in the order of ``zones``.

    Returns
    -------
    DataFrame
        One row a zone: ``cz, state``, ``distance`` (root mean squared gap to the
        nearest training zone, in standard deviations of the training zones, mean
        over repeats), ``wrong`` (share of repeats in which it is called wrongly),
        ``third`` (0 to 2, by distance).
    """
    values = matrix(zones, features)
    repeated = folds(STATES, plain.truth, plain.states, len(plain.probability))
    nearest = (_nearest(values, *fold) for split in repeated for fold in split)
    distance = gathered(repeated, nearest).mean(axis=0)
    wrong = (plain.probability.argmax(axis=2) != plain.truth).mean(axis=0)
    third = pd.qcut(distance, 3, labels=False)
    columns = {"cz": plain.cz, "state": plain.states, "distance": distance}
    return pd.DataFrame({**columns, "wrong": wrong, "third": third})


def _nearest(values: np.ndarray, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    known, unseen = standardized(values, train, test)
    squares = (unseen**2).sum(axis=1)[:, None] + (known**2).sum(axis=1)
    gaps = np.maximum(squares - 2 * unseen @ known.T, 0).min(axis=1)
    return np.sqrt(gaps / known.shape[1])
