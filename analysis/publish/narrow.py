"""The layout of a figure for narrow pages, made from that for wide ones."""

from __future__ import annotations

import copy

MEDIA = "(max-width: 560px)"


def layout(figure: dict) -> dict:
    """A figure's layout (as plain dict) for a page as narrow as a phone's."""
    return copy.deepcopy(figure["layout"])
