"""Fit everything that the chapters read, before any of them runs."""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import cached_property
from multiprocessing import connection
from multiprocessing.pool import ExceptionWithTraceback
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import MappingProxyType

from joblib import cpu_count
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from analysis import paths
from analysis.data import Study
from analysis.errors import ReportError
from analysis.mobility.explain.results import explanations
from analysis.mobility.results import all_results
from analysis.processes import end_with_parent, on_interrupt, watch_workers
from analysis.publish.geometry.build import report_county_geometry, report_geometry
from analysis.scorecard.results import (
    card_coverage,
    card_regional_cards,
    card_stepwise,
    card_study,
    card_unit_effect,
)
from analysis.scorecard.selection.runner import end_workers
from analysis.store import atomic

# Parts that took longer than this, in seconds, are told.
WORTH_TELLING = 1

SECONDS: Mapping[str, float] = MappingProxyType(
    {
        "binary": 20,
        "binary refitted": 6,
        "farther": 1.2,
        "quartiles": 14,
        "quartile refitted": 6,
        "learning curve": 5,
        "rank regression": 6,
        "correlations": 2.3,
        "false alarms": 3,
        "mutual information": 5,
        "regression": 3,
        "stability": 3,
        "cluster choice": 3.5,
        "cluster gain": 2,
        "sensitivity": 11,
        "importance": 5,
        "contributions": 2,
        "effects": 13,
        "scorecard": 30,
        "resampling of households": 1.1,
        "cards of regions": 7,
        "splits": 55,
        "shapes of zones": 6,
        "shapes of counties": 3,
    }
)
"""How long the longer parts take on a core, until this machine's own times are known."""

WITHOUT_FORECASTS = frozenset(
    {
        "learning_curve",
        "rank_regression",
        "correlations",
        "false_alarms",
        "mutual_information",
        "stability",
        "coefficients",
        "regression",
        "cluster_choice",
        "sensitivity",
    }
)
EXPLAINED_ALONE = frozenset(
    {"coefficients", "importance", "contributions", "effects", "shapley", "levers", "domains"}
)

Part = tuple[str, Callable[[], object]]
Lane = Callable[[Study], list[Part]]

# What the server of chapters imports, so that one server forks them and the lanes.
WARM = ("analysis.book.run.preload",)

# A study holds views of mappings, which do not go to another process by themselves.
ForkingPickler.register(MappingProxyType, lambda view: (_view, (dict(view),)))


def _view(held: dict) -> MappingProxyType:
    return MappingProxyType(held)


def forecasts_lane(study: Study) -> list[Part]:
    """Forecasts of the first study, and all that is said of them."""
    models = all_results(study)
    return [
        *_parts(models, lambda name: name not in WITHOUT_FORECASTS),
        *_parts(explanations(models), lambda name: name not in EXPLAINED_ALONE),
    ]


def replication_lane(study: Study) -> list[Part]:
    """The original study done again."""
    return _parts(all_results(study).replication)


def card_lane(study: Study) -> list[Part]:
    """The second study."""
    return [
        ("scorecard", card_study),
        ("resampling of households", card_unit_effect),
        ("stepwise selection", card_stepwise),
        ("cards of regions", card_regional_cards),
        ("groups of areas", card_coverage),
    ]


def traits_lane(study: Study) -> list[Part]:
    """What the first study says of traits and samples without the forecasts."""
    return _parts(all_results(study), WITHOUT_FORECASTS.__contains__)


def explanations_lane(study: Study) -> list[Part]:
    """Explanations by models that are fitted for them."""
    return _parts(explanations(all_results(study)), EXPLAINED_ALONE.__contains__)


def shapes_lane(study: Study) -> list[Part]:
    """The shapes of maps."""
    return [("shapes of zones", report_geometry), ("shapes of counties", report_county_geometry)]


# The longest first, so that what is left at the end is short.
LANES = (
    forecasts_lane,
    replication_lane,
    card_lane,
    traits_lane,
    explanations_lane,
    shapes_lane,
)


