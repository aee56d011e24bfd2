"""Forecasts beside the children born three years later: how good could a forecast be?"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.data.names import TARGET
from analysis.mobility.associate.weightings import draws_with_estimate, with_ends, with_interval
from analysis.mobility.predict.out_of_fold import Predictions, resampled_scores
from analysis.mobility.sample import binary, quartile
from analysis.store.cache import cached

LATER = "am_8385"
EDGES = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, np.inf)
"""Bands of the distance from the cut, in ranks; each holds its upper edge."""


def later_labels(zones: pd.DataFrame) -> pd.DataFrame:
    """Labels of the zones that are known for both cohorts, each cut by its own rule.

    Parameters
    ----------
    zones : DataFrame
        Labeled, with the later cohort's mobility ``am_8385``.

    Returns
    -------
    DataFrame
        ``label_binary`` and ``label_quartile`` as they were, ``later_binary`` (above the later
        cohort's own mean) and ``later_quartile`` (its own quartiles); the index of ``zones``.
    """
    known = zones.dropna(subset=[LATER])
    labels = known[["state", TARGET, LATER, "label_binary", "label_quartile"]]
    return labels.assign(later_binary=binary(known[LATER]), later_quartile=quartile(known[LATER]))


@cached
def agreement_table(zones: pd.DataFrame) -> pd.DataFrame:
    """How often the labels of the two cohorts agree.

    Returns
    -------
    DataFrame
        ``task`` (binary or quartiles), ``estimate``, ``ci_low``, ``ci_high`` (resampled
        states), ``by_chance`` (were the two independent) and ``n``.
    """
    labels = later_labels(zones)
    draws = draws_with_estimate(labels["state"].to_numpy())
    rows = []
    for task in ("binary", "quartiles"):
        name = task.removesuffix("s")
        first, second = labels[f"label_{name}"], labels[f"later_{name}"]
        same = (first == second).to_numpy(float)
        by_chance = (first.value_counts() * second.value_counts()).sum() / len(labels) ** 2
        shares = draws @ same / draws.sum(axis=1)
        rows.append((task, *with_interval(shares), float(by_chance), len(labels)))
    return pd.DataFrame(rows, columns=["task", "estimate", "ci_low", "ci_high", "by_chance", "n"])


@cached
def cohort_scores(zones: pd.DataFrame, predictions: Predictions, label: str) -> pd.DataFrame:
    """Scores of one set of forecasts against the labels of either cohort.

    Parameters
    ----------
    zones : DataFrame
        The rows of ``predictions``, in its order.
    predictions : Predictions
        Out of fold, by models fitted to the labels of the earlier cohort.
    label : {"binary", "quartile"}

    Returns
    -------
    DataFrame
        ``metric``, then estimate, ``_low`` and ``_high`` of ``earlier``, ``later`` and
        ``difference`` (later less earlier) over the zones known for both, and for accuracy of
        ``short``: the share of zones that the cohorts label the same less the earlier accuracy.
    """
    labels = later_labels(zones)
    positions = zones.index.get_indexer(labels.index)
    draws = draws_with_estimate(predictions.states[positions])
    earlier, later = (
        resampled_scores(_taken(predictions, positions, labels[column].to_numpy(int)), draws)
        for column in (f"label_{label}", f"later_{label}")
    )
    same = (labels[f"label_{label}"] == labels[f"later_{label}"]).to_numpy(float)
    agree = draws @ same / draws.sum(axis=1)
    unknown = (np.nan,) * 3
    rows = [
        (
            metric,
            *with_interval(earlier[metric]),
            *with_interval(later[metric]),
            *with_interval(later[metric] - earlier[metric]),
            *(with_interval(agree - earlier[metric]) if metric == "accuracy" else unknown),
        )
        for metric in earlier
    ]
    names = with_ends("earlier", "later", "difference", "short")
    return pd.DataFrame(rows, columns=["metric", *names])


@cached
def distance_table(zones: pd.DataFrame, predictions: Predictions) -> pd.DataFrame:
    """Forecasts and the later cohort by how far a zone lies from the cut.

    Returns
    -------
    DataFrame
        One row a band: ``above`` and ``upto`` (ranks from the mean), ``zones``, then estimate,
        ``_low`` and ``_high`` of ``right`` (share of forecasts that are right, over repeats),
        ``agree`` (share of zones that the later cohort puts on the same side) and ``short``
        (the second less the first), and ``share_of_errors``, of all the forecasts' errors.
        Zones known for both cohorts.
    """
    labels = later_labels(zones)
    positions = zones.index.get_indexer(labels.index)
    correct = ((predictions.probability[:, :, 1] >= 0.5) == predictions.truth).mean(axis=0)[
        positions
    ]
    same = (labels["label_binary"] == labels["later_binary"]).to_numpy(float)
    far = (labels[TARGET] - zones[TARGET].mean()).abs().to_numpy()
    draws = draws_with_estimate(labels["state"].to_numpy())
    rows = []
    for above, upto in pairwise(EDGES):
        inside = (far <= upto) & ((far > above) | (above == 0))
        if not inside.any():
            continue
        weights = draws * inside
        total = weights.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            counted = (correct, same, same - correct)
            shares = [end for column in counted for end in with_interval(weights @ column / total)]
        errors = float((1 - correct)[inside].sum() / max((1 - correct).sum(), 1e-12))
        rows.append((above, upto, int(inside.sum()), *shares, errors))
    names = with_ends("right", "agree", "short")
    return pd.DataFrame(rows, columns=["above", "upto", "zones", *names, "share_of_errors"])


def normal_agreement(r: float) -> float:
    """How often two jointly normal quantities lie on the same side of their means.

    Parameters
    ----------
    r : float
        Their correlation.

    Notes
    -----
    One half plus arcsin(r) / π (Sheppard 1899).
    """
    return float(0.5 + np.arcsin(np.clip(r, -1, 1)) / np.pi)


def _taken(predictions: Predictions, positions: np.ndarray, truth: np.ndarray) -> Predictions:
    """The predictions of some zones, to be held against other labels."""
    return replace(
        predictions,
        cz=predictions.cz[positions],
        states=predictions.states[positions],
        truth=truth,
        probability=predictions.probability[:, positions],
    )
