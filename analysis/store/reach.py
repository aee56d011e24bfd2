"""What a piece of code can reach: the source of every name of this package that it may use.

Sources are compared as syntax trees without docstrings, so that neither prose, nor comments,
nor layout, nor an unrelated function of the same module changes a fingerprint.

Two things are not seen: names that are looked up only at run time (``getattr``
with a computed name), and values that a module reads from outside when it is
imported, unless the file is one of `TABLES`. Keep both out of what is fingerprinted.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from analysis import paths

MACHINERY = ("analysis.store.reach", "analysis.store.cache")
"""Modules that decide where results are kept, and not what they are."""


class Symbol(NamedTuple):
    """A top-level name of a module; ``name`` is None for the module as a whole."""

    module: str
    name: str | None


TABLES = {
    Symbol("analysis.paths", "COLUMNS"): paths.COLUMNS,
    Symbol("analysis.paths", "STATES"): paths.STATES,
}
"""Files that are read when code is imported, by the name that code finds them by.

They are as good as source: whatever can reach such a name depends on what is in the file.
"""


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
    text = "".join(ast.dump(statement) for statement in _statements(symbol)).encode()
    if symbol in TABLES:
        text += TABLES[symbol].read_bytes()
    return hashlib.sha256(text).hexdigest()


@functools.cache
def reachable(start: Symbol) -> frozenset[Symbol]:
    """Return every symbol of the same package that ``start`` can reach, itself included."""
    seen: set[Symbol] = set()
    waiting = [start]
    while waiting:
        symbol = waiting.pop()
        if symbol in seen or symbol.module in MACHINERY:
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


def source_files(symbols: frozenset[Symbol]) -> set[Path]:
    """Return the files that define symbols, and the `TABLES` among these."""
    tables = {TABLES[symbol] for symbol in symbols & TABLES.keys()}
    return tables | {source_path(symbol.module) for symbol in symbols}


@functools.cache
def _bindings(module: str) -> dict[str, list[ast.stmt]]:
    """Map each top-level name of a module to the statements that bind it."""
    table: dict[str, list[ast.stmt]] = {}
    source = source_path(module)
    door = source.with_suffix(".pyi")  # where names are imported when they are first used
    tree = ast.parse((door if door.is_file() else source).read_text("utf-8"))
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
                    # "from . import x" in a package's own file is a module, not that binding.
                    inside = None if node.module else _submodule(origin, alias.name)
                    found = inside or _member(origin, alias.name)
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
    return _submodule(module, name)


def _submodule(module: str, name: str) -> Symbol | None:
    submodule = f"{module}.{name}"
    is_package = source_path(module).name == "__init__.py"
    return Symbol(submodule, None) if is_package and importlib.util.find_spec(submodule) else None


class _Undocumented(ast.NodeTransformer):
    """Drop docstrings: they are prose."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:] or [ast.Pass()]
        return node
