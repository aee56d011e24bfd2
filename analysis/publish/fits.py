"""Fit everything that the chapters read, before any of them runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property

from analysis.data import Study
from analysis.mobility.explain.results import explanations
from analysis.mobility.models import all_results
from analysis.scorecard.results import card_study, card_unit_effect

# Parts that took longer than this, in seconds, are told.
WORTH_TELLING = 2


def fit_all(study: Study, report: Callable[[str], None] = print) -> None:
    """Compute every result of both studies, or find it on disk.

    Chapters run side by side and for two formats; what they share is fitted
    here once, with all cores.

    Parameters
    ----------
    report : callable
        Told of each part that took a while.
    """
    models = all_results(study)
    explained = explanations(models)
    parts = [
        (name, source)
        for source in (models, models.replication, explained)
        for name in _results(source)
    ]
    for name, source in parts:
        _timed(name, lambda name=name, source=source: getattr(source, name), report)
    _timed("scorecard", card_study, report)
    _timed("resampling of households", card_unit_effect, report)


def _results(source: object) -> list[str]:
    """Names of the results of an index, in the order of its source."""
    kind = type(source)
    return [name for name, value in vars(kind).items() if isinstance(value, cached_property)]


def _timed(name: str, compute: Callable, report: Callable[[str], None]) -> None:
    start = time.perf_counter()
    compute()
    spent = time.perf_counter() - start
    if spent > WORTH_TELLING:
        report(f"  {name.replace('_', ' ')}: {spent:.0f} s")
