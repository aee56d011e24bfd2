"""The order in which answers are printed: as codes and numbers run, what is left over last."""

from __future__ import annotations

import re

# "Other", "Don't know", "No answer" and their like, which close a list of answers
_LEFT_OVER = re.compile(
    r"\s*(others?$|others?[ ,(:/-](?!own|rel|hou|mem)|something else|none of (these|the above)"
    r"|(autre|otr[oa]|outr[oa])s?\b|(don.?t|do not) know|no (answer|response|reply)"
    r"|not (known|stated|specified|applicable)|unknown|missing|refused|n/?a$)",
    re.IGNORECASE,
)


def left_over(label: str) -> bool:
    """Whether an answer takes what the others leave, or says that there is none."""
    return bool(_LEFT_OVER.match(label))


def natural(value, label: str) -> tuple:
    """Key by which answers are sorted: left-overs last, numbers by size, words by letter."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return left_over(label), True, 0.0, str(value).casefold()
    return left_over(label), False, number, ""
