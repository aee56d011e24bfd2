"""Who is served badly: errors and calibration by kind of place, and what an error means."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.data.names import TARGET
from analysis.data.states import REGION_BY_POSTAL
from analysis.mobility.associate.weightings import draws_with_estimate, with_ends, with_interval
from analysis.mobility.predict.scores import binary_scores
from analysis.store.cache import cached

RESAMPLES = 1000
SEED = 1921

TERCILES = MappingProxyType(
    {
        "population": ("Population", ("smallest third", "middle third", "largest third")),
        "racial_segregation": (
            "Racial segregation",
            ("least segregated third", "middle third", "most segregated third"),
        ),
        "frac_black": (
            "Black residents",
            ("smallest share third", "middle third", "largest share third"),
        ),
    }
)

COMPARED = ("false_high_rate", "false_low_rate")
"""The rates whose differences are tested together."""

METRICS = MappingProxyType(
    {
        "error_rate": "share of zones predicted wrongly",
        "false_high_rate": "share of zones below the mean that are predicted above it",
        "false_low_rate": "share of zones above the mean that are predicted below it",
        "auc": "probability that a zone above the mean gets a higher probability than one below",
        "calibration_gap": "mean probability minus share of zones above the mean",
        "brier": "mean squared distance between probability and label",
    }
)


def kinds_of_places(zones: pd.DataFrame) -> pd.DataFrame:
    """The groups that each zone belongs to.

    Returns
    -------
    DataFrame
        One row a zone, in the order and with the index of ``zones``, one ordered
        categorical column a characteristic: "Census region" and the thirds of
        ``TERCILES`` (cut at the terciles of ``zones``).
    """
    names = tuple(dict.fromkeys(REGION_BY_POSTAL.values()))
    kinds = {"Census region": _categories(zones["state"].map(REGION_BY_POSTAL), names)}
    for column, (title, names) in TERCILES.items():
        thirds = pd.qcut(zones[column], 3, labels=list(names))
        kinds[title] = _categories(thirds, names)
    return pd.DataFrame(kinds, index=zones.index)


@cached
def audit_table(
    predictions: pd.DataFrame,
    kinds: pd.DataFrame,
    children: pd.Series,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Scores in each group of places, and how they differ from those elsewhere.

    Parameters
    ----------
    predictions : DataFrame
        Of ``held_out.predictions``.
    kinds : DataFrame
        Of ``kinds_of_places``, rows in the same order.
    children : Series
        Children of the cohorts in each zone, rows in the same order.

    Returns
    -------
    DataFrame
        One row a group and metric (see ``METRICS``); the first group is "All
        zones": ``characteristic``, ``group``, ``metric``, ``estimate``,
        ``ci_low``, ``ci_high``, ``difference`` (group minus all other zones),
        ``difference_low``, ``difference_high``, ``p_adjusted`` (of the difference,
        allowing for the number of comparisons of ``COMPARED``; missing elsewhere;
        see ``max_t_p_values``), ``cases`` (zones that the score is taken over),
        ``zones``, ``states``, ``children`` (of the group). Intervals (95 %)
        resample states, predictions given. A score without cases (no zone below
        the mean) is missing.
    """
    counts = draws_with_estimate(predictions["state"].to_numpy(), resamples, seed)
    everyone = np.ones(len(predictions), bool)
    groups = [("All zones", "All zones", everyone)]
    for characteristic in kinds:
        column = kinds[characteristic]
        for group in column.cat.categories:
            groups.append((characteristic, group, (column == group).to_numpy()))
    rows, gaps = [], []
    for characteristic, group, inside in groups:
        here = _scores(predictions, counts * inside)
        there = _scores(predictions, counts * ~inside)
        size = {
            "zones": int(inside.sum()),
            "states": predictions.loc[inside, "state"].nunique(),
            "children": float(children[inside].sum()),
        }
        for metric in METRICS:
            gap = here[metric] - there[metric]
            gaps.append(gap if metric in COMPARED else np.full_like(gap, np.nan))
            row = {"characteristic": characteristic, "group": group, "metric": metric}
            row |= dict(
                zip(("estimate", "ci_low", "ci_high"), _with_interval(here[metric]), strict=True)
            )
            row |= dict(zip(with_ends("difference"), _with_interval(gap), strict=True))
            row |= {"p_adjusted": np.nan, "cases": _cases(metric, predictions.loc[inside, "label"])}
            rows.append(row | size)
    return pd.DataFrame(rows).assign(p_adjusted=max_t_p_values(np.array(gaps).T))


