"""Small pieces of English that tables and sentences share."""

from __future__ import annotations

from collections.abc import Iterable


def named(titles: Iterable[str]) -> str:
    """List titles in quotation marks, since titles may hold commas themselves."""
    return listed(f"“{title}”" for title in titles)


def listed(items: Iterable[str]) -> str:
    """Join items as a sentence does: "a", "a and b", "a, b and c"."""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]
