"""Gradient boosting of small trees, with settings fixed beforehand."""

from __future__ import annotations

from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline, make_pipeline

from analysis.mobility.predict.pipelines import preparation

SETTINGS = {
    "learning_rate": 0.06,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 10,
    "l2_regularization": 1.0,
    "early_stopping": False,
    "random_state": 0,
}


def boosted_classes(rounds: int) -> Pipeline:
    """Make a classifier with so many rounds of trees."""
    # Trees could take gaps as they are, but not a column without any value.
    return make_pipeline(preparation(), HistGradientBoostingClassifier(max_iter=rounds, **SETTINGS))


def boosted_values(rounds: int) -> Pipeline:
    """Make a regression with so many rounds of trees."""
    return make_pipeline(preparation(), HistGradientBoostingRegressor(max_iter=rounds, **SETTINGS))
