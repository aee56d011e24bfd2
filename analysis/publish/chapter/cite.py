"""How to cite the report."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.publish.chapter.show import Shown


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
