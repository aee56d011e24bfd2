"""Processes that never outlive the command that started them, however it ends.

A killed parent can't end its children, so that each looks after its parent instead. Programs
that can't be told to run below a shepherd: this file, run as a script.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import partial

WATCH = 0.5  # seconds between two looks at the parent
_watching: list[threading.Thread] = []


def end_with_parent(parent: int | None = None) -> None:
    """End this process soon after its parent, whatever it is doing.

    Parameters
    ----------
    parent : int, optional
        Number of the parent's process; none for a process of `multiprocessing`, which knows.
    """
    if not _watching:
        look = threading.Thread(target=_watch, args=(parent,), daemon=True)
        _watching.append(look)
        look.start()


def _watch(parent: int | None) -> None:
    if parent is None:  # by a pipe that closes: the parent may have gone before this began
        multiprocessing.parent_process().join()
    else:
        while os.getppid() == parent:
            time.sleep(WATCH)
    os._exit(1)


def on_interrupt(handler) -> None:
    """Handle Ctrl-C so, unless whoever started this has it ignored, as scripts in the background.

    Parameters
    ----------
    handler : callable or signal.Handlers
        As for `signal.signal`.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, handler)


def watch_workers() -> None:
    """Have the workers of every pool that joblib makes from now on end with this process."""
    from joblib import register_parallel_backend
    from joblib._parallel_backends import LokyBackend

    watched = partial(LokyBackend, initializer=end_with_parent, initargs=(os.getpid(),))
    register_parallel_backend("loky", watched)


def shepherded(command: list[str]) -> list[str]:
    """The command that runs another one, and ends all of it with this process."""
    return [sys.executable, "-I", __file__, str(os.getpid()), *command]


def _shepherd(parent: int, command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    flock = subprocess.Popen(command, start_new_session=True)
    try:
        while os.getppid() == parent:
            with suppress(subprocess.TimeoutExpired):
                return flock.wait(timeout=WATCH)
        return 1
    finally:
        with suppress(ProcessLookupError):
            os.killpg(flock.pid, signal.SIGKILL)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(_shepherd(int(sys.argv[1]), sys.argv[2:]))
    sys.exit(130)
