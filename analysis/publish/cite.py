"""How to cite the report."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime

from analysis.publish.show import Shown


def bibtex(key: str, entry: Mapping[str, str]) -> Shown:
    """An entry of BibTeX, to be copied.

    Parameters
    ----------
    key : str
        What citations call it.
    entry : dict of str
        Its fields; braces in them are kept.
    """
    width = max(map(len, entry))
    fields = ",\n".join(f"  {name:<{width}} = {{{value}}}" for name, value in entry.items())
    return Shown(f"```bibtex\n@misc{{{key},\n{fields}\n}}\n```")


def year_of_build() -> str:
    """The year in which the report is built, or that of ``$SOURCE_DATE_EPOCH``."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return str((datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)).year)
