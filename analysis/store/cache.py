"""The one store of results on disk, below ``data/processed/cache``.

An entry has a kind, which is its folder, and a key, which is a hash of all that it depends on.
It is written whole or not at all, below the hash of its own bytes: what is damaged counts as
missing and is made again, and of commands that run at once the last to write wins. `prune` drops
what was not used for long.

The key of a function's result (`cached`) is made of its name, its arguments, the versions of the
numerical libraries, and the source of every function, class and module constant of this package
that the function can reach, tables of variables and states included (`analysis.store.reach`).
"""

from __future__ import annotations

import functools
import importlib.metadata
import inspect
import io
import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import joblib
import numpy as np
import pandas as pd

from analysis import paths
from analysis.store import atomic
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
_MISSING = object()


def make_key(*parts: object) -> str:
    """A hash of values, which differs wherever one of them does."""
    return joblib.hash(parts)


def get(kind: str, key: str) -> bytes | None:
    """What `put` stored, now marked as used; None where it is missing or damaged."""
    path = paths.CACHE / kind / key
    content = atomic.read_signed(path)
    if content is not None:
        mark_used(path)
    return content


def put(kind: str, key: str, content: bytes) -> None:
    """Store an entry.

    Raises
    ------
    OSError
        If the machine refuses.
    """
    atomic.write_signed(paths.CACHE / kind / key, content)


def get_or_make(kind: str, key: str, make: Callable[[], bytes]) -> bytes:
    """The entry of this key, made and stored where there is none."""
    content = get(kind, key)
    if content is None:
        content = make()
        put(kind, key, content)
    return content


def keys(kind: str, pattern: str = "*") -> list[str]:
    """Keys of the entries of a kind, whole or not, in alphabetical order."""
    names = (path.name for path in (paths.CACHE / kind).glob(pattern))
    return sorted(key for key in names if not key.startswith("."))  # which is being written


def drop(kind: str, key: str) -> None:
    """Remove an entry, if there is one."""
    (paths.CACHE / kind / key).unlink(missing_ok=True)


def mark_used(path: Path) -> None:
    """Mark a file as in use; where that can't be written, nothing can be dropped either."""
    with suppress(OSError):
        os.utime(path)


def cached(function: Callable[P, R]) -> Callable[P, R]:
    """Keep what a function returns on disk until code or arguments change.

    Where the folder can't be written the function still works.

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
        entry = entry_path(function, _arguments(function, args, kwargs))
        value = _load(entry)
        if value is _MISSING:
            began = time.perf_counter()
            value = function(*args, **kwargs)
            log.info("%s took %.1f s", function.__qualname__, time.perf_counter() - began)
            _dump(entry, value)
        return value

    return wrapper


def stored_result(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
    """The result of a call of a cached function if it is on disk; nothing is computed.

    Returns
    -------
    object or None
        None where the call was not made yet with this code and these arguments.
    """
    value = _load(entry_path(function, _arguments(function, args, kwargs)))
    return None if value is _MISSING else value


def entry_path(function: Callable, arguments: Mapping[str, Any]) -> Path:
    """The file that holds the result of one call."""
    name = f"{function.__module__}.{function.__qualname__}"
    code = fingerprint(function.__module__, function.__name__)
    key = make_key(name, code, content(dict(arguments)), versions())
    return paths.CACHE / name / f"{code_mark(name)}-{key}"


def code_mark(name: str) -> str:
    """What the keys of results begin with that a function's present code has given.

    Parameters
    ----------
    name
        The function's module and name, such as ``"analysis.data.study._tables"``.
    """
    module, _, function = name.rpartition(".")
    return make_key(fingerprint(module, function), versions())[:12]


def read_sources() -> None:
    """Look through the sources of every cached function now, rather than at its first call."""
    for symbol in _CACHED:
        fingerprint(*symbol)


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


def _arguments(function: Callable, args: tuple, kwargs: dict) -> dict[str, Any]:
    call = inspect.signature(function).bind(*args, **kwargs)
    call.apply_defaults()
    return call.arguments


def _load(entry: Path) -> Any:
    pickled = get(entry.parent.name, entry.name)
    if pickled is None:
        return _MISSING
    try:
        return joblib.load(io.BytesIO(pickled))
    except Exception as fault:  # whatever a pickle of another Python raises
        log.warning("%s can't be read and is computed again (%s)", entry.name, fault)
        return _MISSING


def _dump(entry: Path, value: Any) -> None:
    pickled = io.BytesIO()
    joblib.dump(value, pickled, compress=3)
    try:
        put(entry.parent.name, entry.name, pickled.getvalue())
    except OSError as fault:
        log.warning("the result is not kept: %s", fault)
