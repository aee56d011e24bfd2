"""Values inside script elements."""

from __future__ import annotations

import json

# Characters that could end the script element or an older reader's string.
_UNSAFE = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def json_script(value: object) -> str:
    """JSON that can stand inside a script element, whatever text it carries."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(_UNSAFE.get(char, char) for char in text)
