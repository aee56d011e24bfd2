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
JUDGING_SHARE = (
    5  # of how many resamples one judges each α: ranks need fewer than shown frequencies
)


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
class _Chosen:
    questions: list[int]
    l1_ratios: tuple[float, ...]
    samples: np.ndarray
    strengths: np.ndarray | None
    stops: Counter
    eliminated: dict[int, float]


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
        survey.cluster,
        survey.stratum,
        settings.outer_folds,
        settings.rng(Stream.OUTER_FOLDS),
    )
    judge = _judge_exchanges if settings.rule == EXCHANGE else _judge_l1_ratios
    nested, by_outer_fold, l1_ratios = judge(survey, poor, settings, outer, runner)
    chosen = choose(survey, poor, settings, l1_ratios, runner, outer)
    fit, intercepts = _fit_card(survey, poor, chosen, settings, ALL_HOUSEHOLDS, intercepts)
    fitters = repeated_fitters(survey, poor, settings)
    table = candidate_table(
        survey, fitters, Limits.of(survey, settings.questions), fit, chosen.samples,
        chosen.strengths, by_outer_fold, chosen.eliminated,
    )  # fmt: skip
    return Selection(settings.rule, fit, intercepts, nested, table, chosen.samples,
                     chosen.strengths, dict(chosen.stops))  # fmt: skip


