"""Where numba keeps what it compiles: by source text, for every checkout of this user.

numba's own caches go by a file's path and time, so that each new clone would
compile the same loops again for some seconds. Here the folder is named after the
text of the file. Where it can't be written numba falls back on its own.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from numba.core.caching import CacheImpl, _CacheLocator
from platformdirs import user_cache_path

from analysis.paths import ROOT

FOLDER = user_cache_path("rising-out-of-poverty") / "compiled"


class BySource(_CacheLocator):
    """Locates the compiled forms of one function of this project."""

    def __init__(self, function, file: str) -> None:
        self._digest = hashlib.sha256(Path(file).read_bytes()).hexdigest()
        self._line = function.__code__.co_firstlineno

    def get_cache_path(self) -> str:
        """Folder of the compiled forms."""
        return str(FOLDER / self._digest[:24])

    def get_source_stamp(self) -> str:
        """What numba compares to see whether the source is still the same."""
        return self._digest

    def get_disambiguator(self) -> str:
        """Sets functions of the same name apart."""
        return str(self._line)

    @classmethod
    def from_function(cls, py_func, py_file):
        """The locator for a function, or None where another has to do."""
        if not Path(py_file).is_relative_to(ROOT):
            return None
        locator = cls(py_func, py_file)
        try:
            locator.ensure_cache_path()
        except OSError:
            return None
        return locator


def keep_by_source() -> None:
    """Make numba's ``cache=True`` look here first."""
    if BySource not in CacheImpl._locator_classes:
        CacheImpl._locator_classes.insert(0, BySource)
