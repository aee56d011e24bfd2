"""Run a command that is struck at a write of its choosing: killed, or refused by the machine.

Every opening for writing, rename, removal and new folder below a watched folder counts as a
write, by Python's own audit events, so that no point is left to luck. A kill at an opening
leaves a torn file, as a kill in the middle of its bytes would.

The command runs in a process forked from a server that has imported what commands need.
"""

import ctypes  # noqa: F401 (so that its own look-ups are not counted)
import errno
import multiprocessing
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

KILL = "kill"
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink"}
PRELOAD = ["tests.faults.works"]


@dataclass(frozen=True)
class Ended:
    """How a command ended; ``writes`` is the number of its writes."""

    code: int
    out: str
    err: str
    writes: int


@dataclass
class Hook:
    """Counts writes and strikes at one of them."""

    watched: str
    at: int | None
    how: str | int
    count: Path
    writes: int = 0
    busy: bool = field(default=False)

    def __call__(self, event: str, given: tuple) -> None:
        if self.busy or not self._is_write(event, given):
            return
        self.busy = True
        self.writes += 1
        with open(self.count, "a") as file:
            file.write(".")
        if self.writes == self.at:
            if self.how != KILL:
                self.busy = False
                raise OSError(self.how, os.strerror(self.how), str(given[0]))
            die(event, given)
        self.busy = False

    def _is_write(self, event: str, given: tuple) -> bool:
        if event == "open":
            path, _, flags = given
            writing = isinstance(flags, int) and flags & _WRITING
            return bool(writing) and self._inside(path)
        if event == "ctypes.dlsym":
            return given[1] == "renameat2"
        return event in _CHANGES and any(self._inside(part) for part in given[:2])

    def _inside(self, path: object) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        return os.path.abspath(os.fsdecode(path)).startswith(self.watched)


def run(
    work: Callable | list[str],
    *given,
    watched: Path,
    spare: Path,
    at: int | None = None,
    how: str | int = KILL,
    largest: int | None = None,
) -> Ended:
    """Run a function, or a command of the package, in a process of its own.

    Parameters
    ----------
    work : callable or list of str
    watched : Path
        Writes below it are counted.
    spare : Path
        A folder for what is said.
    at : int, optional
        The write at which it is struck, from 1.
    how : "kill" or int
        Killed, or the number of the error that the write ends in.
    largest : int, optional
        Most bytes that a file can have: a disk that fills up in the middle of a file.
    """
    fork = multiprocessing.get_context("forkserver")
    fork.set_forkserver_preload(PRELOAD)
    for name in ("out", "err", "count"):
        (spare / name).write_bytes(b"")
    process = fork.Process(target=_child, args=(work, given, watched, spare, at, how, largest))
    process.start()
    process.join(120)
    assert process.exitcode is not None, "it did not end"
    told = [(spare / name).read_text(errors="replace") for name in ("out", "err")]
    return Ended(process.exitcode, *told, (spare / "count").stat().st_size)


def _child(work, given, watched, spare, at, how, largest) -> None:
    for number, name in ((1, "out"), (2, "err")):
        handle = os.open(spare / name, os.O_WRONLY | os.O_APPEND)
        os.dup2(handle, number)
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
    if largest is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    sys.addaudithook(Hook(os.path.abspath(watched), at, how, spare / "count"))
    code = 1
    try:
        if callable(work):
            work(*given)
            code = 0
        else:
            from analysis.__main__ import main

            code = main(work)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def die(event: str, given: tuple) -> None:
    """Be killed at a write, which is torn where it opens a file."""
    if event == "open":
        with open(given[0], "wb") as torn:
            torn.write(b"torn")
    os.kill(os.getpid(), signal.SIGKILL)


REFUSALS = (errno.ENOSPC, errno.EROFS, errno.EACCES)
"""A full disk, a read-only one, and no permission."""
