"""A whole scorecard study: split, select, make the card, measure it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import expit
from threadpoolctl import threadpool_limits

from analysis.scorecard.card.card import Card, make_card
from analysis.scorecard.evaluation.accuracy import ACCURACY, CARD, Evaluation, evaluate
from analysis.scorecard.evaluation.baselines import boosting, every_question, forest, stepwise_fits
from analysis.scorecard.evaluation.regional_cards import RegionalCards, regional_cards
from analysis.scorecard.evaluation.repeated_splits import over_splits, repeat_once, split
from analysis.scorecard.evaluation.standard_errors import (
    with_accuracy,
    with_correlations,
    with_errors,
)
from analysis.scorecard.model.fit import Fit
from analysis.scorecard.model.refit import refit, with_tau
from analysis.scorecard.model.region_intercepts import Intercepts, choose_intercepts, kind_of
from analysis.scorecard.selection.frequency import ALL_HOUSEHOLDS
from analysis.scorecard.selection.nested import Selection, select
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import PROFILES, RULES, Settings, Stream
from analysis.scorecard.survey.survey import Survey

_JSON_NAMES = {"n_lambdas": "penalties", "lambda_rule": "penalty_rule"}
"""What some settings are called in the card's file."""


@dataclass(frozen=True)
class Study:
    """A card with the way it was chosen and its measured accuracy.

    ``is_test`` marks the households of the survey that were held out; ``baselines`` are what other
    rules chose on the same households, by the name of the rule; ``regional`` are the cards of the
    regions, where the specification asks for them.
    """

    survey: Survey
    is_test: np.ndarray
    card: Card
    selection: Selection
    evaluation: Evaluation
    baselines: dict[str, Selection]
    regional: RegionalCards | None = None


def run_study(
    survey: Survey,
    settings: Settings,
    *,
    line: str | None = None,
    runner: Runner | None = None,
    compared: bool = True,
) -> Study:
    """Build a card from a survey and measure it on held-out households.

    Parameters
    ----------
    survey : Survey
    settings : Settings
    line : str, optional
        The line that the points are fitted for; by default the survey's first. Questions are
        chosen by the first line whatever it is: one set of questions serves all lines, as in
        the paper, and resamples are done once.
    runner : Runner, optional
        Where resamples run.
    compared : bool
        Whether other rules and models are fitted for comparison.
    """
    # matrices are small and processes many: threads inside would only wait for each other
    with threadpool_limits(1):
        return _run(survey, settings, survey.line(line).name, runner or Runner(), compared)


def _run(survey: Survey, settings: Settings, line: str, runner: Runner, compared: bool) -> Study:
    is_test = split(survey, settings)
    train, test = survey.take(~is_test), survey.take(is_test)
    first, poor = train.lines[0], train.line(line).poor
    selection = select(train, first.poor, settings, runner)
    fit = selection.fit
    if line != first.name:
        fit = refit(train, poor, list(fit.questions), settings.l1_ratios, settings, ALL_HOUSEHOLDS)
        intercepts = choose_intercepts(train, poor, fit, settings)
        fit = with_tau(train, poor, fit, intercepts.tau)
        selection = replace(selection, fit=fit, intercepts=intercepts)
    build_info = {
        "survey_households": len(survey),
        "fitted_households": len(train),
        "held_out_households": len(test),
        "mix": fit.l1_ratio,
        "penalty": fit.lambda_,
        "intercepts": kind_of(fit.tau),
        "intercept_spread": fit.tau if np.isfinite(fit.tau) else None,
        "nested_log_loss": round(selection.nested_loss, 6),
        "tested_specification": survey.tested,
        **{
            _JSON_NAMES.get(k, k): v
            for k, v in asdict(settings).items()
            if not isinstance(v, tuple)
        },
    }
    card = make_card(train, fit, line, build_info)
    intercepts = selection.intercepts
    baselines = _baselines(train, first.poor, settings, runner, intercepts) if compared else {}
    calls = {"errors": (with_errors, card, train, fit, settings.seed)}
    if compared:
        calls |= {
            f"split {number}": (repeat_once, survey, settings, line, number)
            for number in range(1, settings.repeats + 1)
        }
        calls |= _comparisons(train, poor, test, fit, settings)
    done = runner.each(calls)
    card = done.pop("errors")
    splits = [result for name, result in done.items() if name.startswith("split ")]
    others = _others(done, fit, test) if compared else {}
    fits = {name: other.fit for name, other in baselines.items()}
    if compared:  # fitted and rounded as the card is, so that only the choice is compared
        steps = list(done["stepwise"][-1].questions)
        fits["stepwise"] = refit(
            train, poor, steps, settings.l1_ratios, settings, ALL_HOUSEHOLDS, fit.tau
        )
        fits |= _other_intercepts(train, poor, fit, intercepts)
    others |= {name: _by_card(train, other, line, test) for name, other in fits.items()}
    measured = evaluate(
        card, test, others, settings.intervals, settings.rng(Stream.ACCURACY_INTERVALS)
    )
    tables = [measured.accuracy, _splits(splits, line, test), _kinds(intercepts, line, train)]
    accuracy = pd.concat([table for table in tables if len(table)], ignore_index=True)
    measured = replace(measured, accuracy=accuracy)
    card = with_accuracy(with_correlations(card, test), measured)
    regional = (
        regional_cards(survey, is_test, card, settings, runner) if survey.regional_cards else None
    )
    return Study(survey, is_test, card, selection, measured, baselines, regional)


