"""Take a chapter apart: prose, Python chunks and inline expressions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from analysis.errors import ReportError

OPTIONS = {"label", "include", "echo", "output", "eval", "warning", "code-fold"}

_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$")
_RAW_INLINE = re.compile(r"(`+)[^`]+\1\{=\w+\}")
_INLINE = re.compile(r"(?<!`)`\{(\w+)\}[ \t]+([^`]+)`")


@dataclass(frozen=True)
class Prose:
    """Markdown lines; `line` is the number of the first, `code` if they are a code block."""

    text: str
    line: int
    code: bool = False


@dataclass(frozen=True)
class Chunk:
    """A ``{python}`` chunk; `line` is where its fence opens."""

    code: str
    line: int
    options: dict = field(default_factory=dict)

    @property
    def label(self) -> str:
        return str(self.options.get("label", f"at line {self.line}"))


@dataclass(frozen=True)
class Source:
    """A chapter before anything is run: its path, front matter and blocks in order."""

    path: str
    meta: dict
    blocks: tuple[Prose | Chunk, ...]

    @property
    def chunks(self) -> list[Chunk]:
        return [block for block in self.blocks if isinstance(block, Chunk)]


def parse(path: str, text: str) -> Source:
    """Take the text of a chapter apart.

    Raises
    ------
    ReportError
        For front matter that is not YAML, a fence that is never closed, a chunk
        in another language, and a chunk option that is not one of `OPTIONS`.
    """
    lines = text.splitlines()
    meta, start = _front_matter(path, lines)
    blocks: list[Prose | Chunk] = []
    prose: list[str] = []
    number = start

    def end_prose(upto: int) -> None:
        if prose:
            blocks.append(Prose("\n".join(prose), upto - len(prose) + 1))
            prose.clear()

    while number < len(lines):
        fence = _FENCE.match(lines[number])
        if not fence:
            prose.append(lines[number])
            number += 1
            continue
        end_prose(number)
        end = _closing(path, lines, number, fence)
        blocks.append(_fenced(path, lines, number, end, fence))
        number = end + 1
    end_prose(number)
    return Source(path, meta, tuple(blocks))


def inline_expressions(path: str, prose: Prose) -> list[tuple[str, int]]:
    """The inline expressions of a block of prose, each with its line."""
    expressions = []
    if prose.code:
        return expressions
    for offset, line in enumerate(prose.text.splitlines()):
        if "``{" in _RAW_INLINE.sub("", line):
            raise ReportError(
                f"{path}, line {prose.line + offset}: two pieces of inline code stand back to "
                "back, which Markdown reads as one that is never run; put a word between them."
            )
        for match in _INLINE.finditer(line):
            if match[1] != "python":
                raise ReportError(
                    f"{path}, line {prose.line + offset}: inline code in {match[1]}; "
                    "the chapters run Python alone."
                )
            expressions.append((match[2].strip(), prose.line + offset))
    return expressions


def replace_inline(prose: Prose, values: list[str]) -> str:
    """The prose with each inline expression replaced by its value, in order."""
    if prose.code:
        return prose.text
    waiting = iter(values)
    return _INLINE.sub(lambda _: next(waiting), prose.text)


def _front_matter(path: str, lines: list[str]) -> tuple[dict, int]:
    if not lines or lines[0].rstrip() != "---":
        return {}, 0
    for end in range(1, len(lines)):
        if lines[end].rstrip() in {"---", "..."}:
            break
    else:
        raise ReportError(f"{path}, line 1: the front matter is not closed by a line of ---.")
    try:
        meta = yaml.safe_load("\n".join(lines[1:end])) or {}
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        place = (mark.line if mark else 0) + 2
        raise ReportError(f"{path}, line {place}: the front matter is not valid YAML.") from None
    if not isinstance(meta, dict):
        raise ReportError(f"{path}, line 2: the front matter is not a list of settings.")
    return meta, end + 1


def _closing(path: str, lines: list[str], start: int, fence: re.Match) -> int:
    mark = fence[2]
    for number in range(start + 1, len(lines)):
        text = lines[number].strip()
        if text.startswith(mark) and not text.strip(mark[0]):
            return number
    raise ReportError(f"{path}, line {start + 1}: the block opened by {mark}{fence[3]} never ends.")


def _fenced(path: str, lines: list[str], start: int, end: int, fence: re.Match) -> Prose | Chunk:
    info = fence[3]
    if not re.match(r"\{\w", info):
        return Prose("\n".join(lines[start : end + 1]), start + 1, code=True)
    if info != "{python}":
        raise ReportError(
            f"{path}, line {start + 1}: a chunk opens with {info}; "
            "the chapters run {python} alone, with options on lines of #|."
        )
    body = lines[start + 1 : end]
    given = [line for line in body if line.startswith("#|")]
    options = _options(path, given, start + 2)
    return Chunk("\n".join(line for line in body if not line.startswith("#|")), start + 1, options)


def _options(path: str, given: list[str], line: int) -> dict:
    try:
        options = yaml.safe_load("\n".join(text[2:].strip() for text in given)) or {}
    except yaml.YAMLError:
        raise ReportError(f"{path}, line {line}: the chunk's options are not valid YAML.") from None
    if not isinstance(options, dict):
        raise ReportError(
            f"{path}, line {line}: the chunk's options are not of the form key: value."
        )
    for name in options:
        if name not in OPTIONS:
            raise ReportError(
                f"{path}, line {line}: the chunk option {name!r} is not known to the "
                f"preview build; it knows {', '.join(sorted(OPTIONS))}."
            )
    return options
