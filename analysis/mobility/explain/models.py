"""The models that are explained, as the chapters on prediction fit them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.pipeline import Pipeline

from analysis.data.names import FEATURES
from analysis.mobility.predict.classifiers import boosting, elastic_net, random_forest
from analysis.mobility.predict.elastic_net_search import ElasticNetSearch
from analysis.mobility.predict.pipelines import matrix
from analysis.store.cache import cached

LABEL = "label_binary"
ELASTIC_NET, FOREST, BOOSTING = "elastic net", "random forest", "gradient boosting"
BUILDERS: Mapping = MappingProxyType(
    {ELASTIC_NET: elastic_net, FOREST: random_forest, BOOSTING: boosting}
)


@cached
def fitted(
    zones: pd.DataFrame, model: str = ELASTIC_NET, features: tuple[str, ...] = FEATURES
) -> ClassifierMixin:
    """The model called ``model`` (of ``BUILDERS``) fitted to all of ``zones``."""
    return BUILDERS[model]().fit(matrix(zones, features), zones[LABEL].to_numpy(int))


def prepared(model: ClassifierMixin, values: np.ndarray) -> np.ndarray:
    """Traits as the last step of the model reads them, shape (n, p)."""
    if isinstance(model, ElasticNetSearch):
        return model.ready(values)
    return model[:-1].transform(values) if isinstance(model, Pipeline) else values


def score(model: ClassifierMixin, values: np.ndarray) -> np.ndarray:
    """Log-odds of mobility above the mean, or the probability where a model has no log-odds.

    A forest averages the shares of its leaves, which can be 0 or 1, so its
    probability is what its trees add up to.
    """
    if isinstance(model, ElasticNetSearch):
        return prepared(model, values) @ model.coef_[0] + model.intercept_[0]
    if hasattr(model, "decision_function"):
        return model.decision_function(values)
    return model.predict_proba(values)[:, 1]