def _splits(results: list[dict], line: str, test: Survey) -> pd.DataFrame:
    """Rows of the accuracy for the mean over other splits."""
    size = (len(test), len(np.unique(test.cluster)))
    group = f"mean of {len(results)} splits"
    rows = [
        (line, CARD, "splits", group, metric, *over_splits([one[metric] for one in results]), *size)
        for metric in (results[0] if results else ())
    ]
    return pd.DataFrame(rows, columns=ACCURACY)


def _kinds(intercepts: Intercepts, line: str, train: Survey) -> pd.DataFrame:
    """Rows of the accuracy for the kinds of intercepts: cross-validated on the fitted clusters.

    Of pooled ones the best τ is shown.
    """
    size, rows = (len(train), len(np.unique(train.cluster))), []
    for kind, by_tau in intercepts.losses.groupby("kind", sort=False):
        best = by_tau.loc[by_tau["log_loss"].idxmin()]
        less = tuple(best[["less", "ci_low", "ci_high"]])
        labels = (line, CARD, "intercepts", kind)
        rows.append((*labels, "log_loss", best["log_loss"], np.nan, np.nan, *size))
        rows.append((*labels, "log_loss_less_chosen", *less, *size))
    return pd.DataFrame(rows, columns=ACCURACY)


def _other_intercepts(train, poor, fit: Fit, intercepts: Intercepts) -> dict[str, Fit]:
    """The card's fit with the kinds of intercepts that were not chosen, as other models."""
    losses = intercepts.losses
    best = losses.loc[losses.groupby("kind")["log_loss"].idxmin()] if len(losses) else losses
    taus = {row.kind: row.tau for row in best.itertuples() if row.kind != intercepts.kind}
    return {f"{kind}_intercepts": with_tau(train, poor, fit, tau)
            for kind, tau in taus.items()}  # fmt: skip


def _baselines(
    train, poor, settings: Settings, runner: Runner, intercepts: Intercepts
) -> dict[str, Selection]:
    """What the other rules choose on the same households, with the effort of the quick profile.

    They take the card's intercepts, so that only the choice of questions is compared.
    """
    effort = replace(PROFILES["quick"], questions=settings.questions, unit=settings.unit,
                     seed=settings.seed)  # fmt: skip
    if settings.resamples < effort.resamples:
        effort = settings
    others = [rule for rule in RULES if rule != settings.rule]
    return {rule: select(train, poor, replace(effort, rule=rule), runner, intercepts)
            for rule in others}  # fmt: skip


def _by_card(train: Survey, fit: Fit, line: str, test: Survey) -> np.ndarray:
    """Probabilities of the test households by the card of a fit, off its lookup."""
    return make_card(train, fit, line, {}).predict(test)


def _comparisons(train, poor, test, fit: Fit, settings) -> dict:
    """The calls that fit what the card is compared with, the longest first."""
    return {
        "random_forest": (forest, train, poor, test, settings.seed),
        "stepwise": (stepwise_fits, train, poor, settings.questions),
        "boosting": (boosting, train, poor, test, settings.seed),
        "all_questions": (every_question, train, poor, test, fit.l1_ratio, settings),
    }


def _others(done: dict, fit: Fit, test: Survey) -> dict[str, np.ndarray]:
    """Probabilities of the test households by everything that the card is compared with."""
    steps = done["stepwise"]
    return {
        "card_before_rounding": expit(fit.predictor(test)),
        "all_questions": done["all_questions"],
        "one_question": expit(steps[0].predictor(test)),
        "random_forest": done["random_forest"],
        "boosting": done["boosting"],
    }
