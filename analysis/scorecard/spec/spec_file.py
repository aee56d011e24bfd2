"""From a YAML file to a :class:`~analysis.scorecard.spec.spec.Spec`, with every error in words."""

from __future__ import annotations

import difflib
from pathlib import Path

from pydantic import BaseModel, ValidationError

from analysis import paths
from analysis.errors import ReportError
from analysis.scorecard.spec import spec as schema
from analysis.scorecard.spec.spec import Spec
from analysis.scorecard.spec.yaml_loader import read_yaml

PLACEHOLDER = "(missing)"
"""Stands in a half-read specification for a column that it should name and does not."""

ROUNDS = 8
_STAND_INS = {
    "lines": {"name": "gap", "label": PLACEHOLDER, "column": PLACEHOLDER, "poor": [1]},
    "questions": {"name": "gap", "text": PLACEHOLDER, "column": PLACEHOLDER},
}
_PLACEHOLDERS = {
    "name": "gap",
    "design": {"size": PLACEHOLDER, "region": PLACEHOLDER},
    "key": [PLACEHOLDER],
}
# what a specification can't be without; anything else with an error is left out
_NEEDED = {
    ("name",), ("title",), ("key",), ("design",), ("design", "size"), ("design", "region"),
    ("welfare", "column"), ("source", "citation"), ("head", "column"), ("head", "values"),
    ("design", "urban", "column"), ("design", "urban", "urban"),
}  # fmt: skip

_KEYS = {
    field.alias or name
    for model in vars(schema).values()
    if isinstance(model, type) and issubclass(model, BaseModel)
    for name, field in model.model_fields.items()
}


def find_spec(name: str | Path) -> Path:
    """Return the path of a specification given by path or by the name of a shipped one."""
    path = Path(name)
    if path.is_file():
        return path
    shipped = paths.SURVEYS / f"{path.stem}.yml"
    if path.parent == Path(".") and shipped.is_file():
        return shipped
    known = ", ".join(sorted(p.stem for p in paths.SURVEYS.glob("*.yml")))
    raise ReportError(f"There is no specification {name}; give a .yml file or one of: {known}.")


def read_spec(path: Path) -> tuple[Spec | None, list[str]]:
    """Read a specification as far as it goes.

    Returns
    -------
    spec : Spec or None
        The specification without the parts that have errors, so that its data can be
        looked at in the same pass; None if nothing can be made of it. What is missing and
        can't be left out stands as :data:`PLACEHOLDER`.
    errors : list of str
        One sentence for each error; empty when all is well.
    """
    raw = read_yaml(path)
    spec, remaining = _validate(raw)
    errors = [_in_words(raw, error) for error in remaining]
    left = raw
    for _ in range(ROUNDS):
        if not remaining:
            break
        left = _mended(left, remaining)
        spec, remaining = _validate(left)
    if spec is not None:
        errors += [f"The specification: {words}." for words in spec.contradictions()]
    return spec, errors


def load_spec(path: Path) -> Spec:
    """Read a specification that must be without error.

    Raises
    ------
    ReportError
        With all errors, one sentence each.
    """
    spec, errors = read_spec(path)
    if errors:
        raise ReportError("\n".join(errors))
    return spec


def _validate(raw: dict) -> tuple[Spec | None, list[dict]]:
    try:
        return Spec.model_validate(raw), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _mended(raw: dict, errors: list[dict]) -> dict:
    """Leave out what has an error, and put :data:`PLACEHOLDER` where something has to stand."""
    raw = dict(raw)
    for kind, stand_in in _STAND_INS.items():
        items = raw.get(kind)
        at_fault = {error["loc"][1] for error in errors
                    if error["loc"][:1] == (kind,) and len(error["loc"]) > 1}  # fmt: skip
        if any(error["loc"] == (kind,) for error in errors) or not isinstance(items, list):
            items = []
        raw[kind] = [item for i, item in enumerate(items) if i not in at_fault] or [stand_in]
    for error in errors:
        location = error["loc"]
        if location[:1] and location[0] not in _STAND_INS:
            wanted = error["type"] == "missing" or location in _NEEDED
            raw = _with_placeholder(raw, location) if wanted else _without(raw, location)
    return raw


def _with_placeholder(tree: dict, location: tuple) -> dict:
    if len(location) == 1:
        return {**tree, location[0]: _PLACEHOLDERS.get(location[0], PLACEHOLDER)}
    inside = tree.get(location[0])
    return {
        **tree,
        location[0]: _with_placeholder(inside if isinstance(inside, dict) else {}, location[1:]),
    }


def _without(tree, location: tuple):
    if len(location) == 1 and isinstance(tree, dict):
        return {key: value for key, value in tree.items() if key != location[0]}
    if isinstance(tree, list):
        return [_without(v, location[1:]) if i == location[0] else v for i, v in enumerate(tree)
                if len(location) > 1 or i != location[0]]  # fmt: skip
    if not isinstance(tree, dict):
        return tree
    if location[0] not in tree:  # the tag of a union, which is no key of the file
        return _without(tree, location[1:])
    return {k: _without(v, location[1:]) if k == location[0] else v for k, v in tree.items()}


def _hint(where: str, key: str) -> str:
    """What to do about a key that has no place where it stands."""
    if where == "keep":
        return f"; name the file first, for example 'household: {{{key}: [VALUE, VALUE]}}'."
    if key in _KEYS:
        return " here; move it to where it belongs, or remove it."
    near = difflib.get_close_matches(key, _KEYS, n=1, cutoff=0.7)
    return f"; did you mean {near[0]!r}?" if near else "; remove it."


def _in_words(raw: dict, error: dict) -> str:
    kind = error["type"]
    at_key = kind in ("extra_forbidden", "missing")
    where = _where(raw, error["loc"][:-1] if at_key else error["loc"])
    if kind == "extra_forbidden":
        key = str(error["loc"][-1])
        if set(key) & set(" ,?:"):  # a piece of a text that has no quotes
            return f"{where}: {key!r} is no key; put a text with a comma or a colon between quotes."
        return f"{where}: the key {key!r} is unknown{_hint(where, key)}"
    if kind == "missing":
        return f"{where}: the key {str(error['loc'][-1])!r} is missing."
    message = error["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    if kind == "value_error":
        return f"{where}: {message}."
    if kind == "string_type":
        return f"{where}: a text is needed, but it is {error['input']!r}; put it between quotes."
    remaining = repr(error["input"])
    remaining = remaining if len(remaining) <= 40 else remaining[:37] + "..."
    return f"{where}: {message}, but it is {remaining}."


def _where(raw: dict, loc: tuple) -> str:
    """Name the place of an error by the names that the user wrote."""
    words, node = [], raw
    for step in loc:
        inside = node[step] if _has(node, step) else None
        if isinstance(step, int) and isinstance(inside, dict) and "name" in inside:
            words[-1:] = [f"{words[-1].rstrip('s')} {inside['name']!r}"] if words else []
        elif isinstance(step, int):
            words.append(f"item {step + 1}")
        elif inside is not None or (step == loc[-1] and not words):
            words.append(str(step) if str(step).isprintable() else repr(step))
        node = inside if inside is not None else node
    return ", ".join(words) or "The specification"


def _has(node, step) -> bool:
    if isinstance(node, dict):
        return step in node
    return isinstance(node, list) and isinstance(step, int) and step < len(node)
