"""plotly.js out of its wheel, so that a page can forbid styles and scripts within itself.

plotly.js writes its styles into the page, which such a policy forbids. It leaves
that to the page where an element says so (``plotly.js-style-global``, with the
class ``no-inline-styles``): its rules then stand in a file. Those of the library
of tiled maps, which the book does not use, are left out.
"""

from __future__ import annotations

import re
from pathlib import Path

import plotly

from analysis.errors import ReportError

_RULES = re.compile(r'=(\{"X,X div":.*?\});for\(', re.DOTALL)
_RULE = re.compile(r"""(?:"([^"]*)"|([XY])):(?:"([^"]*)"|'([^']*)')""")
_TILES = re.compile(
    r'\(function\(\)\{if\(!document\.getElementById\("[0-9a-f]{64}"\)\)\{'
    r'var e=document\.createElement\("style"\);.*?document\.head\.appendChild\(e\)\}\}\)\(\)',
    re.DOTALL,
)
_STANDS_FOR = {"X": ".js-plotly-plot .plotly", "Y": ".plotly-notifier"}


def plotly_script() -> str:
    """plotly.js without the styles of tiled maps."""
    return _TILES.sub("", _source())


def plotly_style() -> str:
    """The rules that plotly.js would write into a page.

    Raises
    ------
    ReportError
        If this plotly.js keeps them in another way.
    """
    found = _RULES.search(_source())
    if found is None:
        raise ReportError("plotly.js keeps its styles in a way that is not known here: install "
                          "the version that requirements.txt names.")  # fmt: skip
    rules = [
        (re.sub("[XY]", lambda part: _STANDS_FOR[part[0]], quoted or bare), double or single)
        for quoted, bare, double, single in _RULE.findall(found[1])
    ]
    # plotly.js puts each rule before those that it has written.
    return "".join(f"{selector} {{ {rule} }}\n" for selector, rule in reversed(rules))


def _source() -> str:
    path = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return path.read_text(encoding="utf-8")
