"""Text from the data, made safe for the places where it is shown."""

from __future__ import annotations

import re

import plotly.graph_objects as go

# Marks that reorder the text around them: they could make a name show as another.
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def plotly_text(value: object) -> str:
    """Text that plotly.js shows as it is, instead of reading its small HTML in it.

    Parameters
    ----------
    value : object
        Anything with a ``str``; marks of writing direction are left out.
    """
    text = _DIRECTION_MARKS.sub("", str(value))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain_hovers(plot: go.Figure) -> go.Figure:
    """Have a figure's hover texts show the data's names as they are, whatever they hold."""
    for trace in plot.data:
        for key in ("hovertext", "customdata"):
            if (values := getattr(trace, key, None)) is not None:
                trace[key] = _plain(values)
    return plot


def _plain(value: object) -> object:
    if isinstance(value, str):
        return plotly_text(value)
    if hasattr(value, "dtype") and value.dtype != object:
        return value
    return [_plain(item) for item in value] if hasattr(value, "__iter__") else value
