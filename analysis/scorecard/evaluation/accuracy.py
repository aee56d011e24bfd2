"""How well a card does on households that had no part in making it.

Everything is weighted; intervals come from drawing enumeration areas within strata.
Probabilities of the card are the ones that a user reads off its lookup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit

from analysis.scorecard.card.card import Card
from analysis.scorecard.metrics import MEASURES, SMALLEST, auc_of, headcount_bias
from analysis.scorecard.model.newton import newton_logit
from analysis.scorecard.model.points import BEST
from analysis.scorecard.sampling.intervals import cluster_weights, interval, measured, with_interval
from analysis.scorecard.survey.survey import Survey, weighted_quantile

CUT = 0.6  # the paper's cut-off, above which most of the poor are and most others are not
CARD = "card"
URBAN_RURAL = "area"  # what files call the kind of group that is urban or rural
MIN_CLUSTERS = 8  # of a group, for an interval
SIZES = ((1, 2), (3, 4), (5, 6), (7, 8), (9, None))  # members of a household
_QUANTILES = {"p05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "p95": 0.95}


@dataclass(frozen=True)
class Evaluation:
    """Measured accuracy on the held-out households.

    Attributes
    ----------
    accuracy : DataFrame
        line, model, kind, group, metric, estimate, ci_low, ci_high, households, areas (clusters).
        ``kind`` is national, area (urban or rural), region, size (of the household) or head (what
        is known of the household's head);
        ``metric`` is explained in data/surveys/README.md. Groups of fewer than ``MIN_CLUSTERS``
        clusters have no intervals, since so few say nothing of their variance.
    targeting : DataFrame
        For each score as a cut-off (households at or below it are targeted): line, score,
        probability, targeted, exclusion_error, inclusion_error, the last three with intervals.
    boxes : DataFrame
        Weighted quantiles of the probability of poor and non-poor households: kind
        (national, decile, area for urban or rural, region), group, poor, households, p05 … p95.
    calibration : DataFrame
        Ten groups by probability: predicted, observed, ci_low, ci_high, households.
    households : DataFrame
        One row a held-out household: score, probability (by region), national probability,
        poor, weight, region, urban, decile.
    """

    accuracy: pd.DataFrame
    targeting: pd.DataFrame
    boxes: pd.DataFrame
    calibration: pd.DataFrame
    households: pd.DataFrame


def evaluate(
    card: Card, test: Survey, others: dict[str, np.ndarray], samples: int, rng: np.random.Generator
) -> Evaluation:
    """Measure a card on held-out households.

    Parameters
    ----------
    card : Card
    test : Survey
        The held-out households, with the regions of the card.
    others : dict
        Probabilities of the same households by other models, for the card's first line.
    samples : int
        Bootstrap samples for the intervals.
    """
    drawn = cluster_weights(test, samples, rng)
    score = card.scores(test)
    main = card.lines[0].name
    poor = test.line(main).poor
    card_p = card.predict(test)
    rows = []
    for line in card.lines:
        p, of_persons = (card.predict(test, line.name, of=of) for of in ("households", "persons"))
        rows += _line_accuracy(line.name, p, of_persons, test, test.line(line.name).poor, drawn)
    if others:
        own = _by_measure(card_p, test, poor, drawn)
        for name, p in others.items():
            rows += _model_accuracy(main, name, _by_measure(p, test, poor, drawn), own, test)
    accuracy = pd.DataFrame(rows, columns=ACCURACY)
    frame = _households(card, test, score, card_p, poor)
    return Evaluation(
        accuracy=accuracy,
        targeting=pd.concat(
            [_targeting(card, line.name, test, score, drawn) for line in card.lines],
            ignore_index=True,
        ),
        boxes=_boxes(frame, test),
        calibration=_calibration(card_p, poor, test, drawn),
        households=frame,
    )


ACCURACY = (
    "line", "model", "kind", "group", "metric", "estimate", "ci_low", "ci_high", "households",
    "areas",
)  # fmt: skip
TARGETING = (
    "line", "score", "probability", "targeted", "targeted_low", "targeted_high",
    "exclusion_error", "exclusion_error_low", "exclusion_error_high",
    "inclusion_error", "inclusion_error_low", "inclusion_error_high",
)  # fmt: skip


def groups(survey: Survey) -> Iterator[tuple[str, str, np.ndarray]]:
    """The country, urban and rural areas, regions, sizes, heads: kind, name and households."""
    yield "national", "national", np.ones(len(survey), dtype=bool)
    if survey.urban is not None:
        yield URBAN_RURAL, "urban", survey.urban
        yield URBAN_RURAL, "rural", ~survey.urban
    for code, region in enumerate(survey.regions):
        yield "region", region, survey.region == code
    for low, high in SIZES:
        name = f"{low} or more" if high is None else f"{low} or {high}"
        yield "size", name, (survey.size >= low) & (survey.size <= (high or np.inf))
    for column, names, code in survey.heads:
        for index, name in enumerate(names):
            yield "head", f"{column}: {name}", code == index


def _line_accuracy(line, p, of_persons, test, poor, drawn) -> list[tuple]:
    rows = []
    for kind, group, here in groups(test):
        if not here.any():
            continue
        n_clusters = len(np.unique(test.cluster[here]))
        ranked = auc_of(p[here], poor[here])
        measures = {
            "headcount_bias": lambda w, h=here: headcount_bias(p[h], poor[h], w[h]),
            "headcount_bias_persons": lambda w, h=here: headcount_bias(
                of_persons[h], poor[h], w[h] * test.size[h]
            ),
            "headcount": lambda w, h=here: float(np.average(poor[h], weights=w[h])),
            "auc": lambda w, h=here, ranked=ranked: ranked(w[h]),
            "poor_above_cut": lambda w, h=here: _share(p > CUT, poor & h, w),
            "nonpoor_below_cut": lambda w, h=here: _share(p <= CUT, ~poor & h, w),
        }
        if kind == "national":
            measures |= {
                name: lambda w, measure=measure: measure(p, poor, w)
                for name, measure in MEASURES.items()
                if name not in measures
            }
            measures["calibration_intercept"] = lambda w: calibration_line(p, poor, w)[0]
            measures["calibration_slope"] = lambda w: calibration_line(p, poor, w)[1]
            # what a user gets who averages the households' lookup over persons
            measures["headcount_bias_persons_by_households"] = lambda w: headcount_bias(
                p, poor, w * test.size
            )
        for metric, measure in measures.items():
            enough = drawn if n_clusters >= MIN_CLUSTERS else drawn[:0]
            ends = interval(measure, test.weight, enough)
            rows.append((line, CARD, kind, group, metric, *ends, int(here.sum()), n_clusters))
    return rows


def calibration_line(
    probability: np.ndarray, poor: np.ndarray, weight: np.ndarray
) -> tuple[float, float]:
    """Intercept and slope of the logit regression of fact on the logit of the probability.

    A perfect card has 0 and 1. NaN where no line fits best, as where the probability parts the
    poor from the others.
    """
    x = np.column_stack([np.ones(len(poor)), logit(probability.clip(SMALLEST, 1 - SMALLEST))])
    line, converged = newton_logit(x, poor, weight, np.array([0.0, 1.0]))
    return tuple(float(b) for b in line) if converged else (float("nan"), float("nan"))


def _by_measure(p, test, poor, drawn) -> dict[str, np.ndarray]:
    """Each measure of some probabilities, with the survey's weights and each sample's."""
    measures = {name: lambda w, m=measure: m(p, poor, w) for name, measure in MEASURES.items()}
    measures["auc"] = auc_of(p, poor)
    return {name: measured(measure, test.weight, drawn) for name, measure in measures.items()}


def _model_accuracy(line, name, measures, card, test) -> list[tuple]:
    """A model's own figures, and how far each is from the card's, on the same samples."""
    rows = []
    labels, size = (line, name, "national", "national"), (len(test), len(np.unique(test.cluster)))
    for metric, values in measures.items():
        less = with_interval(values - card[metric])
        rows.append((*labels, metric, *with_interval(values), *size))
        rows.append((*labels, f"{metric}_less_card", *less, *size))
    return rows


def _share(true: np.ndarray, among: np.ndarray, weight: np.ndarray) -> float:
    whole = weight[among].sum()
    return float(weight[true & among].sum() / whole) if whole > 0 else float("nan")


def _households(card, test, score, p, poor) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "score": score,
            "probability": p,
            "probability_national": card.probability(score, None),
            "poor": poor,
            "weight": test.weight,
            "size": test.size,
            "region": np.array(test.regions, dtype=object)[test.region],
        }
    )
    if test.urban is not None:
        frame[URBAN_RURAL] = np.where(test.urban, "urban", "rural")
    if test.welfare is not None:
        edges = [weighted_quantile(test.welfare, test.persons, d / 10) for d in range(1, 10)]
        frame["decile"] = 1 + np.searchsorted(edges, test.welfare, side="left")
    return frame


def _boxes(frame: pd.DataFrame, test: Survey) -> pd.DataFrame:
    rows = []
    for kind, group, here in groups(test):
        if kind in ("size", "head"):
            continue
        for poor in (True, False):
            shown = frame[here & (frame["poor"] == poor)]
            rows.append((kind, group, poor, len(shown), *_quantiles(shown)))
    if "decile" in frame:
        for decile, shown in frame.groupby("decile"):
            rows.append(("decile", str(decile), None, len(shown), *_quantiles(shown)))
    return pd.DataFrame(rows, columns=["kind", "group", "poor", "households", *_QUANTILES])


def _quantiles(frame: pd.DataFrame) -> list[float]:
    if frame.empty:
        return [float("nan")] * len(_QUANTILES)
    values, weights = frame["probability"].to_numpy(), frame["weight"].to_numpy()
    return [weighted_quantile(values, weights, q) for q in _QUANTILES.values()]


def _targeting(card, line, test, score, drawn) -> pd.DataFrame:
    poor = test.line(line).poor
    lookup = np.array(card.line(line).lookup.national) / 1000
    # one weight sum a score and sample, then everything is a cumulated sum
    every = _by_score(score, np.vstack([test.weight, drawn]))
    poor_below = _by_score(score, np.vstack([test.weight, drawn]) * poor)
    targeted = every / every[:, -1:]
    with np.errstate(invalid="ignore", divide="ignore"):  # a sample may have no poor
        exclusion = 1 - poor_below / poor_below[:, -1:]
        inclusion = 1 - poor_below / every
    frame = pd.DataFrame({"line": line, "score": np.arange(BEST + 1), "probability": lookup})
    for name, values in (
        ("targeted", targeted),
        ("exclusion_error", exclusion),
        ("inclusion_error", inclusion),
    ):
        frame[name] = values[0]
        low, high = _percentiles(values[1:])
        frame[f"{name}_low"], frame[f"{name}_high"] = low, high
    return frame


def _percentiles(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of each column; NaN where a column has no number at all."""
    known = np.isfinite(values).any(axis=0)
    out = np.full((2, values.shape[1]), np.nan)
    out[:, known] = np.nanquantile(values[:, known], [0.025, 0.975], axis=0)
    return out[0], out[1]


def _by_score(score: np.ndarray, weights: np.ndarray) -> np.ndarray:
    sums = np.stack([np.bincount(score, weights=w, minlength=BEST + 1) for w in weights])
    return np.cumsum(sums, axis=1)


def _calibration(p, poor, test, drawn) -> pd.DataFrame:
    edges = sorted({weighted_quantile(p, test.weight, d / 10) for d in range(1, 10)})
    group = np.searchsorted(edges, p, side="left")
    rows = []
    for code in np.unique(group):
        here = group == code
        observed = interval(
            lambda w, h=here: float(np.average(poor[h], weights=w[h])), test.weight, drawn
        )
        predicted = float(np.average(p[here], weights=test.weight[here]))
        rows.append((predicted, *observed, int(here.sum())))
    return pd.DataFrame(rows, columns=["predicted", "observed", "ci_low", "ci_high", "households"])


def best_cut(targeting: pd.DataFrame) -> pd.Series:
    """The cut-off at which as many are targeted wrongly as are missed: errors balance."""
    known = targeting.dropna(subset=["inclusion_error"])
    difference = (known["exclusion_error"] - known["inclusion_error"]).abs()
    return known.loc[difference.idxmin()]
