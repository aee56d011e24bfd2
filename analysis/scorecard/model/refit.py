"""Fit the card's questions: the elastic net of formula (1) on a few questions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.errors import ReportError
from analysis.scorecard.model.design_matrix import Design, answer_positions, by_answer, encode
from analysis.scorecard.model.elastic_net import EXACT, Paths, fit_paths
from analysis.scorecard.model.fit import Fit
from analysis.scorecard.model.points import NO_CARD
from analysis.scorecard.model.region_intercepts import with_intercepts
from analysis.scorecard.sampling.bootstrap import folds_of
from analysis.scorecard.settings import Settings, Stream
from analysis.scorecard.survey.survey import Survey


def refit(
    survey: Survey,
    poor: np.ndarray,
    questions: list[int],
    l1_ratios: tuple[float, ...],
    settings: Settings,
    stream: int,
    tau: float = np.inf,
) -> Fit:
    """Fit the chosen questions with the α and λ that cross-validation finds.

    They are found with an intercept for each region; ``tau`` is that of the fit, and ``stream``
    gives the folds. Answers of a question that the specification calls ordered get coefficients
    that rise or fall along its scale: neighbors that would break the order share one.

    Raises
    ------
    ReportError
        If there are no questions.
    """
    if not questions:
        raise ReportError(NO_CARD)
    view, group = survey, {}
    while True:
        fits = [_cross_validated(view, poor, questions, a, settings, stream) for a in l1_ratios]
        fit = min(fits, key=lambda scored: scored[0])[1]
        fit = _expanded(fit, survey, questions, group)
        broken = _out_of_order(fit, survey, group)
        if broken is None:
            return with_tau(survey, poor, fit, tau)
        _put_together(survey, group, *broken)
        view = _merged(survey, group)


def with_tau(survey: Survey, poor: np.ndarray, fit: Fit, tau: float) -> Fit:
    """The fit with another τ of the regions' intercepts; ordered answers stay in order."""
    if tau == fit.tau:
        return fit
    group: dict[int, np.ndarray] = {}
    for j, beta in zip(fit.questions, fit.beta, strict=True):
        item = survey.items[j]
        for first in range(item.scale - 1 if item.ordered else 0):
            if beta[first] == beta[first + 1]:
                _put_together(survey, group, j, first)
    while True:
        view = _merged(survey, group)
        again = with_intercepts(view, poor, _of_merged(fit, group), tau)
        again = _expanded(again, survey, fit.questions, group)
        broken = _out_of_order(again, survey, group)
        if broken is None:
            return again
        _put_together(survey, group, *broken)


def _put_together(survey: Survey, group: dict[int, np.ndarray], j: int, first: int) -> None:
    """Let an answer and the next one of a question share their coefficient."""
    labels = group.setdefault(j, np.arange(len(survey.items[j].answers)))
    group[j] = np.where(labels == labels[first + 1], labels[first], labels)


def _of_merged(fit: Fit, group: dict[int, np.ndarray]) -> Fit:
    """The fit in the codes of a survey whose answers are put together."""
    kept = {j: np.unique(labels) for j, labels in group.items()}
    betas = [b[kept[j]] if j in kept else b for j, b in zip(fit.questions, fit.beta, strict=True)]
    return replace(fit, beta=tuple(betas))


def _cross_validated(survey, poor, questions, l1_ratio, settings, stream) -> tuple[float, Fit]:
    design = encode(survey, np.sort(questions))
    rng = settings.rng(Stream.REFIT_FOLDS, stream + 1)
    paths = fit_paths(
        design,
        poor,
        survey.weight,
        l1_ratio=l1_ratio,
        lambdas=settings.n_lambdas,
        fold=folds_of(survey.cluster, survey.stratum, settings.folds, rng),
        tolerance=EXACT,
        patience=settings.patience,
    )
    index = paths.best("least")
    return float(paths.loss()[0][index]), as_fit(survey, design, paths, index, l1_ratio)


def as_fit(survey: Survey, design: Design, paths: Paths, index: int, l1_ratio: float) -> Fit:
    """Unpack one point of a path into coefficients by question and answer."""
    questions = tuple(int(j) for j in np.unique(design.question))
    beta = by_answer(paths.beta[index, :, 0], answer_positions(survey, questions)[0])
    gamma = paths.gamma[index, :, 0].copy()
    return Fit(questions, gamma, beta, float(paths.lambdas[index]), l1_ratio)


# -- ordered answers -----------------------------------------------------------------------


def _out_of_order(fit: Fit, survey: Survey, group: dict) -> tuple[int, int] | None:
    """The question and answer after which the order is broken most, or None."""
    worst, broken = 1e-9, None
    for j, beta in zip(fit.questions, fit.beta, strict=True):
        item = survey.items[j]
        if not item.ordered or item.scale < 2:
            continue
        along = beta[: item.scale]
        share = np.bincount(survey.codes[:, j], survey.weight, len(item.answers))[: item.scale]
        steps = np.diff(along) * direction(along, share)
        if steps.min() < -worst:
            worst, broken = -steps.min(), (j, int(steps.argmin()))
    return broken


def direction(along: np.ndarray, share: np.ndarray) -> float:
    """1 if coefficients rise along a scale on the whole, else -1: the sign of their slope."""
    centered = np.arange(len(along)) - np.average(np.arange(len(along)), weights=share)
    return 1.0 if (share * centered) @ along >= 0 else -1.0


def _merged(survey: Survey, group: dict[int, np.ndarray]) -> Survey:
    """The survey with answers that share a coefficient put together under one code."""
    codes, items = survey.codes.copy(), list(survey.items)
    for j, labels in group.items():
        kept, code = np.unique(labels, return_inverse=True)
        codes[:, j] = code[survey.codes[:, j]]
        items[j] = replace(items[j], answers=tuple(items[j].answers[k] for k in kept))
    return replace(survey, codes=codes, items=tuple(items))


def _expanded(fit: Fit, survey: Survey, questions, group: dict[int, np.ndarray]) -> Fit:
    """The fit with a coefficient for each answer of the survey, merged or not."""
    known = dict(zip(fit.questions, fit.beta, strict=True))
    betas = []
    for j in sorted(questions):
        if j in group:
            code = np.unique(group[j], return_inverse=True)[1]
            betas.append(known[j][code] if j in known else np.zeros(len(code)))
        else:
            betas.append(known.get(j, np.zeros(len(survey.items[j].answers))))
    return replace(fit, questions=tuple(sorted(int(j) for j in questions)), beta=tuple(betas))
