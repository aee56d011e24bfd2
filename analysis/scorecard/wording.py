"""Words: short names of answers for machines, and counts with their nouns."""

from __future__ import annotations

import re
import unicodedata

NOT_OFFICIAL = "PPI-style scorecard, not an official PPI"


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


def counted(number: int, noun: str = "household") -> str:
    """A number with its noun: "1 household", "1,200 households"."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def have(number: int, noun: str = "household") -> str:
    """A number with its noun and verb: "1 household has", "2 households have"."""
    return f"{counted(number, noun)} {'has' if number == 1 else 'have'}"
