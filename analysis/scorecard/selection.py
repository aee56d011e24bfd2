"""Which questions go on the card, and with which coefficients: the nested selection.

Outer cross-validation over the mix α. For each mix, many m-out-of-n bootstrap samples;
in each, the penalty by cross-validation and a note of which questions (all dummies of a
question together) have a coefficient other than zero. The questions noted most often
are refitted, and the outer fold judges the refit. The best mix then goes through the
same steps on all training households.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.scorecard.design import Design, encode
from analysis.scorecard.parallel import Runner
from analysis.scorecard.resample import draw, folds_of, seed_of
from analysis.scorecard.settings import Settings
from analysis.scorecard.solver import EXACT, Paths, fit_paths, log_loss
from analysis.scorecard.survey import Survey

FINAL = -1  # the "outer fold" that leaves nothing out
PATIENCE = 3  # penalties past the least held-out loss that a resample still looks at
_OUTER, _RESAMPLE, _REFIT = 1, 2, 3  # places of the seed


@dataclass(frozen=True)
class Material:
    """What every resample reads: the training households in the solver's form."""

    design: Design
    poor: np.ndarray
    weight: np.ndarray
    cluster: np.ndarray
    stratum: np.ndarray
    outer: np.ndarray
    settings: Settings

    @classmethod
    def of(
        cls,
        survey: Survey,
        poor: np.ndarray,
        settings: Settings,
        outer: np.ndarray | None = None,
    ) -> Material:
        """Of a survey's households; without outer folds all are in fold 0."""
        outer = np.zeros(len(survey), dtype=np.int64) if outer is None else outer
        design = encode(survey)
        return cls(design, poor, survey.weight, survey.cluster, survey.stratum, outer, settings)


@dataclass(frozen=True)
class Task:
    """One resample: of the households outside an outer fold, for one mix."""

    outer: int
    mix: float
    number: int

    @property
    def name(self) -> str:
        return f"{self.outer}/{self.mix:g}/{self.number}"


@dataclass(frozen=True)
class Fit:
    """A fitted card model: questions (positions), region intercepts, answer coefficients.

    ``beta[q]`` has one coefficient an answer of question ``questions[q]``; the commonest
    answer's is 0.
    """

    questions: tuple[int, ...]
    gamma: np.ndarray
    beta: tuple[np.ndarray, ...]
    penalty: float
    mix: float

    def predictor(self, survey: Survey) -> np.ndarray:
        """Linear predictor of each household of a survey."""
        eta = self.gamma[survey.region].astype(float)
        for j, coefficients in zip(self.questions, self.beta, strict=True):
            eta += coefficients[survey.codes[:, j]]
        return eta


@dataclass(frozen=True)
class Selection:
    """The chosen questions and how they were chosen.

    Attributes
    ----------
    fit : Fit
    mix_loss : DataFrame
        mix, outer_fold, log_loss: held-out loss of each mix.
    frequency : DataFrame
        question, selected (share of the final resamples), strength (mean spread that the
        question gives to the linear predictor), in_ten (share of the resamples in which it
        was among the strongest that fit on a card), chosen (bool), outer_share (share of
        the outer folds, at the best mix, that chose the question); one row a candidate,
        best first.
    strengths : ndarray, shape (resamples, questions)
        Strength of each question in each final resample; 0 where it was dropped.
    """

    fit: Fit
    mix_loss: pd.DataFrame
    frequency: pd.DataFrame
    strengths: np.ndarray


def select(survey: Survey, poor: np.ndarray, settings: Settings, runner: Runner) -> Selection:
    """Choose the questions and fit the card on a survey's training households.

    Parameters
    ----------
    survey : Survey
        The training households only.
    poor : ndarray of bool
    settings : Settings
    runner : Runner
        Where the resamples run; the answer doesn't depend on it.
    """
    outer = folds_of(
        survey.cluster, survey.stratum, settings.outer_folds, seed_of(settings.seed, _OUTER)
    )
    material = Material.of(survey, poor, settings, outer)
    mix_loss, chosen = _judge_mixes(survey, poor, material, runner)
    best = float(mix_loss.groupby("mix")["log_loss"].mean().idxmin())
    final = choose(survey, material, best, runner)
    elsewhere = [
        {survey.items[j].name for j in questions}
        for (_, mix), questions in chosen.items()
        if mix == best
    ]
    share = [np.mean([name in ten for ten in elsewhere]) for name in final.frequency["question"]]
    return replace(final, mix_loss=mix_loss, frequency=final.frequency.assign(outer_share=share))


def choose(survey: Survey, material: Material, mix: float, runner: Runner) -> Selection:
    """Choose the questions and fit the card with a mix that is given.

    Returns
    -------
    Selection
        Without ``mix_loss`` and ``outer_share``, which come from judging mixes.
    """
    settings = material.settings
    tasks = [Task(FINAL, mix, b) for b in range(settings.resamples)]
    noted = runner.run(resample_once, material, tasks, "choosing the questions")
    kept = [noted[task.name] for task in tasks]
    order = rank_questions(kept, len(survey.items))
    fit = refit(survey, material.poor, order[: settings.questions], mix, settings, FINAL)
    frequency = _frequency(survey, kept, order, settings.questions)
    return Selection(fit, pd.DataFrame(), frequency, np.array(kept))


