"""Put a finished build in place at once, or not at all."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis import paths
from analysis.errors import ReportError
from analysis.store import atomic

STAMP = "build.json"
"""What a site was made from, see `analysis.store.stamp`."""


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other build of this project runs, and let others wait for this one.

    The system frees the lock with its process, however that ends.
    """
    lock = paths.CACHE / "build.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another build of this project is running: waiting for its end.", flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A temporary folder beside `folder` that takes its place if all goes well.

    A build that fails or is ended leaves the old one as it was.

    Raises
    ------
    ReportError
        If nothing can be written beside `folder`, or something else than a build is there.
    """
    require_build(folder)
    with atomic.folder(folder) as temporary:
        yield temporary


def require_build(folder: Path) -> None:
    """Refuse a place that isn't there, or that holds anything but a site to be replaced."""
    if not folder.parent.is_dir():
        raise ReportError(f"There is no folder {folder.parent} to build into: make it first.")
    if folder.is_dir():
        stands = not (folder / "index.html").is_file() and any(folder.iterdir())
    else:
        stands = folder.exists() or folder.is_symlink()
    if stands:
        raise ReportError(
            f"{folder} is there and is no site, so it is not replaced: move it away or name "
            "another folder."
        )
