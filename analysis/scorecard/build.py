"""A whole scorecard study: split, select, make the card, measure it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import expit
from threadpoolctl import threadpool_limits

from analysis.scorecard.card.card import Card, codes_on_card, make_card
from analysis.scorecard.evaluation import baselines
from analysis.scorecard.evaluation.accuracy import ACCURACY, CARD, Evaluation, evaluate
from analysis.scorecard.evaluation.regional_cards import OwnCards, own_cards
from analysis.scorecard.evaluation.repeated_splits import over_splits, repeat_once, split
from analysis.scorecard.evaluation.standard_errors import (
    with_accuracy,
    with_correlations,
    with_errors,
)
from analysis.scorecard.model.fit import Fit
from analysis.scorecard.model.points import scores
from analysis.scorecard.model.refit import at_spread, refit
from analysis.scorecard.model.region_intercepts import Intercepts, choose_intercepts, kind_of
from analysis.scorecard.sampling.bootstrap import seed_of
from analysis.scorecard.selection.frequency import FINAL
from analysis.scorecard.selection.nested import Selection, select
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import PROFILES, RULES, Settings
from analysis.scorecard.survey.survey import Survey

_INTERVALS = 5  # place of the seed


@dataclass(frozen=True)
class Study:
    """A card with the way it was chosen and its measured accuracy.

    ``held`` marks the households of the survey that were held out; ``rivals`` are what other
    rules chose on the same households, by the name of the rule; ``own`` are the cards of the
    regions, where the specification asks for them.
    """

    survey: Survey
    held: np.ndarray
    card: Card
    selection: Selection
    evaluation: Evaluation
    rivals: dict[str, Selection]
    own: OwnCards | None = None


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
    held = split(survey, settings)
    train, test = survey.take(~held), survey.take(held)
    first, poor = train.lines[0], train.line(line).poor
    selection = select(train, first.poor, settings, runner)
    fit = selection.fit
    if line != first.name:
        fit = refit(train, poor, list(fit.questions), settings.mixes, settings, FINAL)
        intercepts = choose_intercepts(train, poor, fit, settings)
        fit = at_spread(train, poor, fit, intercepts.spread)
        selection = replace(selection, fit=fit, intercepts=intercepts)
    made = {
        "survey_households": len(survey),
        "fitted_households": len(train),
        "held_out_households": len(test),
        "mix": fit.mix,
        "penalty": fit.penalty,
        "intercepts": kind_of(fit.spread),
        "intercept_spread": fit.spread if np.isfinite(fit.spread) else None,
        "nested_log_loss": _nested_loss(selection),
        "tested_specification": survey.tested,
        **{k: v for k, v in asdict(settings).items() if not isinstance(v, tuple)},
    }
    card = make_card(train, fit, line, made)
    intercepts = selection.intercepts
    rivals = _rivals(train, first.poor, settings, runner, intercepts) if compared else {}
    beside = {"errors": (with_errors, card, train, fit, settings.seed)}
    if compared:
        beside |= {
            f"split {number}": (repeat_once, survey, settings, line, number)
            for number in range(1, settings.repeats + 1)
        }
        beside |= _comparisons(train, poor, test, fit, settings)
    done = runner.each(beside)
    card = done.pop("errors")
    splits = [found for name, found in done.items() if name.startswith("split ")]
    others = _others(done, fit, test) if compared else {}
    fits = {name: rival.fit for name, rival in rivals.items()}
    if compared:  # fitted and rounded as the card is, so that only the choice is compared
        steps = list(done["stepwise"][-1].questions)
        fits["stepwise"] = refit(train, poor, steps, settings.mixes, settings, FINAL, fit.spread)
        fits |= _other_intercepts(train, poor, fit, intercepts)
    others |= {name: _by_card(train, other, line, test) for name, other in fits.items()}
    measured = evaluate(card, test, others, settings.intervals, seed_of(settings.seed, _INTERVALS))
    parts = [measured.accuracy, _splits(splits, line, test), _regional(intercepts, line, train)]
    accuracy = pd.concat([part for part in parts if len(part)], ignore_index=True)
    measured = replace(measured, accuracy=accuracy)
    card = with_accuracy(with_correlations(card, test), measured)
    own = own_cards(survey, held, card, settings, runner) if survey.own_cards else None
    return Study(survey, held, card, selection, measured, rivals, own)


def _splits(found: list[dict], line: str, test: Survey) -> pd.DataFrame:
    """Rows of the accuracy for the mean over other splits."""
    size = (len(test), len(np.unique(test.cluster)))
    group = f"mean of {len(found)} splits"
    rows = [
        (line, CARD, "splits", group, metric, *over_splits([one[metric] for one in found]), *size)
        for metric in (found[0] if found else ())
    ]
    return pd.DataFrame(rows, columns=ACCURACY)


def _regional(intercepts: Intercepts, line: str, train: Survey) -> pd.DataFrame:
    """Rows of the accuracy for the kinds of intercepts: cross-validated on the fitted areas.

    Of pooled ones the best spread is told.
    """
    size, rows = (len(train), len(np.unique(train.cluster))), []
    for how, part in intercepts.losses.groupby("how", sort=False):
        best = part.loc[part["log_loss"].idxmin()]
        less = tuple(best[["less", "ci_low", "ci_high"]])
        place = (line, CARD, "intercepts", how)
        rows.append((*place, "log_loss", best["log_loss"], np.nan, np.nan, *size))
        rows.append((*place, "log_loss_less_chosen", *less, *size))
    return pd.DataFrame(rows, columns=ACCURACY)


def _other_intercepts(train, poor, fit: Fit, intercepts: Intercepts) -> dict[str, Fit]:
    """The card's fit with the kinds of intercepts that were not chosen, as other models."""
    losses = intercepts.losses
    best = losses.loc[losses.groupby("how")["log_loss"].idxmin()] if len(losses) else losses
    spreads = {row.how: row.spread for row in best.itertuples() if row.how != intercepts.how}
    return {f"{how}_intercepts": at_spread(train, poor, fit, spread)
            for how, spread in spreads.items()}  # fmt: skip


def _nested_loss(selection: Selection) -> float:
    """Mean held-out loss of the rule, at its best mix."""
    by_mix = selection.nested.groupby("mix", dropna=False)["log_loss"].mean()
    return round(float(by_mix.min()), 6)


def _rivals(
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
    card = make_card(train, fit, line, {})
    return card.probability(scores(card.points, codes_on_card(card, test)), test.region)


def _comparisons(train, poor, test, fit: Fit, settings) -> dict:
    """The calls that fit what the card is compared with, the longest first."""
    return {
        "random_forest": (baselines.forest, train, poor, test, settings.seed),
        "stepwise": (baselines.stepwise_fits, train, poor, settings.questions),
        "boosting": (baselines.boosting, train, poor, test, settings.seed),
        "all_questions": (baselines.every_question, train, poor, test, fit.mix, settings),
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
