"""Which questions go on the card, and with which coefficients: the nested selection.

Outer cross-validation judges the rule with everything in it; then the rule chooses from all
training households. Two rules are there: exchanges (:mod:`exchange`) and the paper's
(:mod:`frequency`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.scorecard.model.elastic_net import log_loss
from analysis.scorecard.model.fit import Fit
from analysis.scorecard.model.points import whole_points
from analysis.scorecard.model.refit import at_spread, refit
from analysis.scorecard.model.region_intercepts import APART, Intercepts, choose_intercepts
from analysis.scorecard.model.small_logit import Fitter
from analysis.scorecard.sampling.bootstrap import draw, folds_of, seed_of
from analysis.scorecard.selection.candidate_table import candidate_table
from analysis.scorecard.selection.constraints import Limits
from analysis.scorecard.selection.exchange import earning, search
from analysis.scorecard.selection.frequency import (
    FINAL,
    RESAMPLE,
    Material,
    Task,
    kept_most,
    net_ranking,
    run_resamples,
    strongest,
)
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import EXCHANGE, Settings
from analysis.scorecard.survey.survey import Survey

DEALS = 3  # of folds, to judge whether a question earns its place
REACH = 4  # times the questions of a card: candidates that the search looks at
JUDGES = 5  # of how many resamples one judges the mixes: ranks need fewer than shown frequencies
_OUTER, _FOLDS = 1, 8  # places of the seed


@dataclass(frozen=True)
class Selection:
    """The chosen questions and how they were chosen.

    Attributes
    ----------
    rule : str
    fit : Fit
    intercepts : Intercepts
        How regions differ in the fit, and what other ways would lose.
    nested : DataFrame
        rule, mix (missing for exchanges), outer_fold, log_loss: held-out loss of the rule
        with everything in it but the regions' intercepts, which are separate there.
    candidates : DataFrame
        One row a candidate, see :func:`.candidate_table`.
    samples : ndarray of bool, shape (resamples, questions)
        Whether each resample chose each question.
    strengths : ndarray, shape (resamples, questions), or None
        By the paper's rule: strength of each question in each resample, 0 where dropped.
    stops : dict
        How many of the elastic net's paths ended why (see ``Paths.stopped``).
    """

    rule: str
    fit: Fit
    intercepts: Intercepts
    nested: pd.DataFrame
    candidates: pd.DataFrame
    samples: np.ndarray
    strengths: np.ndarray | None
    stops: dict[str, int]


@dataclass(frozen=True)
class _Chosen:
    questions: list[int]
    mixes: tuple[float, ...]
    samples: np.ndarray
    strengths: np.ndarray | None
    stops: Counter
    gone: dict[int, float]


def select(
    survey: Survey,
    poor: np.ndarray,
    settings: Settings,
    runner: Runner,
    intercepts: Intercepts | None = None,
) -> Selection:
    """Choose the questions and fit the card on a survey's training households.

    Parameters
    ----------
    survey : Survey
        The training households only.
    poor : ndarray of bool
    settings : Settings
        Its ``rule`` chooses.
    runner : Runner
        Where the resamples run; the answer doesn't depend on it.
    intercepts : Intercepts, optional
        How regions differ; by default what loses least with the chosen questions.
    """
    outer = folds_of(
        survey.cluster, survey.stratum, settings.outer_folds, seed_of(settings.seed, _OUTER)
    )
    judge = _judge_exchanges if settings.rule == EXCHANGE else _judge_mixes
    nested, elsewhere, mixes = judge(survey, poor, settings, outer, runner)
    chosen = choose(survey, poor, settings, mixes, runner, outer)
    fit, intercepts = _fit_card(survey, poor, chosen, settings, FINAL, intercepts)
    fitters = deals(survey, poor, settings)
    table = candidate_table(
        survey, fitters, Limits.of(survey, settings.questions), fit, chosen.samples,
        chosen.strengths, elsewhere, chosen.gone,
    )  # fmt: skip
    return Selection(settings.rule, fit, intercepts, nested, table, chosen.samples,
                     chosen.strengths, dict(chosen.stops))  # fmt: skip


def choose(
    survey: Survey,
    poor: np.ndarray,
    settings: Settings,
    mixes: tuple[float, ...],
    runner: Runner,
    outer: np.ndarray | None = None,
) -> _Chosen:
    """Choose the questions from all households, by the rule of the settings.

    Parameters
    ----------
    mixes : tuple of float
        Those that the fit may take; the paper's rule takes the first for its resamples too.
    """
    limits = Limits.of(survey, settings.questions)
    if settings.rule == EXCHANGE:
        questions, gone = _search(survey, poor, settings, FINAL)
        tasks = [Task(FINAL, 0.0, b) for b in range(-(-settings.resamples // 2))]
        drawn = runner.run(
            sample_once, (survey, poor, settings), tasks, "stability of the questions"
        )
        samples = np.zeros((len(tasks), len(survey.items)), dtype=bool)
        for b, task in enumerate(tasks):
            samples[b, drawn[task.name]] = True
        return _Chosen(questions, mixes, samples, None, Counter(), gone)
    material = Material.of(survey, poor, settings, outer)
    place = (FINAL, mixes[0])
    strengths, stops = run_resamples(
        material, [place], settings.resamples, runner, "choosing the questions"
    )[place]
    questions = kept_most(strengths, limits)
    return _Chosen(
        questions, mixes[:1], strongest(strengths, settings.questions), strengths, stops, {}
    )


def _fit_card(
    survey, poor, chosen: _Chosen, settings, place, intercepts: Intercepts | None = None
) -> tuple[Fit, Intercepts]:
    """Fit the chosen questions, with the intercepts that lose least or those given.

    A question whose printed points are all equal leaves the card.
    """
    questions = list(chosen.questions)
    while True:
        fit = refit(survey, poor, questions, chosen.mixes, settings, place)
        idle = _idle(survey, fit, settings)
        if not idle:
            found = intercepts or choose_intercepts(survey, poor, fit, settings)
            fit = at_spread(survey, poor, fit, found.spread)
            idle = _idle(survey, fit, settings)
        if not idle:
            return fit, found
        questions = [j for j in questions if j not in idle]
        chosen.gone.update(dict.fromkeys(idle, 0.0))


def _idle(survey: Survey, fit: Fit, settings: Settings) -> list[int]:
    """Questions that may leave the card and whose printed points are all equal."""
    locked, points = Limits.of(survey, settings.questions).locked, whole_points(fit.beta).points
    return [j for j, own in zip(fit.questions, points, strict=True)
            if len(set(own)) == 1 and j not in locked]  # fmt: skip


def choose_fit(survey, poor, settings, mixes, runner) -> tuple[Fit, np.ndarray]:
    """The card's fit and the samples of :class:`Selection`, without judging the rule."""
    chosen = choose(survey, poor, settings, mixes, runner)
    return _fit_card(survey, poor, chosen, settings, FINAL)[0], chosen.samples


