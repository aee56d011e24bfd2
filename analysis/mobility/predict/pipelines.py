"""Preparation of features: checked once, then fitted inside each training fold."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from analysis.errors import ReportError


def imputer(kind: str = "mean"):
    """Make an imputer that keeps every column.

    A column without any value in the training rows becomes a constant, which
    the models then give no weight.
    """
    if kind in ("mean", "median"):
        return SimpleImputer(strategy=kind, keep_empty_features=True)
    if kind == "nearest neighbors":
        # Distances need a common scale; the pipeline's scaler comes after.
        return make_pipeline(StandardScaler(), KNNImputer(n_neighbors=10, keep_empty_features=True))
    if kind == "regression on the others":
        return make_pipeline(
            StandardScaler(),
            IterativeImputer(
                max_iter=5,
                n_nearest_features=12,
                tol=1e-2,
                keep_empty_features=True,
                random_state=0,
            ),
        )
    raise ValueError(f"no such imputation: {kind}")


def preparation(kind: str = "mean") -> Pipeline:
    """Make the steps that come before every model: fill gaps, then standardize."""
    return make_pipeline(imputer(kind), StandardScaler())


def matrix(zones: pd.DataFrame, features: tuple[str, ...]) -> np.ndarray:
    """Return the features as an array, shape (n, p), gaps as NaN.

    Raises
    ------
    ReportError
        If a value is infinite.
    """
    values = zones[list(features)].to_numpy(float)
    infinite = np.isinf(values).any(axis=0)
    if infinite.any():
        names = ", ".join(np.array(features)[infinite])
        raise ReportError(
            f"The feature {names} has infinite values; correct them or mark them as missing."
        )
    return values


def empty_features(zones: pd.DataFrame, features: tuple[str, ...]) -> list[str]:
    """Name the features that say nothing: constant, or without any value.

    They stay in the models, where they get no weight, and the report names them.
    """
    counts = zones[list(features)].nunique()
    return list(counts.index[counts < 2])
