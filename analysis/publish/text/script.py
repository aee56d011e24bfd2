"""Values inside script elements."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

# Characters that could end the script element or an older reader's string.
_UNSAFE = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def json_script(value: object) -> str:
    """JSON that can stand inside a script element, whatever text it carries."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(_UNSAFE.get(char, char) for char in text)


def one_scope(folder: Path, parts: Iterable[str]) -> str:
    """Scripts of a folder, by their names, as one that shares a scope.

    Modules would not load from a page that was opened from disk.
    """
    pieces = "\n".join((folder / f"{part}.js").read_text(encoding="utf-8") for part in parts)
    return f'(() => {{\n"use strict";\n\n{pieces}}})();\n'
