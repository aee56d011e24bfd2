"""Fit everything that the chapters read, before any of them runs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from tqdm import tqdm

from analysis import paths, whole
from analysis.data import Study
from analysis.mobility.explain.results import explanations
from analysis.mobility.models import all_results
from analysis.scorecard.results import (
    card_coverage,
    card_own_cards,
    card_stepwise,
    card_study,
    card_unit_effect,
)

# Parts that took longer than this, in seconds, are told.
WORTH_TELLING = 1

SECONDS: Mapping[str, float] = MappingProxyType(
    {
        "binary": 20,
        "quartiles": 15,
        "learning curve": 9,
        "rank regression": 6,
        "correlations": 3,
        "false alarms": 5,
        "mutual information": 6,
        "regression": 4,
        "stability": 5,
        "cluster choice": 2.5,
        "cluster gain": 20,
        "sensitivity": 17,
        "by children": 2,
        "states": 1.5,
        "splits": 45,
        "importance": 6,
        "contributions": 5,
        "shapley": 6,
        "effects": 8,
        "scorecard": 55,
        "resampling of households": 2,
        "stepwise selection": 2,
    }
)
"""How long the longer parts take on two cores, until this machine's own times are known."""

Part = tuple[str, Callable[[], object]]


def fit_all(study: Study, report: Callable[[str], None] = print) -> None:
    """Compute every result of both studies, or find it on disk.

    Chapters run side by side and for two formats; what they share is fitted
    here once, with all cores. A terminal shows a bar with the time left;
    elsewhere each part that took a while is told in a line.

    Parameters
    ----------
    report : callable
        Told of each part that took a while, with the time left.
    """
    parts = _parts(study)
    known = _expected()
    # two parts can share a name, so that times go by place
    expected = [known.get(name, 0.0) for name, _ in parts]
    spent: dict[str, float] = {}
    bar = tqdm(
        total=sum(expected),
        desc="  fits",
        bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}, {remaining} left{postfix}",
        file=sys.stderr,
        disable=None,  # hidden where the output is not a terminal
        leave=False,
    )
    with bar:
        for place, (name, compute) in enumerate(parts):
            bar.set_postfix_str(name)
            start = time.perf_counter()
            compute()
            spent[name] = time.perf_counter() - start
            bar.update(expected[place])
            if spent[name] > WORTH_TELLING:
                report(_line(name, spent[name], sum(expected[place + 1 :])))
    _remember(spent)


def _parts(study: Study) -> list[Part]:
    """Name of each part and how to compute it, in the order of computation."""
    models = all_results(study)
    explained = explanations(models)
    found: list[Part] = [
        (name.replace("_", " "), lambda name=name, source=source: getattr(source, name))
        for source in (models, models.replication, explained)
        for name in _results(source)
    ]
    return [
        *found,
        ("scorecard", card_study),
        ("resampling of households", card_unit_effect),
        ("stepwise selection", card_stepwise),
        ("cards of regions", card_own_cards),
        ("groups of areas", card_coverage),
    ]


def _results(source: object) -> list[str]:
    """Names of the results of an index, in the order of its source."""
    kind = type(source)
    return [name for name, value in vars(kind).items() if isinstance(value, cached_property)]


def _line(name: str, spent: float, left: float) -> str:
    rest = f", about {left:.0f} s left" if left > WORTH_TELLING else ""
    return f"  {name}: {spent:.0f} s{rest}"


def _expected() -> dict[str, float]:
    """Seconds of each part: this machine's of last time, else the usual ones."""
    try:
        known = json.loads(_memory().read_text("utf-8"))
        return {**SECONDS, **{name: float(seconds) for name, seconds in known.items()}}
    except (OSError, ValueError, TypeError, AttributeError):
        return dict(SECONDS)


def _remember(spent: dict[str, float]) -> None:
    """Keep the times of parts that were computed rather than read."""
    found = {name: round(seconds, 1) for name, seconds in spent.items() if seconds > WORTH_TELLING}
    if not found:
        return
    with suppress(OSError):  # times are a courtesy
        whole.write(_memory(), json.dumps({**_expected(), **found}))


def _memory() -> Path:
    return paths.CACHE / "seconds.json"
