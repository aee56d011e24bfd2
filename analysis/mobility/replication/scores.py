"""Published scores beside what they are over random splits."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import betainc

from analysis.mobility.replication import published
from analysis.mobility.replication.repeats import FIFTHS

RESAMPLES = 1000
_COLUMNS = {
    "train accuracy": "train_accuracy",
    "test accuracy": "test_accuracy",
    "test AUC": "test_auc",
}


def score_rows(splits: pd.DataFrame) -> pd.DataFrame:
    """Published scores beside their reproduced distributions.

    Parameters
    ----------
    splits
        Rows of `quick_splits` and `grid_splits`.

    Returns
    -------
    DataFrame
        ``quantity, published, reproduced`` (`median` over splits),
        ``difference``, ``median_error`` (`median_error`), ``p5, p95, percentile``
        (share of splits at or below the published score), ``splits, searched``
        (splits on which the grid was searched; 0 where there is none), ``place, why``.
    """
    rows = []
    for figure in (*published.SCORES, *published.ENSEMBLES):
        own = splits[(splits["task"] == figure.task) & (splits["model"] == figure.model)]
        if own.empty:
            continue
        values = own[_COLUMNS[figure.score]].to_numpy()
        # Scores are counts over rows: equal ones may differ in the last bit.
        share = float((values <= figure.value + 1e-9).mean())
        searched = own["pair"].to_numpy(int) if figure.model == "elastic net" else None
        low, high = np.percentile(values, [5, 95])
        middle = median(values)
        rows.append(
            {
                "quantity": f"{figure.task}, {figure.model}: {figure.score}",
                "published": figure.value,
                "reproduced": middle,
                "difference": middle - figure.value,
                "median_error": median_error(values, searched),
                "p5": low,
                "p95": high,
                "percentile": share,
                "splits": len(values),
                "searched": 0 if searched is None else len(np.unique(searched)),
                "place": figure.place,
                "why": _verdict(figure.value, low, middle, high),
            }
        )
    return pd.DataFrame(rows)


def median(values: np.ndarray) -> float:
    """Median of scores by Harrell and Davis (1982): a weighted mean of those near the middle.

    A share of 95 or 96 zones takes few values, so that the plain median would stand still and
    then jump by a whole percentage point.
    """
    return float(_medians(values, np.ones((1, len(values))))[0])


def median_error(values: np.ndarray, searched: np.ndarray | None = None) -> float:
    """Monte-Carlo standard error of `median` over splits, by the bootstrap of whole fives.

    Parameters
    ----------
    values
        Scores in the order of the splits.
    searched
        The split whose search chose the hyperparameters of each split. Searches are a sample
        too: the variance that comes from them is estimated in the same way and added, and that
        of single splits, which both hold, is taken out once (Cameron, Gelbach and Miller 2011).
    """
    single = np.arange(len(values))
    fives = _resampled(values, single // FIFTHS).var(ddof=1)
    if searched is None:
        return float(np.sqrt(fives))
    added = _resampled(values, searched).var(ddof=1) - _resampled(values, single).var(ddof=1)
    return float(np.sqrt(fives + max(added, 0.0)))


def _resampled(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Medians over bootstrap resamples of whole groups of splits."""
    many = int(groups.max()) + 1
    drawn = np.random.default_rng(0).multinomial(many, np.full(many, 1 / many), size=RESAMPLES)
    return _medians(values, drawn[:, groups])


def _medians(values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The median of each row of ``times``, which says how often each value was drawn."""
    order = values.argsort()
    running = times[:, order].cumsum(axis=1)
    half = (running[:, -1:] + 1) / 2
    reached = betainc(half, half, running / running[:, -1:])
    return np.diff(reached, axis=1, prepend=0.0) @ values[order]


def _verdict(value: float, low: float, middle: float, high: float) -> str:
    if low <= value <= high:
        side = "above" if value > middle else "below" if value < middle else "at"
        return f"Within the middle 90 per cent of random splits, {side} their median."
    side = "Above" if value > high else "Below"
    return f"{side} the middle 90 per cent of random splits: not a typical split."
