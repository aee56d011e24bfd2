"""Tables of scores and of their differences, each with its interval and what that includes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.mobility.predict import scores
from analysis.mobility.predict.folds import SCHEMES
from analysis.mobility.predict.out_of_fold import Predictions, resampled_scores
from analysis.store.cache import cached

REFITTED = "refitted"
FIXED = "predictions fixed"

Schemes = Mapping[str, Predictions]
Refitted = Mapping[str, Mapping[str, Mapping[str, np.ndarray]]]
"""Model to scheme to metric to draws, as `refits.refitted_scores` gives them."""


@cached
def spread_over_states(predictions: Predictions) -> dict[str, np.ndarray]:
    """Scores for each of the usual resamples of states; see `resampled_scores`."""
    return resampled_scores(predictions, scores.state_draws(predictions.states))


@cached
def score_table(
    task: str, models: Mapping[str, Schemes], refitted: Refitted | None = None
) -> pd.DataFrame:
    """Tidy scores with intervals.

    Parameters
    ----------
    models
        Model name to scheme to predictions.
    refitted
        Scores over resamples from which the model was fitted anew, for the
        models and schemes that have them.

    Returns
    -------
    DataFrame
        ``task, model, scheme, metric, estimate, ci_low, ci_high, interval``: the
        score averaged over repeats, its 95 % interval over states, and whether
        that is ``REFITTED`` (percentiles around the mean of resamples, moved to the estimate)
        or ``FIXED`` (percentiles, the predictions held fixed).
    """
    rows = []
    for model, schemes in models.items():
        for scheme, predictions in schemes.items():
            exact = {
                metric: float(value[0]) for metric, value in resampled_scores(predictions).items()
            }
            draws, kind = _draws(refitted, model, scheme, predictions)
            for metric, value in exact.items():
                limits = _limits(value, draws[metric], kind, len(predictions.probability))
                rows.append((task, model, scheme, metric, value, *limits, kind))
    columns = ["task", "model", "scheme", "metric", "estimate", "ci_low", "ci_high", "interval"]
    return pd.DataFrame(rows, columns=columns)


@cached
def paired_table(
    task: str, models: Mapping[str, Schemes], reference: str, refitted: Refitted | None = None
) -> pd.DataFrame:
    """Differences from a reference model on the same folds and the same resamples.

    Returns
    -------
    DataFrame
        ``task, model, reference, scheme, metric, difference, ci_low, ci_high,
        interval``; difference is model minus reference, ``interval`` as in
        `score_table`.
    """
    rows = []
    for model, schemes in models.items():
        if model == reference:
            continue
        for scheme, predictions in schemes.items():
            both = (model, scheme, predictions), (reference, scheme, models[reference][scheme])
            rows += [
                (task, model, reference, scheme, *row) for row in _differences(refitted, *both)
            ]
    columns = ["task", "model", "reference", "scheme", "metric", "difference"]
    return pd.DataFrame(rows, columns=[*columns, "ci_low", "ci_high", "interval"])


@cached
def scheme_table(
    task: str, models: Mapping[str, Schemes], refitted: Refitted | None = None
) -> pd.DataFrame:
    """What is lost when whole states are held out: states minus random, by model.

    Returns
    -------
    DataFrame
        ``task, model, metric, difference, ci_low, ci_high, interval``.
    """
    first, second = SCHEMES
    rows = [
        (task, model, *row)
        for model, schemes in models.items()
        for row in _differences(
            refitted, (model, second, schemes[second]), (model, first, schemes[first])
        )
    ]
    columns = ["task", "model", "metric", "difference", "ci_low", "ci_high", "interval"]
    return pd.DataFrame(rows, columns=columns)


def _differences(refitted, one, other) -> list[tuple]:
    """Rows of one score less another, both on the same resamples."""
    exact = [resampled_scores(predictions) for *_, predictions in (one, other)]
    drawn_scores = [_draws(refitted, *part) for part in (one, other)]
    kind = REFITTED if all(kind == REFITTED for _, kind in drawn_scores) else FIXED
    if kind == FIXED:
        drawn_scores = [
            (spread_over_states(predictions), FIXED) for *_, predictions in (one, other)
        ]
    repeats = len(one[-1].probability)
    rows = []
    for metric in exact[0]:
        gap = float(exact[0][metric][0] - exact[1][metric][0])
        drawn = drawn_scores[0][0][metric] - drawn_scores[1][0][metric]
        rows.append((metric, gap, *_limits(gap, drawn, kind, repeats), kind))
    return rows


def _draws(refitted, model, scheme, predictions) -> tuple[Mapping[str, np.ndarray], str]:
    own = (refitted or {}).get(model, {}).get(scheme)
    return (spread_over_states(predictions), FIXED) if own is None else (own, REFITTED)


def _limits(value: float, drawn: np.ndarray, kind: str, repeats: int) -> tuple[float, float]:
    if kind == FIXED:
        return scores.interval(drawn)
    return scores.refitted_interval(value, drawn, repeats)
