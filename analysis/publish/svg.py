"""Drawn figures made small, and the same whenever they are drawn."""

from __future__ import annotations

import re
from itertools import pairwise

GRID = 0.25  # pixels: finer than a map's thinnest line
_LONG_NUMBER = re.compile(r"(\d\.\d\d)\d+")
_SHAPE = re.compile(r'(?<= d=")M[-\d.,MLZ]{40,}(?=")')
_UNIQUE = re.compile(r'id="defs-([0-9a-f]{6})"')
# Of a trace, in its class and in the names of gradients of its color bar and its legend.
_TRACE = re.compile(r"(\btrace|\b[hv]?[xy]?cb|-legendfill-)([0-9a-f]{6})(?=(?:tick|title)?\b)")
# plotly.js sets them in an order that depends on how fast it is.
_ATTRIBUTES = re.compile(r'(?<=<)(?!svg)([\w:]+)((?: [\w:-]+="[^"]*")+)')
_ATTRIBUTE = re.compile(r' [\w:-]+="[^"]*"')


def compact(svg: str) -> str:
    """A figure of plotly.js with shorter numbers, and names in place of random ones.

    Outlines of maps keep the points that differ on a fine grid, each as the step
    from the one before. Every point is rounded by itself, so that neighbors keep
    the border that they share.
    """
    if found := _UNIQUE.search(svg):
        svg = svg.replace(found[1], "figure")
    names: dict[str, str] = {}
    svg = _TRACE.sub(lambda one: one[1] + names.setdefault(one[2], str(len(names))), svg)
    svg = _ATTRIBUTES.sub(lambda tag: tag[1] + "".join(sorted(_ATTRIBUTE.findall(tag[2]))), svg)
    if 'class="choroplethlocation"' in svg:
        svg = _SHAPE.sub(lambda outline: _steps(outline[0]), svg)
    return _LONG_NUMBER.sub(r"\1", svg)


def _steps(outline: str) -> str:
    """A path of absolute points as one of relative steps."""
    return "".join(_ring(ring) for ring in outline.split("M") if ring)


def _ring(ring: str) -> str:
    numbers = [[float(one) / GRID for one in point.split(",")]
               for point in ring.rstrip("Z").split("L")]  # fmt: skip
    points = [(round(x), round(y)) for x, y in numbers]
    x, y = points[0]
    steps: list[str] = []
    for right, down in points[1:]:
        if (right, down) != (x, y):
            steps += [_short(right - x), _short(down - y)]
            x, y = right, down
    start = f"M{GRID * points[0][0]:g},{GRID * points[0][1]:g}"
    end = "Z" if ring.endswith("Z") else ""
    return start + (f"l{_joined(steps)}" if steps else "") + end


def _short(steps: int) -> str:
    return f"{GRID * steps:g}".replace("0.", ".", abs(GRID * steps) < 1)


def _joined(numbers: list[str]) -> str:
    """Numbers of a path without the commas that it can do without."""
    parts = [numbers[0]]
    for before, number in pairwise(numbers):
        apart = number[0] == "-" or (number[0] == "." and "." in before)
        parts.append(number if apart else f" {number}")
    return "".join(parts)
