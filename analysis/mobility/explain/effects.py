"""How a model's prediction changes along one trait.

Partial dependence sets a trait to a value in every zone, whether or not such zones
exist. Accumulated local effects (Apley and Zhu 2020) change a trait only within the
narrow range where a zone lies and add up the changes, so correlated traits are never
put together in ways that do not occur.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from analysis.cache import cached
from analysis.data.names import FEATURES
from analysis.mobility.explain.models import (
    BOOSTING,
    ELASTIC_NET,
    Penalty,
    fitted,
    score,
    tuned,
)
from analysis.mobility.explain.resampling import interval, state_resamples

BINS = 12
RESAMPLES = 100
SEED = 2020
KINDS = ("accumulated", "partial")


def edges(values: pd.Series, bins: int = BINS) -> np.ndarray:
    """Bounds of bins with about as many zones each; fewer where values repeat.

    Raises
    ------
    ValueError
        If the values do not vary.
    """
    bounds = np.unique(np.nanquantile(values, np.linspace(0, 1, bins + 1)))
    if len(bounds) < 2:
        raise ValueError(f"'{values.name}' does not vary, so it has no effect to show")
    return bounds


def accumulated_effect(
    predict: Callable[[pd.DataFrame], np.ndarray],
    zones: pd.DataFrame,
    feature: str,
    bounds: np.ndarray,
) -> np.ndarray:
    """Accumulated local effect at each bound, centred on 0 over the zones.

    Zones where the trait is missing are left out; a bin without a zone adds nothing.
    """
    known = zones[zones[feature].notna()]
    place = _places(known[feature], bounds)
    upper = predict(known.assign(**{feature: bounds[place + 1]}))
    lower = predict(known.assign(**{feature: bounds[place]}))
    counts = np.bincount(place, minlength=len(bounds) - 1)
    total = np.bincount(place, upper - lower, minlength=len(bounds) - 1)
    effect = np.concatenate([[0.0], np.cumsum(total / np.maximum(counts, 1))])
    return _centred(effect, counts)


def partial_effect(
    predict: Callable[[pd.DataFrame], np.ndarray],
    zones: pd.DataFrame,
    feature: str,
    bounds: np.ndarray,
) -> np.ndarray:
    """Partial dependence (Friedman 2001) at each bound, centred as the accumulated effect."""
    known = zones[zones[feature].notna()]
    copies = pd.concat([known.assign(**{feature: value}) for value in bounds])
    effect = predict(copies).reshape(len(bounds), len(known)).mean(axis=1)
    counts = np.bincount(_places(known[feature], bounds), minlength=len(bounds) - 1)
    return _centred(effect, counts)


def rug(zones: pd.DataFrame, feature: str) -> pd.DataFrame:
    """Values that a curve rests on: ``cz``, ``value``, ascending, missing left out."""
    known = zones[["cz", feature]].dropna().sort_values(feature, ignore_index=True)
    return known.set_axis(["cz", "value"], axis=1)


@cached
def effect_table(
    zones: pd.DataFrame,
    shown: tuple[str, ...],
    model: str = BOOSTING,
    features: tuple[str, ...] = FEATURES,
    *,
    bins: int = BINS,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Effects of the ``shown`` traits on the model's score.

    Intervals come from fitting the model anew to resamples of whole states, the
    bounds of the bins and the elastic net's penalty kept. The score is log-odds,
    or the probability for the forest.

    Returns
    -------
    DataFrame
        One row a point of a curve: ``feature``, ``model``, ``kind``
        ("accumulated", "partial"), ``value`` (of the trait), ``effect``,
        ``ci_low``, ``ci_high``, ``zones`` (in the bin below ``value``; 0 at the
        first bound).
    """
    penalty = tuned(zones, features) if model == ELASTIC_NET else None
    bounds = {feature: edges(zones[feature], bins) for feature in shown}
    whole = _curves(zones, model, features, penalty, bounds)
    rows = state_resamples(zones["state"], resamples, seed)
    draws = np.array(
        Parallel(n_jobs=2)(
            delayed(_curves)(zones.iloc[take], model, features, penalty, bounds) for take in rows
        )
    )
    low, high = interval(draws)
    parts = []
    for feature, points in bounds.items():
        counts = np.bincount(_places(zones[feature].dropna(), points), minlength=len(points) - 1)
        for kind in KINDS:
            parts.append(
                pd.DataFrame(
                    {"feature": feature, "model": model, "kind": kind, "value": points}
                ).assign(zones=np.concatenate([[0], counts]))
            )
    table = pd.concat(parts, ignore_index=True)
    table.insert(4, "effect", whole)
    table.insert(5, "ci_low", low)
    table.insert(6, "ci_high", high)
    return table


def _curves(
    zones: pd.DataFrame,
    name: str,
    features: tuple[str, ...],
    penalty: Penalty | None,
    bounds: dict[str, np.ndarray],
) -> np.ndarray:
    """Every curve of one fit, laid end to end: by feature, then by kind."""
    model = fitted(name, zones, features, penalty)
    traits = zones[list(features)].astype(float)

    def predict(frame: pd.DataFrame) -> np.ndarray:
        return score(model, frame)

    curves = []
    for feature, points in bounds.items():
        curves.append(accumulated_effect(predict, traits, feature, points))
        curves.append(partial_effect(predict, traits, feature, points))
    return np.concatenate(curves)


def _places(values: pd.Series, bounds: np.ndarray) -> np.ndarray:
    """Number of the bin of each value; a value on a bound belongs to the bin below."""
    return np.clip(np.searchsorted(bounds, values, side="left") - 1, 0, len(bounds) - 2)


def _centred(effect: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Shift the curve so that its mean over the zones is 0, bins taken at their middle."""
    middle = (effect[:-1] + effect[1:]) / 2
    return effect - np.average(middle, weights=counts)
