"""Text put into Markdown, shown as it is and never obeyed."""

from __future__ import annotations

import re

# Also what would be made a dash or an ellipsis.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|$^~@\"'&]|-(?=-)|\.(?=\.))")


def escape_markdown(value: object) -> str:
    """Text on one line in which no character is markup.

    Parameters
    ----------
    value : object
        Anything with a ``str``.
    """
    return _MARKUP.sub(r"\\\1", re.sub(r"[\r\n\t\v\f]+", " ", str(value)))