def max_t_p_values(values: np.ndarray) -> np.ndarray:
    """P-values that allow for the number of comparisons: max-t of Westfall and Young (1993).

    Parameters
    ----------
    values
        Shape (1 + resamples, comparisons): the estimates, then those of each
        resample; undefined ones are NaN.

    Returns
    -------
    ndarray, shape (comparisons,)
        Share of resamples (the estimates' own row among them) in which the largest
        departure of any comparison from its estimate, in its standard errors, is
        at least as large as the estimate's departure from 0. NaN for comparisons
        without a spread.
    """
    estimate, draws = values[0], values[1:]
    used = np.isfinite(estimate) & (np.isfinite(draws).sum(axis=0) > 1)
    error = np.full(len(estimate), np.nan)
    error[used] = np.nanstd(draws[:, used], axis=0, ddof=1)
    used &= error > 0
    p_values = np.full(len(estimate), np.nan)
    if used.any():
        away = np.abs(draws[:, used] - estimate[used]) / error[used]
        largest = np.nan_to_num(away).max(axis=1)
        size = np.abs(estimate[used]) / error[used]
        p_values[used] = (1 + (largest[:, None] >= size).sum(axis=0)) / (1 + len(draws))
    return p_values


def consequences(predictions: pd.DataFrame, zones: pd.DataFrame, near: float = 1.0) -> pd.DataFrame:
    """What the errors would mean: zones and children concerned, and how close the calls were.

    Parameters
    ----------
    near : float
        Ranks from the mean within which a zone counts as a close call.

    Returns
    -------
    DataFrame
        One row an outcome ("rightly low", "falsely high", "falsely low", "rightly
        high"): ``outcome``, ``zones``, ``children``, ``share_of_children``,
        ``mean_target`` (rank), ``mean_distance`` (ranks from the mean of the
        target), ``close_calls`` (share of these zones within ``near``).
    """
    distance = (zones[TARGET] - zones[TARGET].mean()).abs().to_numpy()
    label, predicted = predictions["label"].to_numpy(), predictions["predicted"].to_numpy()
    children = zones["children"].to_numpy(float)
    rows = []
    for outcome, is_high, called_high in (
        ("rightly low", 0, 0),
        ("falsely high", 0, 1),
        ("falsely low", 1, 0),
        ("rightly high", 1, 1),
    ):
        inside = (label == is_high) & (predicted == called_high)
        some = inside.any()
        rows.append(
            {
                "outcome": outcome,
                "zones": int(inside.sum()),
                "children": children[inside].sum(),
                "share_of_children": children[inside].sum() / children.sum(),
                "mean_target": zones[TARGET].to_numpy()[inside].mean() if some else np.nan,
                "mean_distance": distance[inside].mean() if some else np.nan,
                "close_calls": (distance[inside] <= near).mean() if some else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _scores(predictions: pd.DataFrame, weights: np.ndarray) -> dict[str, np.ndarray]:
    label = predictions["label"].to_numpy()
    predicted = predictions["predicted"].to_numpy()
    probability = predictions["probability"].to_numpy()
    low, high = (label == 0).astype(float), (label == 1).astype(float)
    # A resample can miss a whole group; its scores are then undefined.
    with np.errstate(invalid="ignore", divide="ignore"):
        common = binary_scores(label, probability, weights)
    return {
        "error_rate": 1 - common["accuracy"],
        "false_high_rate": ratio(weights @ (low * predicted), weights @ low),
        "false_low_rate": ratio(weights @ (high * (1 - predicted)), weights @ high),
        "auc": common["AUC"],
        "calibration_gap": ratio(weights @ (probability - label), weights.sum(axis=1)),
        "brier": common["Brier score"],
    }


def _cases(metric: str, label: pd.Series) -> int:
    """Zones that a score is taken over: those of one label for its error rate."""
    if metric in ("false_high_rate", "false_low_rate"):
        return int((label == (metric == "false_low_rate")).sum())
    return len(label)


def _with_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Estimate and interval; all undefined where every resample is."""
    if np.isnan(values[1:]).all():
        return values[0], np.nan, np.nan
    return with_interval(values)


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Quotient that is undefined (NaN), without a warning, where the divisor is 0."""
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)


def _categories(values: pd.Series, names: tuple[str, ...]) -> pd.Series:
    return values.astype(pd.CategoricalDtype(list(names), ordered=True))
