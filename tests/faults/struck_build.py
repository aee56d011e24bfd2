"""Build the book of this folder, and be killed at one of the places of the code that write.

A place is a kind of change and the chain of calls in the package that makes it: a loop that
writes a hundred pages is one. Run as ``python -m tests.faults.struck_build FILE PLACE``; the
places that are reached are told in the file.
"""

import os
import sys
from pathlib import Path

from tests.faults.struck import KILL, Hook, die


class Places(Hook):
    """Counts places rather than writes."""

    def __init__(self, watched: str, told: Path, place: str):
        super().__init__(watched, None, KILL, told)
        self.place, self.seen = place, set()

    def __call__(self, event: str, given: tuple) -> None:
        """Note the place of a write when it is first reached, and die there if it is the one."""
        if self.busy or not self._is_write(event, given) or self._is_idle(event, given[0]):
            return
        place = f"{event} by {self._chain()}"
        if place in self.seen:
            return
        self.busy = True
        self.seen.add(place)
        with open(self.count, "a") as file:
            file.write(f"{place}\n")
        if place == self.place:
            die(event, given)
        self.busy = False

    def _is_idle(self, event: str, path: object) -> bool:
        """Whether nothing changes: a folder is there already, or what is to go has gone."""
        if event not in ("os.mkdir", "os.remove"):
            return False
        return os.path.lexists(path) == (event == "os.mkdir")

    def _chain(self) -> str:
        frame, chain = sys._getframe(2), []
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(f"{self.watched}/analysis/"):
                chain.append(f"{name[len(self.watched) + 10 :]}:{frame.f_lineno}")
            frame = frame.f_back
        return " < ".join(chain)


if __name__ == "__main__":
    sys.addaudithook(Places(os.getcwd(), Path(sys.argv[1]), sys.argv[2]))
    from analysis.__main__ import main

    sys.exit(main(["build", "--preview"]))