def fit_all(
    study: Study, report: Callable[[str], None] = print, lanes: Sequence[Lane] = LANES
) -> None:
    """Compute every result of both studies, or find it on disk.

    Chapters run side by side and for two formats; what they share is fitted
    here once. The parts of a lane run one after another, the lanes side by side,
    one a core: a process that does all of its work itself spends none on starting
    others and handing it out. A terminal shows a bar with the time left; elsewhere
    each part that took a while is told in a line.

    Parameters
    ----------
    report : callable
        Told of each part that took a while, with the time left.
    lanes : sequence of callables
        From the study to parts that need nothing of another lane; top-level functions.

    Raises
    ------
    Exception
        What the first part to fail has raised, when all lanes have ended.
    """
    known = _expected()
    # two parts can share a name, so that times go by place
    left = [[known.get(name, 0.0) for name, _ in lane(study)] for lane in lanes]
    spent: dict[str, float] = {}
    bar = tqdm(
        total=_longest(left),
        desc="  fits",
        bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}, {remaining} left{postfix}",
        file=sys.stderr,
        disable=None,  # hidden where the output is not a terminal
        leave=False,
    )
    with bar, closing(_run(lanes, study)) as done:
        for place, name, seconds in done:
            spent[name] = seconds
            before = _longest(left)
            del left[place][0]
            bar.set_postfix_str(name)
            bar.update(before - _longest(left))
            if seconds > WORTH_TELLING:
                report(_line(name, seconds, _longest(left)))
    _remember(spent)


def _longest(left: list[list[float]]) -> float:
    """Seconds until all is done: of the longest lane, or of all lanes on the cores there are."""
    lanes = [sum(parts) for parts in left]
    return max(*lanes, sum(lanes) / _at_once())


def _at_once() -> int:
    """How many lanes run side by side."""
    return max(cpu_count(), 2)


def _run(lanes: Sequence[Lane], study: Study) -> Iterator[tuple[int, str, float]]:
    """Place of the lane, name and seconds of each part when it has ended."""
    fork = multiprocessing.get_context("forkserver")
    fork.set_forkserver_preload(list(WARM))
    cores = max(cpu_count() // len(lanes), 1)
    to_come, waiting, processes = list(enumerate(lanes)), {}, []
    try:
        while to_come or waiting:
            while to_come and len(waiting) < _at_once():
                place, lane = to_come.pop(0)
                here, there = fork.Pipe(duplex=False)
                process = fork.Process(target=_compute, args=(lane, study, cores, there))
                process.start()
                processes.append(process)
                there.close()
                waiting[here] = place
            for here in connection.wait(list(waiting)):
                found = _received(here)
                if found is None:
                    del waiting[here]
                else:
                    yield waiting[here], *found
    finally:
        for process in processes:
            if waiting:  # a part has failed, or this was interrupted
                process.kill()
            process.join()


def _received(here: connection.Connection) -> tuple[str, float] | None:
    try:
        found = here.recv()
    except EOFError:
        raise ReportError("Python died while it fitted the models.") from None
    if isinstance(found, BaseException):
        raise found
    return found


def _compute(lane: Lane, study: Study, cores: int, told: connection.Connection) -> None:
    """Compute the parts of a lane and tell of each; at last None, or what was raised."""
    os.environ["LOKY_MAX_CPU_COUNT"] = str(cores)  # what `joblib.cpu_count` goes by
    # Ctrl-C ends it at once, instead of being a fault of a part.
    on_interrupt(signal.SIG_DFL)
    end_with_parent()
    watch_workers()
    try:
        # Lanes use all cores; more threads would only wait for each other.
        with threadpool_limits(1):
            for name, compute in lane(study):
                start = time.perf_counter()
                compute()
                told.send((name, time.perf_counter() - start))
        end_workers()
        # joblib clears up when a process ends, which one that was forked does not come to.
        atexit._run_exitfuncs()
        told.send(None)
    except Exception as fault:
        told.send(ExceptionWithTraceback(fault, fault.__traceback__))


def _parts(source: object, wanted: Callable[[str], bool] = bool) -> list[Part]:
    """Name of each wanted result of an index and how to compute it."""
    return [
        (name.replace("_", " "), lambda name=name: getattr(source, name))
        for name in _results(source)
        if wanted(name)
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
        atomic.write(_memory(), json.dumps({**_expected(), **found}))


def _memory() -> Path:
    return paths.CACHE / "seconds.json"
