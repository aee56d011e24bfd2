"""Results on disk, kept until the code or the data behind them change.

The key of a result is made of the function's name, its arguments, the versions
of the numerical libraries, and the source of every function, class and module
constant of this package that the function can reach. Sources are compared as
syntax trees without docstrings, so that neither prose, nor comments, nor
layout, nor an unrelated function of the same module refits anything.

Two things are not seen: names that are looked up only at run time (``getattr``
with a computed name), and values that a module reads from outside when it is
imported. Keep both out of cached functions.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import importlib.util
import inspect
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

import joblib
import numpy as np
import pandas as pd

from analysis import paths, whole
from analysis.prune import mark_used

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

LIBRARIES = (
    *("numpy", "scipy", "scikit-learn", "statsmodels", "pandas", "glum", "numba", "joblib"),
    *("shapely", "pyshp", "xlrd", "pyreadstat", "pydantic"),
)

# A source that is edited while the process runs is not the code that runs.
_STARTED = time.time()


class Symbol(NamedTuple):
    """A top-level name of a module; ``name`` is None for the module as a whole."""

    module: str
    name: str | None


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
        if any(source_path(symbol.module).stat().st_mtime > _STARTED for symbol in symbols):
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
def fingerprint(module: str, name: str) -> str:
    """Hash the source of a top-level name and of all that it can reach."""
    return _digest(reachable(Symbol(module, name)))


@functools.cache
def fingerprint_of(code: str, package: str = "analysis") -> str:
    """Hash the source of all of a package that some code, such as a chapter's, can reach.

    Raises
    ------
    SyntaxError
        If the code is not Python.
    """
    return _digest(_reach(code, package))


def reaches(code: str, function: Callable) -> bool:
    """Say whether some code can come to call a function of this package."""
    return Symbol(function.__module__, function.__name__) in _reach(code, "analysis")


@functools.cache
def _reach(code: str, package: str) -> frozenset[Symbol]:
    named = _mentions(ast.parse(code), package, package)
    return frozenset().union(*(reachable(symbol) for symbol in named))


def _digest(symbols: frozenset[Symbol]) -> str:
    digest = hashlib.sha256()
    for symbol in sorted(symbols, key=str):
        digest.update(f"{symbol}{_source(symbol)}".encode())
    return digest.hexdigest()


@functools.cache
def _source(symbol: Symbol) -> str:
    text = "".join(ast.dump(statement) for statement in _statements(symbol))
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def reachable(start: Symbol) -> frozenset[Symbol]:
    """Return every symbol of the same package that ``start`` can reach, itself included."""
    seen: set[Symbol] = set()
    waiting = [start]
    while waiting:
        symbol = waiting.pop()
        if symbol in seen or symbol.module == __name__:
            continue
        seen.add(symbol)
        waiting.extend(_next(symbol))
    return frozenset(seen)


@functools.cache
def _next(symbol: Symbol) -> frozenset[Symbol]:
    """Symbols of the same package that one names."""
    package = symbol.module.partition(".")[0]
    return frozenset(
        named
        for statement in _statements(symbol)
        for named in _mentions(statement, symbol.module, package)
    )


@functools.cache
def source_path(module: str) -> Path:
    """Return the file that defines a module."""
    spec = importlib.util.find_spec(module)
    return Path(spec.origin)


@functools.cache
def _bindings(module: str) -> dict[str, list[ast.stmt]]:
    """Map each top-level name of a module to the statements that bind it."""
    table: dict[str, list[ast.stmt]] = {}
    tree = ast.parse(source_path(module).read_text("utf-8"))
    for statement in _Undocumented().visit(tree).body:
        for name in _bound(statement):
            table.setdefault(name, []).append(statement)
    return table


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    names: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            # REGISTRY["x"] = … changes REGISTRY.
            names.update(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
    return names


def _statements(symbol: Symbol) -> list[ast.stmt]:
    table = _bindings(symbol.module)
    if symbol.name is None:
        return [statement for bound in table.values() for statement in bound]
    bound = table.get(symbol.name, [])
    return [item for item in bound if not isinstance(item, (ast.Import, ast.ImportFrom))]


def _mentions(tree: ast.stmt, module: str, package: str) -> Iterator[Symbol]:
    """Yield the package's symbols that a statement names, imports inside it included."""
    local = _imports(tree, module)
    inner: set[ast.AST] = set()
    for node in ast.walk(tree):
        if node in inner:
            continue
        chain = _chain(node)
        if not chain:
            continue
        inner.update(ast.walk(node))
        symbol = _resolve(chain, module, local)
        if symbol and symbol.module.partition(".")[0] == package:
            yield symbol


def _chain(node: ast.AST) -> list[str]:
    """Return ``["a", "b", "c"]`` for the expression ``a.b.c``, else nothing."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else []


def _resolve(chain: list[str], module: str, local: dict[str, Symbol]) -> Symbol | None:
    """Follow a dotted expression to the symbol or module that it names."""
    first, *rest = chain
    symbol = local.get(first) or _global(first, module)
    while symbol and symbol.name is None and rest:
        symbol = _member(symbol.module, rest.pop(0))
    return symbol


def _global(name: str, module: str) -> Symbol | None:
    statements = _bindings(module).get(name, [])
    for statement in statements:
        imported = _imports(statement, module).get(name)
        if imported:
            return imported
    return Symbol(module, name) if statements else None


@functools.cache
def _imports(tree: ast.AST, module: str) -> dict[str, Symbol]:
    """Map the names that a statement imports from the package to what they stand for."""
    package = module.partition(".")[0]
    names: dict[str, Symbol] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == package:
                    whole = alias.name if alias.asname else package
                    names[alias.asname or package] = Symbol(whole, None)
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(node, module)
            if origin.partition(".")[0] == package:
                for alias in node.names:
                    found = _member(origin, alias.name)
                    if found:
                        names[alias.asname or alias.name] = found
    return names


def _origin(node: ast.ImportFrom, module: str) -> str:
    if not node.level:
        return node.module or ""
    is_package = source_path(module).name == "__init__.py"
    base = module.split(".")[: None if is_package and node.level == 1 else -node.level + is_package]
    return ".".join([*base, *([node.module] if node.module else [])])


def _member(module: str, name: str) -> Symbol | None:
    """Return what ``module.name`` is: a name bound there, passed on, or a submodule."""
    if name in _bindings(module):
        return _global(name, module)
    submodule = f"{module}.{name}"
    is_package = source_path(module).name == "__init__.py"
    if is_package and importlib.util.find_spec(submodule):
        return Symbol(submodule, None)
    return None


class _Undocumented(ast.NodeTransformer):
    """Drop docstrings: they are prose."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:] or [ast.Pass()]
        return node


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
        whole.make(entry, lambda part: joblib.dump(value, part, compress=3))
    except OSError as fault:
        log.warning("the result is not kept: %s", fault)
