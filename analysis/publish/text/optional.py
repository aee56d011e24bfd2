"""Parts of chapters that rest on a raw file which may not be here.

A division ``::::: {.needs file="name"}`` stays where the file is here and ``{.lacks file="name"}``
where it is not; the other goes, with the code in it, before anything of a chapter is run. So a
chapter can say in one sentence what is missing and how to get it, and nothing else breaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_OPTIONAL = re.compile(
    r"^(:{3,}) \{\.(needs|lacks) file=\"([^\"\n]+)\"\}\n(.*?)^\1 *$", re.DOTALL | re.MULTILINE
)


def present(text: str, is_here: Callable[[str], bool]) -> str:
    """The text of a chapter without what is not meant for the files that are here.

    Parameters
    ----------
    text : str
    is_here : callable
        Whether the raw file of a name is here.

    Returns
    -------
    str
        As many lines as before, so that lines in messages are those of the source.
    """

    def keep(found: re.Match) -> str:
        _, kind, name, inside = found.groups()
        kept = inside if is_here(name) == (kind == "needs") else "\n" * inside.count("\n")
        return f"\n{kept}"

    while (less := _OPTIONAL.sub(keep, text)) != text:  # again for those within others
        text = less
    return text