def choose(
    survey: Survey,
    poor: np.ndarray,
    settings: Settings,
    l1_ratios: tuple[float, ...],
    runner: Runner,
    outer: np.ndarray | None = None,
) -> _Chosen:
    """Choose the questions from all households, by the rule of the settings.

    Parameters
    ----------
    l1_ratios : tuple of float
        Those that the fit may take; the paper's rule takes the first for its resamples too.
    """
    limits = Limits.of(survey, settings.questions)
    if settings.rule == EXCHANGE:
        questions, eliminated = _search(survey, poor, settings, ALL_HOUSEHOLDS)
        tasks = [Task(ALL_HOUSEHOLDS, 0.0, b) for b in range(-(-settings.resamples // 2))]
        drawn = runner.run(
            sample_once, (survey, poor, settings), tasks, "stability of the questions"
        )
        samples = np.zeros((len(tasks), len(survey.items)), dtype=bool)
        for b, task in enumerate(tasks):
            samples[b, drawn[task.name]] = True
        return _Chosen(questions, l1_ratios, samples, None, Counter(), eliminated)
    data = TrainingData.of(survey, poor, settings, outer)
    stream = (ALL_HOUSEHOLDS, l1_ratios[0])
    strengths, stops = run_resamples(
        data, [stream], settings.resamples, runner, "choosing the questions"
    )[stream]
    questions = kept_most(strengths, limits)
    return _Chosen(
        questions, l1_ratios[:1], strongest(strengths, settings.questions), strengths, stops, {}
    )


def _fit_card(
    survey, poor, chosen: _Chosen, settings, stream, intercepts: Intercepts | None = None
) -> tuple[Fit, Intercepts]:
    """Fit the chosen questions, with the intercepts that lose least or those given.

    A question whose printed points are all equal leaves the card.
    """
    questions = list(chosen.questions)
    while True:
        fit = refit(survey, poor, questions, chosen.l1_ratios, settings, stream)
        idle = _idle(survey, fit, settings)
        if not idle:
            by_cell = intercepts or choose_intercepts(survey, poor, fit, settings)
            fit = with_tau(survey, poor, fit, by_cell.tau)
            idle = _idle(survey, fit, settings)
        if not idle:
            return fit, by_cell
        questions = [j for j in questions if j not in idle]
        chosen.eliminated.update(dict.fromkeys(idle, 0.0))


def _idle(survey: Survey, fit: Fit, settings: Settings) -> list[int]:
    """Questions that may leave the card and whose printed points are all equal."""
    locked, points = Limits.of(survey, settings.questions).locked, whole_points(fit.beta).points
    return [j for j, own in zip(fit.questions, points, strict=True)
            if len(set(own)) == 1 and j not in locked]  # fmt: skip


def chosen_fit(survey, poor, settings, l1_ratios, runner) -> tuple[Fit, np.ndarray]:
    """The card's fit and the samples of :class:`Selection`, without judging the rule."""
    chosen = choose(survey, poor, settings, l1_ratios, runner)
    return _fit_card(survey, poor, chosen, settings, ALL_HOUSEHOLDS)[0], chosen.samples


# -- exchanges -----------------------------------------------------------------------------


def _cluster_folds(survey: Survey, settings: Settings, *stream: int) -> np.ndarray:
    """Folds of areas, or of households where those are the unit."""
    unit = np.arange(len(survey)) if settings.unit == "household" else survey.cluster
    return folds_of(
        unit,
        survey.stratum,
        settings.folds,
        settings.rng(Stream.SELECTION_FOLDS, *stream),
    )


def _search(survey: Survey, poor, settings: Settings, stream: int) -> tuple[list[int], dict]:
    """Search from nothing and from the elastic net's strongest; then eliminate backward."""
    limits = Limits.of(survey, settings.questions)
    fold = _cluster_folds(survey, settings, stream + 1, 0)
    ranking = net_ranking(survey, poor, fold, settings)
    near = limits.within(ranking)
    pool = set(ranking[: POOL_FACTOR * settings.questions]) | limits.locked
    fitter = Fitter(survey, poor, fold, pool or None)  # the net may keep nothing of few households
    by_cell = search(fitter, limits, [near])
    kept, losses = eliminate_backward(
        repeated_fitters(survey, poor, settings, stream), limits, by_cell.questions
    )
    return kept, {j: loss for j, loss in losses.items() if j not in kept}


def repeated_fitters(
    survey: Survey, poor, settings: Settings, stream: int = ALL_HOUSEHOLDS
) -> list[Fitter]:
    """Fitters with fresh folds, which the choice did not see."""
    return [
        Fitter(survey, poor, _cluster_folds(survey, settings, stream + 1, 1 + repeat))
        for repeat in range(FOLD_REPEATS)
    ]


def sample_once(data: tuple[Survey, np.ndarray, Settings], task: Task) -> list[int]:
    """What the search chooses in one m-out-of-n resample."""
    survey, poor, settings = data
    rng = settings.rng(Stream.RESAMPLES, task.outer + 1, task.number)
    times = draw(survey.cluster, survey.stratum, settings.unit, settings.share, rng)
    drawn = times > 0
    part = survey.take(drawn).weighted(times[drawn])
    return _search(part, poor[drawn], settings, 1 + task.number)[0]


def _judge_exchanges(survey, poor, settings, outer, runner):
    """Held-out loss of the search in each outer fold, and what it chose there."""
    rows, by_outer_fold = [], []
    tasks = [Task(fold, 0.0, 0) for fold in range(outer.max() + 1)]
    by_cell = runner.run(outer_once, (survey, poor, settings, outer), tasks, "judging the rule")
    for task in tasks:
        loss, *questions = by_cell[task.name]
        rows.append((EXCHANGE, np.nan, task.outer, loss))
        by_outer_fold.append({int(j) for j in questions})
    return _nested(rows), by_outer_fold, settings.l1_ratios


def outer_once(data, task: Task) -> list[float]:
    """Choose and fit without an outer fold; its held-out loss, then the questions."""
    survey, poor, settings, outer = data
    inside = outer != task.outer
    train = survey.take(inside)
    questions, eliminated = _search(train, poor[inside], settings, task.outer)
    chosen = _Chosen(questions, settings.l1_ratios, np.zeros((0, 0)), None, Counter(), eliminated)
    fit, _ = _fit_card(train, poor[inside], chosen, settings, task.outer, SEPARATE_INTERCEPTS)
    return [_loss(fit, survey.take(~inside), poor[~inside]), *fit.questions]


def searched_fit(
    survey: Survey, poor, settings: Settings, intercepts: Intercepts | None = None
) -> Fit:
    """The fit of the card that exchanges choose."""
    questions, eliminated = _search(survey, poor, settings, ALL_HOUSEHOLDS)
    chosen = _Chosen(questions, settings.l1_ratios, np.zeros((0, 0)), None, Counter(), eliminated)
    return _fit_card(survey, poor, chosen, settings, ALL_HOUSEHOLDS, intercepts)[0]


# -- the paper's rule ----------------------------------------------------------------------


def _judge_l1_ratios(survey, poor, settings, outer, runner):
    """Held-out loss of each α in each outer fold, the questions of the best, and the best."""
    data, limits = (
        TrainingData.of(survey, poor, settings, outer),
        Limits.of(survey, settings.questions),
    )
    cells = [(fold, l1_ratio) for fold in range(outer.max() + 1) for l1_ratio in settings.l1_ratios]
    resamples = -(-settings.resamples // JUDGING_SHARE)
    done = run_resamples(data, cells, resamples, runner, "choosing the mix")
    rows, chosen = [], {}
    for fold, l1_ratio in cells:
        inside = outer != fold
        chosen[fold, l1_ratio] = kept_most(done[fold, l1_ratio][0], limits)
        fit = refit(
            survey.take(inside), poor[inside], chosen[fold, l1_ratio], (l1_ratio,), settings, fold
        )
        loss = _loss(fit, survey.take(~inside), poor[~inside])
        rows.append((settings.rule, l1_ratio, fold, loss))
    nested = _nested(rows)
    best = float(nested.groupby("l1_ratio")["log_loss"].mean().idxmin())
    return nested, [set(q) for (_, l1_ratio), q in chosen.items() if l1_ratio == best], (best,)


def _loss(fit: Fit, left: Survey, poor: np.ndarray) -> float:
    return float(np.average(log_loss(fit.predictor(left), poor), weights=left.weight))


def _nested(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["rule", "l1_ratio", "outer_fold", "log_loss"])
