"""The zones of the minority sample, and the two sets of labels that the study predicts."""

from __future__ import annotations

import pandas as pd

from analysis.data import Study
from analysis.data.names import TARGET

BINARY = ("below the mean", "above the mean")
QUARTILES = ("low", "medium", "high", "excellent")


def minority_sample(study: Study) -> pd.DataFrame:
    """Zones of the minority sample, with or without a target.

    Returns
    -------
    DataFrame
        One row a zone, in the order of the source, with all columns of
        ``study.zones``. This is the table that the original study worked on.
    """
    zones = study.zones
    return zones[zones["cz"].isin(study.sample.zones)].reset_index(drop=True)


def analysis_sample(study: Study) -> pd.DataFrame:
    """Zones of the minority sample that have a target, labeled.

    Returns
    -------
    DataFrame
        As ``minority_sample``, without the zones whose target is missing, plus
        ``label_binary`` (0, 1) and ``label_quartile`` (0 to 3).
    """
    return with_labels(minority_sample(study).dropna(subset=[TARGET]).reset_index(drop=True))


def binary(target: pd.Series, threshold: float | None = None) -> pd.Series:
    """Label 1 where the target lies above the threshold, else 0.

    Parameters
    ----------
    target : Series, shape (n,)
        Mean national income rank, 0 to 100; no missing values.
    threshold : float, optional
        The mean of ``target`` unless given.
    """
    _refuse_missing(target)
    threshold = float(target.mean()) if threshold is None else threshold
    return (target > threshold).astype(int)


def quartile(target: pd.Series) -> pd.Series:
    """Label 0 to 3 by quartile of the target, as ``QUARTILES`` names them.

    The cut-offs are the linear-interpolation quantiles of ``target`` itself; a
    value on a cut-off belongs to the lower quartile.
    """
    _refuse_missing(target)
    return pd.qcut(target, len(QUARTILES), labels=False).astype(int)


def with_labels(zones: pd.DataFrame) -> pd.DataFrame:
    """The same rows with ``label_binary`` and ``label_quartile`` added."""
    return zones.assign(
        label_binary=binary(zones[TARGET]),
        label_quartile=quartile(zones[TARGET]),
    )


def label_table(zones: pd.DataFrame) -> pd.DataFrame:
    """Size and range of each label.

    Returns
    -------
    DataFrame
        One row a label: ``task``, ``label``, ``zones``, ``lowest``, ``highest``
        (percentile ranks).
    """
    rows = []
    for task, column, names in (
        ("binary", "label_binary", BINARY),
        ("quartiles", "label_quartile", QUARTILES),
    ):
        for code, name in enumerate(names):
            values = zones.loc[zones[column] == code, TARGET]
            rows.append((task, name, len(values), values.min(), values.max()))
    return pd.DataFrame(rows, columns=["task", "label", "zones", "lowest", "highest"])


def _refuse_missing(target: pd.Series) -> None:
    if target.isna().any():
        raise ValueError("labels need a target without missing values")
