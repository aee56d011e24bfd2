"""Which questions go on the card, and with which coefficients: the nested selection.

Outer cross-validation judges the rule with everything in it; then the rule chooses from all
training households. Two rules are there: exchanges (:mod:`exchange`) and the paper's
(:mod:`frequency`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis.scorecard.model.elastic_net import log_loss
from analysis.scorecard.model.fit import Fit
from analysis.scorecard.model.points import whole_points
from analysis.scorecard.model.refit import refit, with_tau
from analysis.scorecard.model.region_intercepts import (
    SEPARATE_INTERCEPTS,
    Intercepts,
    choose_intercepts,
)
from analysis.scorecard.model.small_logit import Fitter
from analysis.scorecard.sampling.bootstrap import draw, folds_of
from analysis.scorecard.selection.candidate_table import candidate_table
from analysis.scorecard.selection.constraints import Limits
from analysis.scorecard.selection.exchange import eliminate_backward, search
from analysis.scorecard.selection.frequency import (
    ALL_HOUSEHOLDS,
    Task,
    TrainingData,
    kept_most,
    net_ranking,
    run_resamples,
    strongest,
)
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import EXCHANGE, Settings, Stream
from analysis.scorecard.survey.survey import Survey

FOLD_REPEATS = 3  # of the folds by which questions are eliminated
POOL_FACTOR = 4  # times the questions of a card: the candidate pool of the search
JUDGING_SHARE = 5  # one resample of so many judges α: ranks need fewer than shown frequencies


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
        rule, l1_ratio (missing for exchanges), outer_fold, log_loss: held-out loss of the rule
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

    @property
    def nested_loss(self) -> float:
        """Mean held-out loss of the rule, at its best ``l1_ratio``."""
        return float(self.nested.groupby("l1_ratio", dropna=False)["log_loss"].mean().min())


@dataclass(frozen=True)
class _Choice:
    """Questions, those found to gain nothing, and what each resample chose."""

    questions: list[int]
    l1_ratios: tuple[float, ...]
    eliminated: dict[int, float] = field(default_factory=dict)
    samples: np.ndarray | None = None
    strengths: np.ndarray | None = None
    stops: Counter = field(default_factory=Counter)


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
    rng = settings.rng(Stream.OUTER_FOLDS)
    outer = folds_of(survey.cluster, survey.stratum, settings.outer_folds, rng)
    by_rule = _by_exchanges if settings.rule == EXCHANGE else _by_frequency
    rows, by_outer_fold, choice = by_rule(survey, poor, settings, outer, runner)
    fit, intercepts = _fit_card(survey, poor, choice, settings, ALL_HOUSEHOLDS, intercepts)
    table = candidate_table(
        survey, repeated_fitters(survey, poor, settings), Limits.of(survey, settings.questions),
        fit, choice.samples, choice.strengths, by_outer_fold, choice.eliminated,
    )  # fmt: skip
    nested = pd.DataFrame(rows, columns=["rule", "l1_ratio", "outer_fold", "log_loss"])
    return Selection(settings.rule, fit, intercepts, nested, table, choice.samples,
                     choice.strengths, dict(choice.stops))  # fmt: skip


def _fit_card(
    survey, poor, choice: _Choice, settings, stream, intercepts: Intercepts | None = None
) -> tuple[Fit, Intercepts]:
    """Fit the chosen questions, with the intercepts that lose least or those given.

    A question whose printed points are all equal leaves the card.
    """
    questions = list(choice.questions)
    while True:
        fit = refit(survey, poor, questions, choice.l1_ratios, settings, stream)
        idle = _idle(survey, fit, settings)
        if not idle:
            used = intercepts or choose_intercepts(survey, poor, fit, settings)
            fit = with_tau(survey, poor, fit, used.tau)
            idle = _idle(survey, fit, settings)
        if not idle:
            return fit, used
        questions = [j for j in questions if j not in idle]
        choice.eliminated.update(dict.fromkeys(idle, 0.0))


def _idle(survey: Survey, fit: Fit, settings: Settings) -> list[int]:
    """Questions that may leave the card and whose printed points are all equal."""
    locked, points = Limits.of(survey, settings.questions).locked, whole_points(fit.beta).points
    return [j for j, of_answers in zip(fit.questions, points, strict=True)
            if len(set(of_answers)) == 1 and j not in locked]  # fmt: skip


def _loss_outside(fit: Fit, survey: Survey, poor: np.ndarray, inside: np.ndarray) -> float:
    """Mean log-loss of a fit on the households that it was not fitted to."""
    left = survey.take(~inside)
    return float(np.average(log_loss(fit.predictor(left), poor[~inside]), weights=left.weight))


# -- exchanges -----------------------------------------------------------------------------


def _by_exchanges(survey, poor, settings, outer, runner):
    """Held-out loss of the search in each outer fold, what it chose there, and what of all."""
    rows, by_outer_fold = [], []
    tasks = [Task(fold, 0.0, 0) for fold in range(outer.max() + 1)]
    done = runner.run(outer_once, (survey, poor, settings, outer), tasks, "judging the rule")
    for task in tasks:
        loss, *questions = done[task.name]
        rows.append((EXCHANGE, np.nan, task.outer, loss))
        by_outer_fold.append({int(j) for j in questions})
    choice = _search(survey, poor, settings, ALL_HOUSEHOLDS)
    tasks = [Task(ALL_HOUSEHOLDS, 0.0, b) for b in range(-(-settings.resamples // 2))]
    done = runner.run(sample_once, (survey, poor, settings), tasks, "stability of the questions")
    samples = np.zeros((len(tasks), len(survey.items)), dtype=bool)
    for b, task in enumerate(tasks):
        samples[b, done[task.name]] = True
    return rows, by_outer_fold, replace(choice, samples=samples)


def _folds(survey: Survey, settings: Settings, *stream: int) -> np.ndarray:
    """Folds of clusters, or of households where those are the unit."""
    unit = np.arange(len(survey)) if settings.unit == "household" else survey.cluster
    rng = settings.rng(Stream.SELECTION_FOLDS, *stream)
    return folds_of(unit, survey.stratum, settings.folds, rng)


def _search(survey: Survey, poor, settings: Settings, stream: int) -> _Choice:
    """Search from nothing and from the elastic net's strongest; then eliminate backward."""
    limits = Limits.of(survey, settings.questions)
    fold = _folds(survey, settings, stream + 1, 0)
    ranking = net_ranking(survey, poor, fold, settings)
    pool = set(ranking[: POOL_FACTOR * settings.questions]) | limits.locked
    fitter = Fitter(survey, poor, fold, pool or None)  # the net may keep nothing of few households
    best = search(fitter, limits, [limits.within(ranking)])
    fitters = repeated_fitters(survey, poor, settings, stream)
    kept, losses = eliminate_backward(fitters, limits, best.questions)
    eliminated = {j: loss for j, loss in losses.items() if j not in kept}
    return _Choice(kept, settings.l1_ratios, eliminated)


