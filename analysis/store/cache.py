"""Results on disk, kept until the code or the data behind them change.

The key of a result is made of the function's name, its arguments, the versions
of the numerical libraries, and the source of every function, class and module
constant of this package that the function can reach (`analysis.store.reach`), the
tables of variables and states included.
"""

from __future__ import annotations

import functools
import importlib.metadata
import inspect
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import joblib
import numpy as np
import pandas as pd

from analysis import paths
from analysis.store import atomic
from analysis.store.kept import mark_used
from analysis.store.reach import Symbol, fingerprint, reachable, source_files

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

LIBRARIES = (
    *("numpy", "scipy", "scikit-learn", "statsmodels", "pandas", "glum", "numba", "joblib"),
    *("shapely", "pyshp", "xlrd", "pyreadstat", "pydantic"),
)

# A source that is edited while the process runs is not the code that runs.
_STARTED = time.time()


_CACHED: list[Symbol] = []


def cached(function: Callable[P, R]) -> Callable[P, R]:
    """Keep what a function returns on disk until code or arguments change.

    The result is stored under ``analysis.paths.CACHE`` by joblib, written to a
    temporary name and then renamed. An entry that can't be read is computed
    again. Where the folder can't be written the function still works.

    Parameters
    ----------
    function
        A top-level function whose result depends on its arguments and on code
        of its own package alone. Arguments may be frames, arrays, dataclasses
        of them, plain values and functions of the package.
    """

    _CACHED.append(Symbol(function.__module__, function.__name__))

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        symbols = reachable(Symbol(function.__module__, function.__name__))
        if any(file.stat().st_mtime > _STARTED for file in source_files(symbols)):
            return function(*args, **kwargs)
        call = inspect.signature(function).bind(*args, **kwargs)
        call.apply_defaults()
        entry = entry_path(function, call.arguments)
        found, value = _read(entry)
        if found:
            return value
        began = time.perf_counter()
        value = function(*args, **kwargs)
        log.info("%s took %.1f s", function.__qualname__, time.perf_counter() - began)
        _write(entry, value)
        return value

    return wrapper


def entry_path(function: Callable, arguments: Mapping[str, Any]) -> Path:
    """Return the file that holds the result of one call."""
    name = f"{function.__module__}.{function.__qualname__}"
    code = fingerprint(function.__module__, function.__name__)
    key = joblib.hash((name, code, content(dict(arguments)), versions()))
    return paths.CACHE / name / f"{code_mark(name)}-{key}.joblib"


def code_mark(name: str) -> str:
    """Return what begins the names of the entries that a function's present code has made.

    Parameters
    ----------
    name
        The function's module and name, such as ``"analysis.data.study._tables"``.
    """
    module, _, function = name.rpartition(".")
    return joblib.hash((fingerprint(module, function), versions()))[:12]


def read_sources() -> None:
    """Look through the sources of every cached function now, rather than at its first call."""
    for symbol in _CACHED:
        fingerprint(*symbol)


def kept(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
    """Return the result of a call of a cached function if it is on disk; compute nothing.

    Returns
    -------
    object or None
        None where the call was not made yet with this code and these arguments.
    """
    call = inspect.signature(function).bind(*args, **kwargs)
    call.apply_defaults()
    return _read(entry_path(function, call.arguments))[1]


def content(value: Any) -> Any:
    """Reduce a value to what it says, free of how memory happens to hold it."""
    if isinstance(value, pd.DataFrame):
        columns = [(name, content(value[name])) for name in value.columns]
        return ("frame", columns, content(value.index.to_series()))
    if isinstance(value, pd.Series):
        return ("series", str(value.dtype), np.ascontiguousarray(value.to_numpy()))
    if isinstance(value, np.ndarray):
        return np.ascontiguousarray(value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: content(getattr(value, field.name)) for field in fields(value)}
        return (type(value).__qualname__, parts)
    if isinstance(value, Mapping):
        return {key: content(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, [content(item) for item in value])
    if inspect.isfunction(value):
        return (value.__qualname__, fingerprint(value.__module__, value.__name__))
    return value


@functools.cache
def versions() -> tuple[str, ...]:
    """Name and version of each library that a result may depend on."""
    return tuple(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)


def _read(entry: Path) -> tuple[bool, Any]:
    try:
        value = joblib.load(entry)
        mark_used(entry)
        return True, value
    except FileNotFoundError:
        return False, None
    except Exception as fault:  # whatever a broken pickle raises
        log.warning("%s can't be read and is computed again (%s)", entry.name, fault)
        return False, None


def _write(entry: Path, value: Any) -> None:
    try:
        atomic.make(entry, lambda part: joblib.dump(value, part, compress=3))
    except OSError as fault:
        log.warning("the result is not kept: %s", fault)