# -- exchanges -----------------------------------------------------------------------------


def _folds(survey: Survey, settings: Settings, *place: int) -> np.ndarray:
    """Folds of areas, or of households where those are the unit."""
    unit = np.arange(len(survey)) if settings.unit == "household" else survey.cluster
    return folds_of(unit, survey.stratum, settings.folds, seed_of(settings.seed, _FOLDS, *place))


def _search(survey: Survey, poor, settings: Settings, place: int) -> tuple[list[int], dict]:
    """Search from nothing and from the elastic net's strongest; then each must earn its place."""
    limits = Limits.of(survey, settings.questions)
    fold = _folds(survey, settings, place + 1, 0)
    ranking = net_ranking(survey, poor, fold, settings)
    near = limits.within(ranking)
    reach = set(ranking[: REACH * settings.questions]) | limits.locked
    fitter = Fitter(survey, poor, fold, reach or None)  # the net may keep nothing of few households
    found = search(fitter, limits, [near])
    kept, lost = earning(deals(survey, poor, settings, place), limits, found.questions)
    return kept, {j: loss for j, loss in lost.items() if j not in kept}


def deals(survey: Survey, poor, settings: Settings, place: int = FINAL) -> list[Fitter]:
    """Fitters with fresh folds, which had no part in the choice."""
    return [
        Fitter(survey, poor, _folds(survey, settings, place + 1, 1 + deal)) for deal in range(DEALS)
    ]


