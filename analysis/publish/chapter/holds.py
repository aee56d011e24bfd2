"""Guard a sentence whose truth depends on the data."""

from __future__ import annotations

import re

import numpy as np
from IPython.display import Markdown

from analysis.data.locate import is_here
from analysis.paths import REPORT, ROOT
from analysis.publish.site_root import site_root
from analysis.publish.text.optional import present

NOTE = "Written for the published data; does not hold here."
MARK = "†"
CLASS = "claim"
_GUARD = re.compile(r"`\{python\}[ \t]+holds\(")


def holds(condition: bool) -> Markdown:
    """Mark the sentence before it unless the condition is true.

    A sentence is written for the published data and carries the check that
    makes it true; where the data say otherwise, the page shows a dagger that
    leads to a note, and the build lists the sentence.

    Parameters
    ----------
    condition : bool
        What the sentence says, computed from the data.

    Returns
    -------
    Markdown
        The mark and its note, or a comment that nobody sees: inline code that
        gives nothing at all would be printed as code.

    Raises
    ------
    TypeError
        If the condition is neither true nor false, such as a whole column.
    """
    if not isinstance(condition, bool | np.bool_):
        raise TypeError(f"holds() takes true or false, not {type(condition).__name__}")
    if condition:
        return Markdown("`<!-- holds -->`{=html}")
    page = f'<sup class="{CLASS}"><a href="{site_root()}report/colophon.html#sec-claims" '
    mark = f'{page}title="{NOTE}">{MARK}</a></sup>'
    return Markdown(f"`{mark}`{{=html}}`#footnote(numbering: _ => [{MARK}])[{NOTE}]`{{=typst}}")


def count_claims() -> int:
    """How many sentences of the chapters are guarded."""
    chapters = [ROOT / "index.qmd", *REPORT.glob("*.qmd")]
    texts = (present(path.read_text(encoding="utf-8"), is_here) for path in chapters)
    return sum(len(_GUARD.findall(text)) for text in texts)