def repeated_fitters(
    survey: Survey, poor, settings: Settings, stream: int = ALL_HOUSEHOLDS
) -> list[Fitter]:
    """Fitters with fresh folds, which the choice did not see."""
    return [
        Fitter(survey, poor, _folds(survey, settings, stream + 1, 1 + repeat))
        for repeat in range(FOLD_REPEATS)
    ]


def sample_once(data: tuple[Survey, np.ndarray, Settings], task: Task) -> list[int]:
    """What the search chooses in one m-out-of-n resample."""
    survey, poor, settings = data
    rng = settings.rng(Stream.RESAMPLES, task.outer + 1, task.number)
    times = draw(survey.cluster, survey.stratum, settings.unit, settings.share, rng)
    drawn = times > 0
    sample = survey.take(drawn).weighted(times[drawn])
    return _search(sample, poor[drawn], settings, 1 + task.number).questions


def outer_once(data, task: Task) -> list[float]:
    """Choose and fit without an outer fold; its held-out loss, then the questions."""
    survey, poor, settings, outer = data
    inside = outer != task.outer
    fit = searched_fit(survey.take(inside), poor[inside], settings, SEPARATE_INTERCEPTS, task.outer)
    return [_loss_outside(fit, survey, poor, inside), *fit.questions]


def searched_fit(
    survey: Survey,
    poor,
    settings: Settings,
    intercepts: Intercepts | None = None,
    stream: int = ALL_HOUSEHOLDS,
) -> Fit:
    """The fit of the card that exchanges choose."""
    choice = _search(survey, poor, settings, stream)
    return _fit_card(survey, poor, choice, settings, stream, intercepts)[0]


# -- the paper's rule ----------------------------------------------------------------------


def _by_frequency(survey, poor, settings, outer, runner):
    """Held-out loss of each α in each outer fold, what the best one chose there, and of all."""
    data = TrainingData.of(survey, poor, settings, outer)
    limits = Limits.of(survey, settings.questions)
    cells = [(fold, l1_ratio) for fold in range(outer.max() + 1) for l1_ratio in settings.l1_ratios]
    judging = -(-settings.resamples // JUDGING_SHARE)
    done = run_resamples(data, cells, judging, runner, "choosing the mix")
    rows, chosen = [], {}
    for fold, l1_ratio in cells:
        inside = outer != fold
        questions = kept_most(done[fold, l1_ratio][0], limits)
        fit = refit(survey.take(inside), poor[inside], questions, (l1_ratio,), settings, fold)
        rows.append((settings.rule, l1_ratio, fold, _loss_outside(fit, survey, poor, inside)))
        chosen.setdefault(l1_ratio, []).append((rows[-1][-1], set(questions)))
    best = min(chosen, key=lambda l1_ratio: np.mean([loss for loss, _ in chosen[l1_ratio]]))
    cell = (ALL_HOUSEHOLDS, best)
    done = run_resamples(data, [cell], settings.resamples, runner, "choosing the questions")
    strengths, stops = done[cell]
    samples = strongest(strengths, settings.questions)
    choice = _Choice(kept_most(strengths, limits), (best,), {}, samples, strengths, stops)
    return rows, [questions for _, questions in chosen[best]], choice