def sample_once(material: tuple[Survey, np.ndarray, Settings], task: Task) -> list[int]:
    """What the search chooses in one m-out-of-n resample."""
    survey, poor, settings = material
    rng = seed_of(settings.seed, RESAMPLE, task.outer + 1, task.number)
    times = draw(survey.cluster, survey.stratum, settings.unit, settings.share, rng)
    drawn = times > 0
    part = survey.take(drawn).weighted(times[drawn])
    return _search(part, poor[drawn], settings, 1 + task.number)[0]


def _judge_exchanges(survey, poor, settings, outer, runner):
    """Held-out loss of the search in each outer fold, and what it chose there."""
    rows, elsewhere = [], []
    tasks = [Task(fold, 0.0, 0) for fold in range(outer.max() + 1)]
    found = runner.run(outer_once, (survey, poor, settings, outer), tasks, "judging the rule")
    for task in tasks:
        loss, *questions = found[task.name]
        rows.append((EXCHANGE, np.nan, task.outer, loss))
        elsewhere.append({int(j) for j in questions})
    return _nested(rows), elsewhere, settings.mixes


def outer_once(material, task: Task) -> list[float]:
    """Choose and fit without an outer fold; its held-out loss, then the questions."""
    survey, poor, settings, outer = material
    inside = outer != task.outer
    train = survey.take(inside)
    questions, gone = _search(train, poor[inside], settings, task.outer)
    chosen = _Chosen(questions, settings.mixes, np.zeros((0, 0)), None, Counter(), gone)
    fit, _ = _fit_card(train, poor[inside], chosen, settings, task.outer, APART)
    return [_loss(fit, survey.take(~inside), poor[~inside]), *fit.questions]


def searched_fit(
    survey: Survey, poor, settings: Settings, intercepts: Intercepts | None = None
) -> Fit:
    """The fit of the card that exchanges choose."""
    questions, gone = _search(survey, poor, settings, FINAL)
    chosen = _Chosen(questions, settings.mixes, np.zeros((0, 0)), None, Counter(), gone)
    return _fit_card(survey, poor, chosen, settings, FINAL, intercepts)[0]


# -- the paper's rule ----------------------------------------------------------------------


def _judge_mixes(survey, poor, settings, outer, runner):
    """Held-out loss of each mix in each outer fold, the questions of the best, and the best."""
    material, limits = (
        Material.of(survey, poor, settings, outer),
        Limits.of(survey, settings.questions),
    )
    places = [(fold, mix) for fold in range(outer.max() + 1) for mix in settings.mixes]
    resamples = -(-settings.resamples // JUDGES)
    noted = run_resamples(material, places, resamples, runner, "choosing the mix")
    rows, chosen = [], {}
    for fold, mix in places:
        inside = outer != fold
        chosen[fold, mix] = kept_most(noted[fold, mix][0], limits)
        fit = refit(survey.take(inside), poor[inside], chosen[fold, mix], (mix,), settings, fold)
        loss = _loss(fit, survey.take(~inside), poor[~inside])
        rows.append((settings.rule, mix, fold, loss))
    nested = _nested(rows)
    best = float(nested.groupby("mix")["log_loss"].mean().idxmin())
    return nested, [set(q) for (_, mix), q in chosen.items() if mix == best], (best,)


def _loss(fit: Fit, left: Survey, poor: np.ndarray) -> float:
    return float(np.average(log_loss(fit.predictor(left), poor), weights=left.weight))


def _nested(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["rule", "mix", "outer_fold", "log_loss"])
