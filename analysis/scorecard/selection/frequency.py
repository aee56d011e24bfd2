"""The paper's rule: the questions that the elastic net keeps in most resamples.

Outer cross-validation over α (``l1_ratio``). For each α, many m-out-of-n bootstrap samples;
in each, λ by cross-validation and a note of which questions (all dummies of a
question together) have a coefficient other than zero. The questions noted most often
are refitted, and the outer fold judges the refit. The best α then goes through the
same steps on all training households.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from analysis.scorecard.model.design_matrix import Design, encode
from analysis.scorecard.model.elastic_net import fit_paths
from analysis.scorecard.sampling.bootstrap import draw, folds_of
from analysis.scorecard.selection.constraints import Limits
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import Settings, Stream
from analysis.scorecard.survey.survey import Survey

ALL_HOUSEHOLDS = -1  # the "outer fold" that leaves nothing out
PATIENCE = 3  # λ past the least held-out loss that a resample still looks at
STOPS = ("end", "rising", "separable", "slow")


@dataclass(frozen=True)
class TrainingData:
    """What every resample reads: the training households in the solver's form.

    Of the settings only those stay that a resample depends on, so that a card with other
    numbers of questions or resamples finds the ones that were made before.
    """

    design: Design
    poor: np.ndarray
    weight: np.ndarray
    cluster: np.ndarray
    stratum: np.ndarray
    outer: np.ndarray
    settings: Settings

    @classmethod
    def of(
        cls, survey: Survey, poor: np.ndarray, settings: Settings, outer: np.ndarray | None = None
    ) -> TrainingData:
        """Of a survey's households; without outer folds all are in fold 0."""
        outer = np.zeros(len(survey), dtype=np.int64) if outer is None else outer
        used = replace(
            settings, rule="frequency", questions=0, resamples=0, l1_ratios=(), intervals=0,
            outer_folds=int(outer.max()) + 1,
        )  # fmt: skip
        design = encode(survey)
        return cls(design, poor, survey.weight, survey.cluster, survey.stratum, outer, used)


@dataclass(frozen=True)
class Task:
    """One resample: of the households outside an outer fold, for one ``l1_ratio``."""

    outer: int
    l1_ratio: float
    number: int

    @property
    def name(self) -> str:
        return f"{self.outer}/{self.l1_ratio:g}/{self.number}"


def run_resamples(
    data: TrainingData, cells: list[tuple[int, float]], resamples: int, runner: Runner, label: str
) -> dict[tuple[int, float], tuple[np.ndarray, Counter]]:
    """Strengths (resamples by questions) of each outer fold and α, and why its paths ended."""
    tasks = [Task(*cell, b) for cell in cells for b in range(resamples)]
    done = runner.run(resample_once, data, tasks, label)
    by_cell = {}
    for cell in cells:
        kept = np.array([done[Task(*cell, b).name] for b in range(resamples)])
        stops = Counter(STOPS[int(code)] for code in kept[:, -1])
        by_cell[cell] = kept[:, :-1], stops
    return by_cell


def resample_once(data: TrainingData, task: Task) -> list[float]:
    """Draw one resample, choose its λ, and say how strong each question is there.

    Returns
    -------
    list of float
        For each question the weighted standard deviation of its part of the linear
        predictor (0 if all its coefficients are zero); last, why the path ended, as a
        position in ``STOPS``.
    """
    settings = data.settings
    inside = np.flatnonzero(data.outer != task.outer)
    rng = settings.rng(Stream.RESAMPLES, task.outer + 1, task.number)
    cluster, stratum = data.cluster[inside], data.stratum[inside]
    times = draw(cluster, stratum, settings.unit, settings.share, rng)
    drawn = times > 0
    rows = inside[drawn]
    weight = data.weight[rows] * times[drawn]
    design = data.design.take(rows)
    fold = folds_of(cluster[drawn], stratum[drawn], settings.folds, rng)
    paths = fit_paths(
        design,
        data.poor[rows],
        weight,
        l1_ratio=task.l1_ratio,
        lambdas=settings.n_lambdas,
        fold=fold,
        patience=PATIENCE,
    )
    beta = paths.beta[paths.best(settings.lambda_rule), :, 0]
    strength = question_strength(design, beta, weight)
    return [*(float(f"{s:.6g}") for s in strength), float(STOPS.index(paths.stopped))]


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


def net_ranking(survey: Survey, poor: np.ndarray, fold: np.ndarray, settings: Settings) -> list:
    """Candidates that the elastic net keeps at its least held-out loss, strongest first."""
    design = encode(survey)
    l1_ratio = float(np.median(settings.l1_ratios))
    paths = fit_paths(
        design, poor, survey.weight, l1_ratio=l1_ratio, lambdas=settings.n_lambdas, fold=fold,
        patience=PATIENCE,
    )  # fmt: skip
    strength = question_strength(design, paths.beta[paths.best(), :, 0], survey.weight)
    return [int(j) for j in np.argsort(-strength, kind="stable") if strength[j] > 0]


def rank_questions(strength: np.ndarray) -> list[int]:
    """Order questions by how many resamples kept them, then by their mean strength."""
    count = (strength > 0).sum(axis=0)
    order = np.lexsort((np.arange(strength.shape[1]), -strength.mean(axis=0), -count))
    return [int(j) for j in order]


def strongest(strengths: np.ndarray, questions: int) -> np.ndarray:
    """Whether each question is among the strongest few of each resample."""
    rank = np.argsort(np.argsort(-strengths, axis=1, kind="stable"), axis=1)
    return (rank < questions) & (strengths > 0)


def kept_most(strength: np.ndarray, limits: Limits) -> list[int]:
    """The questions kept most often, as far as the analyst allows them."""
    return limits.within(rank_questions(strength))
