"""The label of the chunk that runs.

A notebook hands a cell to Python whole, with the line that labels it. Quarto, and
`make report` like it, takes the lines of options out first: the label is then found
in the chapter, at the chunk whose code is the one that runs.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from IPython import get_ipython

from analysis.errors import ReportError
from analysis.publish.site_root import document

_LABEL = re.compile(r"^#\|\s*label:\s*([\w-]+)\s*$", re.MULTILINE)
_OPTION = re.compile(r"^#\|.*\n?", re.MULTILINE)
_CHUNK = re.compile(r"^(`{3,})\{python\}\s*\n(.*?)^\1\s*$", re.DOTALL | re.MULTILINE)


def chunk_label() -> str:
    """The label of the chunk that runs.

    Raises
    ------
    ReportError
        If no chunk with a label runs, or chunks of one chapter have the same code.
    """
    shell = get_ipython()
    code = shell.user_ns.get("In", [""])[-1] if shell else ""
    path = document()
    labels = _LABEL.findall(code) or (_labels_of(code, path) if path and path.is_file() else [])
    if not labels:
        raise ReportError("The chunk has no label: begin it with #| label: <name>.")
    if len(labels) > 1:
        raise ReportError(
            f"The chunks {' and '.join(labels)} hold the same code: say show(…, name=…) in each."
        )
    return labels[0]


def _labels_of(code: str, path: Path) -> list[str]:
    """Labels of the chapter's chunks that hold this code."""
    wanted = _OPTION.sub("", code).strip()
    return [
        label
        for chunk in _chunks(path)
        if _OPTION.sub("", chunk).strip() == wanted
        for label in _LABEL.findall(chunk)[:1]
    ]


def _chunks(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return [match[2] for match in _CHUNK.finditer(text)]
