"""How far a run is, and how long it will take: a bar in a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time

from tqdm import tqdm

EVERY = 10.0  # seconds between two lines where the output is no terminal


class Progress:
    """Counts finished tasks.

    Parameters
    ----------
    label : str
    total, done : int
        Tasks in all, and how many were found finished.
    shown : bool
    """

    def __init__(self, label: str, total: int, done: int, *, shown: bool = True):
        self.label, self.total, self.done, self.start = label, total, done, done
        self.began = self.told = time.monotonic()
        terminal = sys.stderr.isatty()
        self.lines = shown and not terminal
        self.bar = tqdm(total=total, initial=done, desc=label, disable=not (shown and terminal),
                        file=sys.stderr, unit="task")  # fmt: skip

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_) -> None:
        self.bar.close()

    def update(self) -> None:
        """Count one more task."""
        self.done += 1
        self.bar.update()
        now = time.monotonic()
        if self.lines and now - self.told >= EVERY:
            self.told = now
            left = (now - self.began) / (self.done - self.start) * (self.total - self.done)
            print(f"{self.label}: {self.done} of {self.total}, about {in_words(left)} left",
                  file=sys.stderr, flush=True)  # fmt: skip


def in_words(seconds: float) -> str:
    """A length of time in seconds, or in minutes from two minutes on."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
