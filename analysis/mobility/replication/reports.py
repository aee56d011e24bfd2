"""What the original printed beside scores, redone: a report, a ranking, a curve."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import classification_report, confusion_matrix
from sklearn.preprocessing import StandardScaler

from analysis.mobility.associate.mutual_information import nearest_neighbor_information, with_noise
from analysis.mobility.predict.elastic_net import probabilities
from analysis.mobility.replication import published
from analysis.mobility.replication.repeats import (
    ORIGINAL_FEATURES,
    random_splits,
    scaled,
    values_of,
)
from analysis.mobility.replication.splits import SEARCHED, SPLITS, down_to, grid_splits
from analysis.store.cache import cached


@cached
def training_report(table: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Confusion matrix and classification report of the first four-class split, training rows.

    Returns
    -------
    DataFrame
        One row a true class: ``label``, ``called_0`` … ``called_3``,
        ``precision``, ``recall``, ``f1-score``, ``support``.
    """
    task = "quartiles"
    fast = grid_splits(table, labels, task, SPLITS[task], SEARCHED[task]).iloc[0]
    values, truth = values_of(table, labels, False), labels.to_numpy(int)
    train, test = random_splits(len(truth), 1)[0]
    first, _ = scaled(values, train, test)
    fitted = down_to(first, truth[train], fast["penalty"], fast["mix"])
    predicted = probabilities(first, fitted)[-1, 0].argmax(axis=1)
    counts = confusion_matrix(truth[train], predicted)
    report = classification_report(truth[train], predicted, output_dict=True)
    rows = [
        {"label": label, **{f"called_{k}": int(n) for k, n in enumerate(row)}, **report[str(label)]}
        for label, row in enumerate(counts)
    ]
    return pd.DataFrame(rows)


@cached
def information_ranking(
    table: pd.DataFrame, labels: pd.Series, task: str, seeds: int = 20
) -> pd.DataFrame:
    """Redo the published ranking by mutual information.

    scikit-learn's estimator adds random noise to break ties, so that ranks
    depend on its seed; the mean over seeds is ranked.

    Returns
    -------
    DataFrame
        ``task, feature, mutual_information`` (nats), ``rank``,
        ``published_rank`` (NaN outside the printed ten), strongest first.
    """
    values, truth = table[list(ORIGINAL_FEATURES)].to_numpy(), labels.to_numpy(int)
    information = [
        [nearest_neighbor_information(column, truth) for column in with_noise(values, seed).T]
        for seed in range(seeds)
    ]
    frame = pd.DataFrame(
        {"feature": ORIGINAL_FEATURES, "mutual_information": np.mean(information, 0)}
    )
    frame = frame.sort_values("mutual_information", ascending=False, ignore_index=True)
    frame.insert(0, "task", task)
    frame["rank"] = np.arange(1, len(frame) + 1)
    printed = {name: rank for rank, name in enumerate(published.TOP_TEN, start=1)}
    frame["published_rank"] = frame["feature"].map(printed)
    return frame


@cached
def elbow(table: pd.DataFrame, labels: pd.DataFrame, largest: int = 10) -> pd.DataFrame:
    """Within-cluster sums of squares of the original's table, target included.

    Returns
    -------
    DataFrame
        ``k, inertia``.
    """
    values = StandardScaler().fit_transform(table.drop(columns="cz").join(labels))
    inertia = [
        KMeans(k, n_init=10, random_state=0).fit(values).inertia_ for k in range(1, largest + 1)
    ]
    return pd.DataFrame({"k": range(1, largest + 1), "inertia": inertia})
