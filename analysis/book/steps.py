"""Say what is being done, and afterwards how long each step took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Steps:
    """The steps of a build so far: name and seconds of each."""

    taken: list[tuple[str, float]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announce a step and time it, whether or not it succeeds."""
        print(f"{name} …", flush=True)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.taken.append((name, time.perf_counter() - start))

    def summary(self) -> str:
        """A line a step, and the total."""
        rows = [*self.taken, ("Together", sum(seconds for _, seconds in self.taken))]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"  {name:<{width}}  {seconds:6.1f} s" for name, seconds in rows)
