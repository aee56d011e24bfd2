"""The command `replicate`: run the original's own search, which the report does not wait for.

It proves that the faster search used in the report is faithful, and places the
published scores among splits that are all searched. The results stay in the
cache, where the report finds them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from tqdm import tqdm

from analysis.data import Study, load
from analysis.mobility.replication import published_call, scores, splits
from analysis.mobility.replication.repeats import LABELS
from analysis.mobility.replication.table import original_labels, original_table
from analysis.processes import watch_workers
from analysis.store.cache import stored_result

# On so many splits, all of them, the whole grid is searched.
ALL_SEARCHED = {"binary": 100, "quartiles": 80}
MINUTES = 6
"""About how long all of it takes on two cores."""


@dataclass(frozen=True)
class FullReplication:
    """What the command computed.

    Attributes
    ----------
    agreement
        One row a task; see `published_call.agreement`.
    converged
        Two classes; see `published_call.converged_choice`.
    rows
        The elastic net's published scores among splits that were all searched;
        see `scores.score_rows`.
    """

    agreement: pd.DataFrame
    converged: dict[str, float]
    rows: pd.DataFrame


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add the command `replicate` to the command line."""
    text = "run the original study's own search and every split in full (about "
    parser = subparsers.add_parser("replicate", help=f"{text}{MINUTES} minutes)")
    parser.set_defaults(run=_run)


def full_replication(study: Study) -> FullReplication | None:
    """What `make replicate` computed with this code and these data; None where it was not run."""
    return _collected(study, stored_result)


def _run(_arguments: argparse.Namespace) -> int:
    watch_workers()
    study = load()
    print(
        f"Running the original's search in full: about {MINUTES} minutes on two cores. "
        "It can be stopped; finished parts are kept."
    )
    began = time.monotonic()
    with tqdm(total=len(_calls(study)), unit="part", file=sys.stdout) as bar:

        def announced(function: Callable, *arguments: object) -> object:
            bar.set_description(_name(function, arguments))
            if not sys.stdout.isatty():
                print(_name(function, arguments), flush=True)
            result = function(*arguments)
            bar.update()
            return result

        _collected(study, announced)
    minutes = (time.monotonic() - began) / 60
    print(f"Done in {minutes:.0f} minutes; the next `make report` shows it.")
    return 0


def _name(function: Callable, arguments: tuple) -> str:
    return f"{function.__name__.replace('_', ' ')}, {arguments[2]}"


def _calls(study: Study) -> list[tuple]:
    """Each function to call with its arguments."""
    table, labels = original_table(study), original_labels(study)
    tasks = {task: (table, labels[column], task) for task, column in LABELS.items()}
    searched = [
        (splits.grid_splits, *tasks[task], count, count) for task, count in ALL_SEARCHED.items()
    ]
    calls = [(published_call.agreement, *part) for part in tasks.values()]
    # the build looks for results of the last two functions to know that all are there
    return [*searched, *calls, (published_call.converged_choice, *tasks["binary"])]


def _collected(study: Study, call: Callable) -> FullReplication | None:
    results = []
    for function, *arguments in _calls(study):
        results.append(call(function, *arguments))
        if results[-1] is None:
            return None
    rows = scores.score_rows(pd.concat(results[:2], ignore_index=True))
    return FullReplication(pd.DataFrame(results[2:4]), results[4], rows)
