"""Write files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import ReportError


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into; its files move to ``folder`` once all are written.

    Raises
    ------
    ReportError
        If the folder can't be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as temporary:
            yield Path(temporary)
            for path in sorted(Path(temporary).iterdir()):
                os.replace(path, folder / path.name)
    except OSError as error:
        raise ReportError(f"{folder} can't be written to: {error.strerror or error}.") from None


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` make a file, and put it in its place once it is done."""
    with whole_folder(path.parent) as folder:
        write(folder / path.name)
