"""Read a specification's YAML without giving YAML any power."""

from __future__ import annotations

from pathlib import Path

import yaml

from analysis.errors import ReportError

LARGEST = 1_000_000
LONGEST = 30  # digits of a number


class _PlainLoader(yaml.SafeLoader):
    """``yaml.SafeLoader`` without the surprises of YAML 1.1.

    Yes, No, On and Off stay words (they are answers here), a repeated key is an
    error instead of a silent loss, and anchors are refused, since a few lines of
    them can expand to gigabytes.
    """

    def compose_node(self, parent, index):
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            _refuse(f"the alias *{event.anchor} is not allowed; write the text again", event)
        if getattr(event, "tag", None) is not None:
            _refuse(f"the YAML tag {event.tag} is refused; a specification holds plain text only",
                    event)  # fmt: skip
        return super().compose_node(parent, index)

    def construct_yaml_int(self, node):
        if len(node.value) > LONGEST:
            _refuse(f"a number of {len(node.value)} digits is none that a survey needs", node)
        return super().construct_yaml_int(node)

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | bool):
                _refuse("a key must be a word or a number", key_node)
            if key in seen:
                _refuse(f"the key {key!r} stands twice", key_node)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _refuse(problem: str, at) -> None:
    raise yaml.MarkedYAMLError(problem=problem, problem_mark=at.start_mark)


_PlainLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


_PlainLoader.add_constructor("tag:yaml.org,2002:int", _PlainLoader.construct_yaml_int)


def read_yaml(path: Path) -> dict:
    """Return the mapping in a YAML file.

    Parameters
    ----------
    path : Path
        A UTF-8 file of at most ``LARGEST`` bytes.

    Returns
    -------
    dict
        Plain strings, numbers, lists and dictionaries only.

    Raises
    ------
    ReportError
        If the file can't be read, is not YAML, or carries tags, aliases or
        repeated keys.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ReportError(f"{path} has {size} bytes: too large for a survey specification.")
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"{path} can't be read as a text file: {error}.") from None
    except yaml.MarkedYAMLError as error:
        raise ReportError(_sentence(path, error)) from None
    except RecursionError:
        raise ReportError(f"{path} is not valid YAML: its lists lie too deep.") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ReportError(f"{path} is not valid YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(content, dict):
        raise ReportError(f"{path} must hold keys and values, as the shipped specifications do.")
    return content


def _sentence(path: Path, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark
    where = f"{path}, line {mark.line + 1}" if mark else str(path)
    problem = " ".join((error.problem or "not valid YAML").split())
    hint = next((hint for words, hint in _HINTS.items() if words in problem), None)
    return f"{where}: {problem}{f'; {hint}' if hint else ''}."


_TO_QUOTE = 'put a text that begins with such a character between quotes: "…"'
_HINTS = {
    "mapping values are not allowed": 'put a text with a colon in it between quotes: "Size: …"',
    "cannot start any token": f"indent with spaces and not with tabs, and {_TO_QUOTE}",
    "the alias": _TO_QUOTE,
    "expected alphabetic or numeric": _TO_QUOTE,
    "unexpected end of stream": "a quote that is opened must be closed",
    "expected <block end>": "a text that begins with a quote must end with it, and keys of one "
    "level must be indented alike",
    "expected ',' or": 'put a text with a comma or a colon between quotes: "One, two"',
}
"""What to do about the commonest slips, by the words of the parser."""
