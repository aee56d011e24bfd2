"""The picture that stands for a page where somebody links to it."""

from __future__ import annotations

import json
from pathlib import Path

import typst

from analysis.paths import THEME
from analysis.store.cache import get_or_make, make_key

TEMPLATE = THEME / "typst" / "card.typ"


def card(
    root: Path, *, book: str, title: str, description: str, drawings: tuple[str, ...]
) -> bytes:
    """A PNG of 1200 by 630 pixels: what the page is about, and its main figure.

    Parameters
    ----------
    root : Path
        The project's root.
    book, title, description : str
        Plain text.
    drawings : tuple of str
        SVG files below the root; may be empty.
    """
    inputs = {"book": book, "title": title, "description": description}
    given = {**inputs, "drawings": json.dumps([f"/{path}" for path in drawings[:1]])}
    text = TEMPLATE.read_bytes()
    # Drawings are named after what they show.
    key = make_key(text, typst.__version__, json.dumps(given, sort_keys=True))
    return get_or_make(
        "social",
        key,
        lambda: typst.compile(text, root=str(root), format="png", ppi=72, sys_inputs=given),
    )
