"""Fit everything that the chapters read, before any of them runs."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cached_property
from multiprocessing import connection
from multiprocessing.pool import ExceptionWithTraceback
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType

from joblib import cpu_count
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from analysis.data import Study
from analysis.errors import ReportError
from analysis.mobility.explain.results import explanations
from analysis.mobility.groups.results import group_results
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

WORTH_A_LINE = 1  # second that a part took

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
Worker = Callable[[Study], list[Part]]

# What the server of chapters imports, so that one server forks them and the workers.
PRELOAD = ("analysis.book.run.preload",)

# A study holds views of mappings, which do not go to another process by themselves.
ForkingPickler.register(MappingProxyType, lambda view: (_view, (dict(view),)))


def _view(held: dict) -> MappingProxyType:
    return MappingProxyType(held)


def forecasts_worker(study: Study) -> list[Part]:
    """Forecasts of the first study, and all that is said of them."""
    models = all_results(study)
    return [
        *_parts(models, lambda name: name not in WITHOUT_FORECASTS),
        *_parts(explanations(models), lambda name: name not in EXPLAINED_ALONE),
    ]


def replication_worker(study: Study) -> list[Part]:
    """The original study done again."""
    return _parts(all_results(study).replication)


def card_worker(study: Study) -> list[Part]:
    """The second study."""
    return [
        ("scorecard", card_study),
        ("resampling of households", card_unit_effect),
        ("stepwise selection", card_stepwise),
        ("cards of regions", card_regional_cards),
        ("groups of areas", card_coverage),
    ]


def traits_worker(study: Study) -> list[Part]:
    """What the first study says of traits and samples without the forecasts."""
    return _parts(all_results(study), WITHOUT_FORECASTS.__contains__)


def explanations_worker(study: Study) -> list[Part]:
    """Explanations by models that are fitted for them."""
    return _parts(explanations(all_results(study)), EXPLAINED_ALONE.__contains__)


def groups_worker(study: Study) -> list[Part]:
    """Results on groups of children, where their file is here."""
    groups = group_results(study)
    return [] if groups is None else _parts(groups)


def shapes_worker(study: Study) -> list[Part]:
    """The shapes of maps."""
    return [("shapes of zones", report_geometry), ("shapes of counties", report_county_geometry)]


# The longest first, so that what is left at the end is short.
WORKERS = (
    forecasts_worker,
    replication_worker,
    card_worker,
    traits_worker,
    explanations_worker,
    groups_worker,
    shapes_worker,
)


def fit_all(
    study: Study, report: Callable[[str], None] = print, workers: Sequence[Worker] = WORKERS
) -> None:
    """Compute every result of both studies, or find it on disk.

    Chapters run side by side and for two formats; what they share is fitted
    here once. The parts of a worker run one after another, the workers side by side,
    one a core: a process that does all of its work itself spends none on starting
    others and handing it out. A terminal shows a bar.

    Parameters
    ----------
    report : callable
        Gets a line for each part that took a while.
    workers : sequence of callables
        From the study to parts that need nothing of another worker; top-level functions.

    Raises
    ------
    Exception
        What the first part to fail has raised, when all workers have ended.
    """
    parts = sum(len(worker(study)) for worker in workers)
    # without a bar where the output is not a terminal
    bar = tqdm(total=parts, desc="  fits", file=sys.stderr, disable=None, leave=False)
    with bar, closing(_run(workers, study)) as done:
        for name, seconds in done:
            bar.set_postfix_str(name)
            bar.update()
            if seconds > WORTH_A_LINE:
                report(f"  {name}: {seconds:.0f} s")


def _run(workers: Sequence[Worker], study: Study) -> Iterator[tuple[str, float]]:
    """Name and seconds of each part when it has ended."""
    fork = multiprocessing.get_context("forkserver")
    fork.set_forkserver_preload(list(PRELOAD))
    cores = max(cpu_count() // len(workers), 1)
    to_come, running, processes = list(workers), [], []
    try:
        while to_come or running:
            while to_come and len(running) < max(cpu_count(), 2):
                here, there = fork.Pipe(duplex=False)
                given = (to_come.pop(0), study, cores, there)
                processes.append(process := fork.Process(target=_compute, args=given))
                process.start()
                there.close()
                running.append(here)
            for here in connection.wait(running):
                result = _received(here)
                if result is None:
                    running.remove(here)
                else:
                    yield result
    finally:
        for process in processes:
            if running:  # a part has failed, or this was interrupted
                process.kill()
            process.join()


def _received(here: connection.Connection) -> tuple[str, float] | None:
    try:
        result = here.recv()
    except EOFError:
        raise ReportError("Python died while it fitted the models.") from None
    if isinstance(result, BaseException):
        raise result
    return result


def _compute(worker: Worker, study: Study, cores: int, results: connection.Connection) -> None:
    """Compute a worker's parts and send word of each; at last None, or what was raised."""
    os.environ["LOKY_MAX_CPU_COUNT"] = str(cores)  # what `joblib.cpu_count` goes by
    # Ctrl-C ends it at once, instead of being a fault of a part.
    on_interrupt(signal.SIG_DFL)
    end_with_parent()
    watch_workers()
    try:
        # Workers use all cores; more threads would only wait for each other.
        with threadpool_limits(1):
            for name, compute in worker(study):
                start = time.perf_counter()
                compute()
                results.send((name, time.perf_counter() - start))
        end_workers()
        # joblib clears up when a process ends, which one that was forked does not come to.
        atexit._run_exitfuncs()
        results.send(None)
    except Exception as fault:
        results.send(ExceptionWithTraceback(fault, fault.__traceback__))


def _parts(source: object, wanted: Callable[[str], bool] = bool) -> list[Part]:
    """Name of each wanted result of an index and how to compute it."""
    return [
        (name.replace("_", " "), lambda name=name: getattr(source, name))
        for name in result_names(source)
        if wanted(name)
    ]


def result_names(index: object) -> list[str]:
    """Names of the results of an index, in the order of its source."""
    return [name for name, value in vars(type(index)).items() if isinstance(value, cached_property)]
