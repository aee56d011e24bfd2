"""The three models that are explained, all on the same imputed and scaled traits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from analysis.cache import cached
from analysis.mobility.explain.resampling import state_folds

LABEL = "label_binary"
ELASTIC_NET, FOREST, BOOSTING = "elastic net", "random forest", "boosting"
MODELS = (ELASTIC_NET, FOREST, BOOSTING)

PENALTIES = (0.03, 0.1, 0.3, 1.0)
MIXES = (0.2, 0.5, 0.8)
INNER_FOLDS = 5
SEED = 1968


@dataclass(frozen=True)
class Penalty:
    """Settings of the elastic net, as scikit-learn names them ``C`` and ``l1_ratio``."""

    inverse_strength: float
    mix: float


@cached
def tuned(zones: pd.DataFrame, features: tuple[str, ...]) -> Penalty:
    """Penalty with the smallest log-loss when whole states of ``zones`` are held out."""
    fold = state_folds(zones["state"], INNER_FOLDS)
    splits = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in np.unique(fold)]
    search = GridSearchCV(
        unfitted(ELASTIC_NET, Penalty(1.0, 0.5)),
        {"model__C": PENALTIES, "model__l1_ratio": MIXES},
        scoring="neg_log_loss",
        cv=splits,
        refit=False,
    ).fit(zones[list(features)], zones[LABEL])
    best = search.best_params_
    return Penalty(best["model__C"], best["model__l1_ratio"])


def unfitted(name: str, penalty: Penalty | None = None) -> Pipeline:
    """Impute the mean, scale, then the model called ``name`` (one of ``MODELS``).

    Trees need no scaling; they get it so that all models read the same numbers.
    The elastic net needs its ``penalty``.
    """
    if name == ELASTIC_NET:
        model = LogisticRegression(
            C=penalty.inverse_strength,
            l1_ratio=penalty.mix,
            solver="saga",
            max_iter=5000,
            random_state=SEED,
        )
    elif name == FOREST:
        model = RandomForestClassifier(200, min_samples_leaf=5, random_state=SEED)
    elif name == BOOSTING:
        model = HistGradientBoostingClassifier(
            learning_rate=0.08,
            max_iter=80,
            max_leaf_nodes=6,
            min_samples_leaf=15,
            l2_regularization=1.0,
            random_state=SEED,
        )
    else:
        raise ValueError(f"no model is called {name!r}; there are {', '.join(MODELS)}")
    # A column without any value in a training fold stays, as zeros.
    imputer = SimpleImputer(keep_empty_features=True)
    return Pipeline([("impute", imputer), ("scale", StandardScaler()), ("model", model)])


def fitted(
    name: str, zones: pd.DataFrame, features: tuple[str, ...], penalty: Penalty | None = None
) -> Pipeline:
    """The model fitted to ``zones``; an elastic net without a penalty is tuned there first."""
    if name == ELASTIC_NET and penalty is None:
        penalty = tuned(zones, features)
    return unfitted(name, penalty).fit(zones[list(features)], zones[LABEL])


def standard(model: Pipeline, zones: pd.DataFrame) -> np.ndarray:
    """What the model itself reads: traits imputed and scaled as in training, (n, p)."""
    return model[:-1].transform(zones[list(model.feature_names_in_)])


def probability(model: Pipeline, zones: pd.DataFrame) -> np.ndarray:
    """Probability of mobility above the mean, shape (n,)."""
    return model.predict_proba(zones[list(model.feature_names_in_)])[:, 1]


def score(model: Pipeline, zones: pd.DataFrame) -> np.ndarray:
    """Log-odds of mobility above the mean, or the probability where a model has no log-odds.

    A forest averages the shares of its leaves, which can be 0 or 1, so its
    probability is what its trees add up to.
    """
    if hasattr(model[-1], "decision_function"):
        return model.decision_function(zones[list(model.feature_names_in_)])
    return probability(model, zones)
