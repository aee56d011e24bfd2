"""Styles that Pandoc and figures write into elements, moved into a file."""

from __future__ import annotations

import re
from html import unescape

FILE = "elements.css"
_TAG = re.compile(r'(<[a-zA-Z][^<>]*?)\sstyle="([^"]*)"')


class Styles:
    """Gives each style a number, which an element carries in its place.

    A page with styles in its elements has to allow them all, even those that
    somebody else has slipped in.
    """

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def moved(self, page: str) -> str:
        """The page with numbers for styles; text and scripts are left as they are."""
        return _TAG.sub(lambda tag: f'{tag[1]} data-style="{self._number(tag[2])}"', page)

    def _number(self, style: str) -> int:
        return self.numbers.setdefault(unescape(style), len(self.numbers) + 1)

    def sheet(self) -> str:
        """The rules; they stand above those of other sheets, as styles of elements do."""
        rules = {number: style.rstrip("; ") for style, number in self.numbers.items()}
        return "".join(
            f'[data-style="{number}"] {{ {style.replace(";", " !important;")} !important; }}\n'
            for number, style in rules.items()
        )
