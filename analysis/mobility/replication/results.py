"""Every result of the replication by name; nothing is computed until it is asked for."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from analysis.data import Study
from analysis.mobility.replication import reports, scores, splits
from analysis.mobility.replication.in_full import FullReplication, full_replication
from analysis.mobility.replication.repeats import LABELS
from analysis.mobility.replication.table import original_labels, original_table


class Replication:
    """The original study's models redone for one study, each computed when first used."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.table = original_table(study)
        self.labels = original_labels(study)

    @cached_property
    def splits(self) -> pd.DataFrame:
        """Scores of every model on every random split, without the times that searches took."""
        parts = [self._quick("binary", model, splits.QUICK_SPLITS) for model in splits.QUICK_MODELS]
        parts.append(self._quick("quartiles", "gradient boosting", splits.FEW_SPLITS))
        parts += [self._searched(task).drop(columns="seconds") for task in LABELS]
        return pd.concat(parts, ignore_index=True)

    def _quick(self, task: str, model: str, count: int) -> pd.DataFrame:
        labels = self.labels[LABELS[task]]
        return splits.quick_splits(self.table, labels, task, model, count)

    def _searched(self, task: str) -> pd.DataFrame:
        labels = self.labels[LABELS[task]]
        numbers = (splits.SPLITS[task], splits.SEARCHED[task])
        return splits.grid_splits(self.table, labels, task, *numbers)

    @cached_property
    def cluster_splits(self) -> pd.DataFrame:
        """Four classes with the leaking cluster label as a feature, on the first splits."""
        plain = self._searched("quartiles").head(splits.CLUSTER_SPLITS)
        return splits.cluster_splits(self.table, self.labels["quartile"], plain)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Published scores beside their distributions; see `scores.score_rows`."""
        return scores.score_rows(self.splits)

    def in_full(self) -> FullReplication | None:
        """What `make replicate` computed, where it was run; nothing is computed."""
        return full_replication(self.study)

    @cached_property
    def training_report(self) -> pd.DataFrame:
        """Four classes, training rows of one split; see `reports.training_report`."""
        return reports.training_report(self.table, self.labels["quartile"])

    @cached_property
    def information_ranking(self) -> pd.DataFrame:
        """Both tasks; see `reports.information_ranking`."""
        parts = [
            reports.information_ranking(self.table, self.labels[column], task)
            for task, column in LABELS.items()
        ]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def elbow(self) -> pd.DataFrame:
        """k-means on the table with its target; see `reports.elbow`."""
        return reports.elbow(self.table, self.labels)