def _judge_mixes(
    survey: Survey, poor: np.ndarray, material: Material, runner: Runner
) -> tuple[pd.DataFrame, dict[tuple[int, float], list[int]]]:
    """Held-out loss of each mix in each outer fold, and the questions chosen there."""
    settings, outer = material.settings, material.outer
    places = [(fold, mix) for fold in range(outer.max() + 1) for mix in settings.mixes]
    tasks = [Task(*place, b) for place in places for b in range(settings.resamples)]
    noted = runner.run(resample_once, material, tasks, "choosing the mix")
    losses, chosen = [], {}
    for fold, mix in places:
        kept = [noted[Task(fold, mix, b).name] for b in range(settings.resamples)]
        chosen[fold, mix] = rank_questions(kept, len(survey.items))[: settings.questions]
        inside = outer != fold
        fit = refit(survey.take(inside), poor[inside], chosen[fold, mix], mix, settings, fold)
        left = survey.take(~inside)
        loss = log_loss(fit.predictor(left), poor[~inside])
        losses.append((mix, fold, np.average(loss, weights=left.weight)))
    return pd.DataFrame(losses, columns=["mix", "outer_fold", "log_loss"]), chosen


def resample_once(material: Material, task: Task) -> list[float]:
    """Draw one resample, choose its penalty, and say how strong each question is there.

    Returns
    -------
    list of float
        For each question the weighted standard deviation of its part of the linear
        predictor; 0 if all its coefficients are zero.
    """
    settings = material.settings
    inside = np.flatnonzero(material.outer != task.outer)
    rng = seed_of(settings.seed, _RESAMPLE, task.outer + 1, task.number)
    cluster, stratum = material.cluster[inside], material.stratum[inside]
    times = draw(cluster, stratum, settings.unit, settings.share, rng)
    drawn = times > 0
    rows = inside[drawn]
    weight = material.weight[rows] * times[drawn]
    design = material.design.take(rows)
    fold = folds_of(cluster[drawn], stratum[drawn], settings.folds, rng)
    paths = fit_paths(
        design,
        material.poor[rows],
        weight,
        alpha=task.mix,
        penalties=settings.penalties,
        fold=fold,
        patience=PATIENCE,
    )
    beta = paths.beta[paths.best(settings.rule), :, 0]
    return [float(f"{s:.6g}") for s in question_strength(design, beta, weight)]


def question_strength(design: Design, beta: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted standard deviation of each question's part of the linear predictor.

    Each household has at most one dummy of a question, so the first two moments are
    sums over dummies.
    """
    row = np.repeat(np.arange(len(design)), np.diff(design.indptr))
    share = np.bincount(design.index, weights=weight[row], minlength=design.columns)
    share /= weight.sum()
    questions = design.question.max() + 1
    mean = np.bincount(design.question, weights=share * beta, minlength=questions)
    square = np.bincount(design.question, weights=share * beta**2, minlength=questions)
    return np.sqrt(np.maximum(square - mean**2, 0.0))


def rank_questions(kept: list[list[float]], questions: int) -> list[int]:
    """Order questions by how many resamples kept them, then by their mean strength."""
    strength = np.array(kept).reshape(-1, questions)
    count = (strength > 0).sum(axis=0)
    return [int(j) for j in np.lexsort((np.arange(questions), -strength.mean(axis=0), -count))]


def refit(
    survey: Survey,
    poor: np.ndarray,
    questions: list[int],
    mix: float,
    settings: Settings,
    place: int,
) -> Fit:
    """Fit the chosen questions with the penalty that cross-validation finds."""
    design = encode(survey, np.sort(questions))
    rng = seed_of(settings.seed, _REFIT, place + 1)
    paths = fit_paths(
        design,
        poor,
        survey.weight,
        alpha=mix,
        penalties=settings.penalties,
        fold=folds_of(survey.cluster, survey.stratum, settings.folds, rng),
        tolerance=EXACT,
    )
    return as_fit(survey, design, paths, paths.best("least"), mix)


def as_fit(survey: Survey, design: Design, paths: Paths, at: int, mix: float) -> Fit:
    """Unpack one point of a path into coefficients by question and answer."""
    questions = tuple(int(j) for j in np.unique(design.question))
    beta = [np.zeros(len(survey.items[j].answers)) for j in questions]
    where = {j: q for q, j in enumerate(questions)}
    for column, (j, answer) in enumerate(zip(design.question, design.answer, strict=True)):
        beta[where[int(j)]][answer] = paths.beta[at, column, 0]
    gamma = paths.gamma[at, :, 0].copy()
    return Fit(questions, gamma, tuple(beta), float(paths.penalties[at]), mix)


def strongest(strengths: np.ndarray, questions: int) -> np.ndarray:
    """Whether each question is among the strongest few of each resample."""
    rank = np.argsort(np.argsort(-strengths, axis=1, kind="stable"), axis=1)
    return (rank < questions) & (strengths > 0)


def _frequency(survey, kept, order, questions) -> pd.DataFrame:
    strength = np.array(kept)
    in_ten = strongest(strength, questions).mean(axis=0)
    return pd.DataFrame(
        {
            "question": [survey.items[j].name for j in order],
            "selected": [(strength[:, j] > 0).mean() for j in order],
            "strength": [strength[:, j].mean() for j in order],
            "in_ten": [in_ten[j] for j in order],
            "chosen": [rank < questions for rank in range(len(order))],
        }
    )
