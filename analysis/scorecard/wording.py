"""Answers as short names for machines (choice names of a phone form, columns of its export)."""

from __future__ import annotations

import re
import unicodedata


def short_names(labels: tuple[str, ...]) -> list[str]:
    """A short, distinct name of Latin letters, digits and underscores for each label."""
    names: list[str] = []
    for position, label in enumerate(labels):
        latin = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
        name = re.sub(r"[^a-z0-9]+", "_", latin.lower()).strip("_")[:40].strip("_")
        if not name or name in names:
            name = f"{name}_{position + 1}".strip("_")
        while name in names or not name[0].isalpha():
            name = f"a_{name}"
        names.append(name)
    return names
