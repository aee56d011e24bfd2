"""Text from the data, made safe for the places where it is shown."""

from __future__ import annotations

import re

# Marks that reorder the text around them: they could make a name show as another.
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def plotly_text(value: object) -> str:
    """Text that plotly.js shows as it is, instead of reading its small HTML in it.

    Parameters
    ----------
    value : object
        Anything with a ``str``; marks of writing direction are left out.
    """
    text = _DIRECTION_MARKS.sub("", str(value))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
