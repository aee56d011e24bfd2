"""A card for each region: what it asks, and what it costs in accuracy and in households.

Each card is chosen, fitted and rounded on its region's households alone, and measured beside
the country's card on the same held-out households. To tell how many households it would
take to make up for the country's experience, cards are made from halves of the clusters too: the
loss of a fit to n households lies about a/n above what it could reach, so two sizes give a.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from analysis.scorecard.card.card import Card, make_card
from analysis.scorecard.evaluation.accuracy import MIN_CLUSTERS, evaluate
from analysis.scorecard.evaluation.standard_errors import (
    with_accuracy,
    with_correlations,
    with_errors,
)
from analysis.scorecard.metrics import auc_of, loss
from analysis.scorecard.model.refit import refit
from analysis.scorecard.model.region_intercepts import SEPARATE_INTERCEPTS
from analysis.scorecard.sampling.bootstrap import folds_of
from analysis.scorecard.sampling.intervals import cluster_weights, interval, measured
from analysis.scorecard.selection.frequency import ALL_HOUSEHOLDS
from analysis.scorecard.selection.nested import searched_fit
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import Settings, Stream
from analysis.scorecard.survey.survey import Survey

ALL = "all"


@dataclass(frozen=True)
class RegionalCards:
    """The regions' own cards and what they cost.

    Attributes
    ----------
    cards : tuple of Card
        One a region, in the order of the country's card.
    accuracy_cost : DataFrame
        One row a region, and one for all of them (``all``), on held-out households: region,
        fitted_households, households and areas (clusters) that are held out, shared (questions that
        the country's card has too), auc and log_loss of the region's card, auc_less_national and
        log_loss_less_national (region's less country's card), each with _low and _high where the
        clusters suffice for an interval; half_log_loss (cards from half of them), of all alone.
    break_even_n : tuple of float
        Households for fitting that a region would need on average for its own card to be as
        good as the country's: estimate and 95% interval, infinite where no number would do.
    """

    cards: tuple[Card, ...]
    accuracy_cost: pd.DataFrame
    break_even_n: tuple[float, float, float]


def regional_cards(
    survey: Survey,
    is_test: np.ndarray,
    card: Card,
    settings: Settings,
    runner: Runner,
    *,
    complete: bool = True,
) -> RegionalCards:
    """Make a card for each region, and measure what it costs.

    Parameters
    ----------
    survey : Survey
    is_test : ndarray of bool
        The households that the country's card held out.
    card : Card
        The country's, fitted to the same others.
    settings : Settings
    runner : Runner
    complete : bool
        Whether the cards are to know their errors by group, or only their accuracy cost is wanted.
    """
    line = card.lines[0].name
    calls = {
        region: (_region, survey, is_test, code, line, settings, complete)
        for code, region in enumerate(survey.regions)
    }
    done = list(runner.each(calls).values())
    test = survey.take(is_test)
    poor = test.line(line).poor
    national = card.predict(test)
    regional, halves = np.zeros(len(test)), np.zeros((2, len(test)))
    for code, (_, p, half) in enumerate(done):
        regional[test.region == code], halves[:, test.region == code] = p, half
    draws = cluster_weights(test, settings.intervals, settings.rng(Stream.REGION_INTERVALS))
    names = {question.name for question in card.questions}
    rows = []
    for code, region in [*enumerate(survey.regions), (-1, ALL)]:
        here = np.ones(len(test), bool) if code < 0 else test.region == code
        asked = [{q.name for q in one.questions} for one, _, _ in done]
        shared = [len(names & mine) for mine in asked]
        n_clusters = len(np.unique(test.cluster[here]))
        rows.append(
            {"region": region, "fitted_households": _fitted(survey, is_test, code),
             "households": int(here.sum()), "areas": n_clusters,
             "shared": float(np.mean(shared)) if code < 0 else shared[code],
             **_compared(regional, national, poor, test.weight, draws, here, n_clusters)}
        )  # fmt: skip
    accuracy_cost = pd.DataFrame(rows)
    every = [loss(p, poor, test.weight) for p in halves]
    accuracy_cost["half_log_loss"] = np.where(
        accuracy_cost["region"] == ALL, np.mean(every), np.nan
    )
    size = _fitted(survey, is_test, -1) / len(survey.regions)
    break_even_n = _break_even_n(size, regional, halves, national, poor, test.weight, draws)
    return RegionalCards(tuple(one for one, _, _ in done), accuracy_cost, break_even_n)


def _fitted(survey: Survey, is_test: np.ndarray, code: int) -> int:
    return int((~is_test & ((survey.region == code) | (code < 0))).sum())


def one_region(survey: Survey, code: int) -> Survey:
    """The households of a region, as a survey with no other."""
    inside = survey.take(survey.region == code)
    return replace(inside, region=np.zeros(len(inside), int), regions=(survey.regions[code],))


def _region(survey: Survey, is_test, code: int, line: str, settings: Settings, complete: bool):
    """A region's card, its probabilities, and those of cards from halves of the clusters."""
    with threadpool_limits(1):
        train, test = (one_region(survey.take(rows), code) for rows in (~is_test, is_test))
        fit, regional = _card(train, line, settings)
        half = folds_of(train.cluster, train.stratum, 2, settings.rng(Stream.REGION_HALVES, code))
        quickly = replace(settings, l1_ratios=(fit.l1_ratio,))
        halves = [_card(train.take(half == h), line, quickly)[1] for h in (0, 1)]
        regional = _measured(regional, train, test, fit, settings) if complete else regional
        p, *others = (one.predict(test) for one in (regional, *halves))
    return regional, p, np.array(others)


def _card(train: Survey, line: str, settings: Settings):
    fit = searched_fit(train, train.lines[0].poor, settings, SEPARATE_INTERCEPTS)
    if line != train.lines[0].name:
        fit = refit(train, train.line(line).poor, list(fit.questions), settings.l1_ratios, settings,
                    ALL_HOUSEHOLDS)  # fmt: skip
    build_info = {"fitted_households": len(train), "mix": fit.l1_ratio, "penalty": fit.lambda_}
    return fit, make_card(train, fit, line, build_info)


def _measured(card: Card, train: Survey, test: Survey, fit, settings: Settings) -> Card:
    """The card with its errors and its accuracy, as the country's has them."""
    build_info = {**card.build_info, "held_out_households": len(test), "seed": settings.seed}
    card = replace(card, build_info=build_info, title=f"{card.title}: {train.regions[0]}")
    card = with_correlations(with_errors(card, train, fit, settings.seed), test)
    rng = settings.rng(Stream.REGION_INTERVALS, 1)
    return with_accuracy(card, evaluate(card, test, {}, settings.intervals, rng))


def _compared(regional, national, poor, weight, draws, here, n_clusters) -> dict[str, float]:
    """AUC and log-loss of the regions' cards, and less the country's, on some households."""
    both, result = (regional[here], national[here]), {}
    measures = {
        "auc": [auc_of(p, poor[here]) for p in both],
        "log_loss": [lambda w, p=p: loss(p, poor[here], w) for p in both],
    }
    for name, (mine, theirs) in measures.items():
        enough = draws if n_clusters >= MIN_CLUSTERS else draws[:0]
        less = interval(lambda w, a=mine, b=theirs: a(w[here]) - b(w[here]), weight, enough)
        columns = (f"{name}_less_national{end}" for end in ("", "_low", "_high"))
        result |= {name: mine(weight[here]), **dict(zip(columns, less, strict=True))}
    return result


def _break_even_n(
    size, regional, halves, national, poor, weight, draws
) -> tuple[float, float, float]:
    """Households of a region at which the losses of both kinds of cards would be the same.

    With L(n) = L + a/n, half the households lose a/n more than all of them, which gives a.
    """
    whole, country = (measured(lambda w, p=p: loss(p, poor, w), weight, draws)
                      for p in (regional, national))  # fmt: skip
    half = np.mean([measured(lambda w, p=p: loss(p, poor, w), weight, draws) for p in halves], 0)
    gain = half - whole  # a/n
    room = country - whole + gain  # what the country's card loses beyond L
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where((gain > 0) & (room > 0), size * gain / room, np.inf)
    n = np.where((gain <= 0) & (whole <= country), size, n)
    low, high = np.quantile(n[1:], [0.025, 0.975], method="nearest")
    return float(n[0]), float(low), float(high)
