"""Refuse Quarto markup that the preview would lose in silence."""

from __future__ import annotations

import re
from functools import partial

from analysis.book.manuscript.source import Prose, Source
from analysis.errors import ReportError

CALLOUTS = {"callout-note", "callout-tip", "callout-warning", "callout-important"}
COLUMNS = {"column-page", "column-screen-inset", "column-margin"}
CONDITIONS = {"content-visible", "content-hidden"}
OTHERS = {
    "unnumbered",
    "unlisted",
    "data-link",
    "report-figure",
    "lede",
    "finding",
    "fold",
    "smallcaps",
    "underline",
    "nowrap",
}
CLASSES = CALLOUTS | COLUMNS | CONDITIONS | OTHERS

_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_SHORTCODE = re.compile(r"\{\{<\s*(\S+)")
_ATTRIBUTES = re.compile(r"\{([^{}]*)\}")
_CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_MATH = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
_BARE_DIV = re.compile(r"^\s*:{3,}\s*([A-Za-z][\w-]*)\s*:*\s*$")
_CLASS = re.compile(r"(?<![\w=\"'/.])\.([A-Za-z][\w-]*)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def check(source: Source) -> None:
    """Refuse, by file and line, what is outside the subset of markup.

    Raises
    ------
    ReportError
        For a short code, or a class on a division, span, heading, image or link
        that the preview does not know.
    """
    for block in source.blocks:
        if isinstance(block, Prose) and not block.code:
            check_text(block.text, partial(_place, source.path, block.line))


def _place(path: str, line: int, offset: int) -> str:
    return f"{path}, line {line + offset}"


def check_text(text: str, place) -> None:
    """Check some Markdown; `place` turns a line's offset into words for the message."""
    # Math is blanked before it is cut into lines: its braces are not attributes.
    text = _MATH.sub(lambda match: "\n" * match[0].count("\n"), text)
    for offset, line in enumerate(text.splitlines()):
        words = _CODE_SPAN.sub("", _ESCAPED.sub("", line))
        if match := _SHORTCODE.search(words):
            raise ReportError(
                f"{place(offset)}: the short code {{{{< {match[1]} >}}}} is not known to the "
                "preview build; compute the text in a chunk or write it out."
            )
        for name in _classes(words):
            if name not in CLASSES:
                raise ReportError(
                    f"{place(offset)}: the class .{name} is not known to the preview build, "
                    f"which would lose it; it knows {', '.join(sorted(CLASSES))}."
                )


def _classes(line: str) -> list[str]:
    if bare := _BARE_DIV.match(line):
        return [bare[1]]
    classes = []
    for attributes in _ATTRIBUTES.findall(line):
        classes += _CLASS.findall(_QUOTED.sub("", attributes))
    return classes
