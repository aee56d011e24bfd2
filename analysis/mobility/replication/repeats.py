"""Random splits of the original's table, as the original drew one.

The table is the original's: gaps and missing targets filled with column means
before the split. Only the scaler is fitted on training rows (the report does
not say on which rows it was fitted; it makes no visible difference).

Splits come in fives: a random order of the zones is cut into fifths, each of
which is the test set of one split. Each is a random 80/20 split, and medians
over fives vary less than over splits that are drawn one by one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from analysis.mobility.replication import published

ORIGINAL_FEATURES = tuple(name for name in published.TRAITS if name != published.LEFT_OUT)
LABELS = {"binary": "binary", "quartiles": "quartile"}
FIFTHS = 5


def random_splits(size: int, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The first so many random splits: row numbers (train, test), five to an order of the zones."""
    orders = range(-(-count // FIFTHS))
    splits = [
        split
        for order in orders
        for split in KFold(FIFTHS, shuffle=True, random_state=order).split(np.arange(size))
    ]
    return splits[:count]


def scaled(values, train, test) -> tuple[np.ndarray, np.ndarray]:
    """Training and test rows, scaled by the mean and standard deviation of the training rows."""
    scaler = StandardScaler().fit(values[train])
    return scaler.transform(values[train]), scaler.transform(values[test])


def values_of(table: pd.DataFrame, labels: pd.Series, clusters: bool) -> np.ndarray:
    """The original's features, shape (zones, features); with its k-means label if ``clusters``.

    The label (k = 4) is found on the whole table with target and labels, as the
    original did.
    """
    values = table[list(ORIGINAL_FEATURES)].to_numpy()
    if not clusters:
        return values
    everything = StandardScaler().fit_transform(
        table.drop(columns="cz").assign(label=labels.to_numpy())
    )
    cluster = KMeans(published.CLUSTERS, n_init=10, random_state=0).fit_predict(everything)
    return np.column_stack([values, cluster])
