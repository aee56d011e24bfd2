"""Hand what the chapters gave to Quarto, in the place where it keeps its own results.

Quarto would run each chapter once a format, one after another. Its freezer
holds, for each chapter and format, the Markdown that running gave and a hash of
the chapter's text; what is put there in that form is used as if Quarto had
run the chapter itself.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from analysis.store import atomic

FREEZE = "_freeze"
# Named after the endings of what Pandoc writes: pages, and the Typst source of the PDF.
ENDINGS = ("html", "typ")


def freeze(root: Path, texts: dict[str, str]) -> None:
    """Write the Markdown of chapters for each of Quarto's formats.

    Parameters
    ----------
    root : Path
        The book's root.
    texts : dict of str
        Markdown by the chapter's path.
    """
    for path, markdown in texts.items():
        folder = root / FREEZE / Path(path).with_suffix("") / "execute-results"
        written = (root / path).read_text(encoding="utf-8")
        entry = {
            "hash": hashlib.md5(written.encode(), usedforsecurity=False).hexdigest(),
            "result": {
                "engine": "jupyter",
                "markdown": markdown,
                "supporting": [],
                "filters": [],
                "includes": {},
            },
        }
        for name in ENDINGS:
            atomic.write(folder / f"{name}.json", json.dumps(entry))
