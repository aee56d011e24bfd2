"""Run resamples on this machine's cores or on a Dask cluster, and keep each one on disk."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import joblib
from tqdm import tqdm

from analysis import paths
from analysis.errors import ReportError
from analysis.processes import watch_workers
from analysis.store.cache import versions
from analysis.store.reach import fingerprint

TIMEOUT = 5  # seconds to reach a Dask cluster
EVERY = 10  # seconds between two lines on progress where the output is no terminal
LINE = "{desc}: {n_fmt} of {total_fmt}, about {remaining} left\n"


@dataclass(frozen=True)
class Runner:
    """Where resamples run and where finished ones are kept.

    Attributes
    ----------
    jobs : int
        Processes on this machine; -1 for one a core.
    dask : str or None
        Address of a Dask scheduler that takes the place of local processes.
    folder : Path or None
        Finished resamples are kept in files here; None keeps nothing.
    progress : bool
        Show how far the work is and how long it will take.
    """

    jobs: int = 1
    dask: str | None = None
    folder: Path | None = field(default_factory=lambda: paths.CACHE / "scorecard")
    progress: bool = True

    def run(self, work: Callable, data, tasks: list, label: str) -> dict[str, list]:
        """Do ``work(data, task)`` for each task that is not on disk yet.

        Each finished task is written at once, so that a run that was killed goes on
        where it stopped.

        Returns
        -------
        dict
            Result by ``task.name``; independent of where and in which order tasks ran.
        """
        store = _Store(self.folder, work, data)
        done = store.read()
        left = [task for task in tasks if task.name not in done]
        with self._bar(label, len(tasks), len(tasks) - len(left)) as bar, store:
            for name, result in self._results(work, data, left):
                done[name] = result
                store.write(name, result)
                bar.update()
        return {task.name: done[task.name] for task in tasks}

    def _bar(self, label: str, total: int, done: int) -> tqdm:
        """A bar in a terminal, else a line now and then."""
        lines = (
            {}
            if sys.stderr.isatty()
            else {"bar_format": LINE, "delay": EVERY, "mininterval": EVERY}
        )
        return tqdm(total=total, initial=done, desc=label, unit="task", file=sys.stderr,
                    disable=not self.progress, **lines)  # fmt: skip

    def _results(self, work, data, tasks) -> Iterator[tuple[str, list]]:
        if self.dask is not None:
            yield from _on_dask(self.dask, work, data, tasks)
        elif self.jobs == 1 or len(tasks) < 2:
            yield from (_named(work, data, task) for task in tasks)
        else:
            watch_workers()
            pool = joblib.Parallel(n_jobs=self.jobs, return_as="generator_unordered")
            try:
                yield from pool(joblib.delayed(_named)(work, data, task) for task in tasks)
            except BaseException:
                end_workers()
                raise

    def each(self, calls: dict[str, tuple]) -> dict:
        """The results of some calls, each ``(function, *arguments)``, by name."""
        if self.jobs == 1:
            return {name: function(*arguments) for name, (function, *arguments) in calls.items()}
        watch_workers()
        try:
            done = joblib.Parallel(n_jobs=self.jobs)(
                joblib.delayed(function)(*arguments) for function, *arguments in calls.values()
            )
        except BaseException:
            end_workers()
            raise
        return dict(zip(calls, done, strict=True))


def end_workers() -> None:
    """End the processes of the pool at once, whatever they are doing."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=False, kill_workers=True)


def _named(work, data, task) -> tuple[str, list]:
    return task.name, work(data, task)


def _on_dask(address, work, data, tasks) -> Iterator[tuple[str, list]]:
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise ReportError("--dask needs the package distributed; install it first.") from None
    try:
        client = Client(address, timeout=TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ReportError(f"No Dask cluster answers at {address}: {error}.") from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise ReportError(f"The Dask cluster at {address} has no workers; start some.")
        shared = client.scatter(data, broadcast=True)
        futures = [client.submit(_named, work, shared, task, pure=False) for task in tasks]
        for future in as_completed(futures, loop=client.loop):
            yield future.result()
            future.release()


class _Store:
    """One line a finished task, in a file named after everything the result depends on.

    A line is a digest and the JSON that it stands for. Where lines can't be written the work
    goes on without.
    """

    def __init__(self, folder: Path | None, work: Callable, data):
        self.path = None
        self.file = None
        if folder is not None:
            self.path = folder / f"{_fingerprint(work, data)}.jsonl"

    def read(self) -> dict[str, list]:
        if self.path is None or not self.path.is_file():
            return {}
        done = {}
        for line in self.path.read_bytes().splitlines():
            digest, _, content = line.partition(b" ")
            if digest == _digest(content):  # else a kill cut it short, or it was damaged
                name, result = json.loads(content)
                done[name] = result
        return done

    def __enter__(self):
        if self.path is not None:
            with suppress(OSError):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.file = self.path.open("ab", buffering=0)
                self._append(b"\n")  # ends a line that a kill cut short
        return self

    def __exit__(self, *_):
        if self.file is not None:
            self.file.close()

    def write(self, name: str, result: list) -> None:
        content = json.dumps([name, result]).encode()
        self._append(_digest(content) + b" " + content + b"\n")

    def _append(self, line: bytes) -> None:
        if self.file is not None:
            try:
                self.file.write(line)
            except OSError:
                self.file.close()
                self.file = None


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _fingerprint(work: Callable, data) -> str:
    """A digest of the data, the settings, the libraries and all code that the work can reach."""
    code = fingerprint(work.__module__, work.__qualname__)
    return joblib.hash((code, versions(), joblib.hash(data)))[:24]
