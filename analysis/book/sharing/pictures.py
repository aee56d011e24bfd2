"""The drawn figures of a page, to be saved with their title and source."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from html import escape
from pathlib import Path

from analysis.book.manuscript.document import stringify, walk
from analysis.publish.drawing.render_svg import FONTS

DRAWING = re.compile(r'image\("/([^"]+\.svg)"')
DATA_FILE = re.compile(r'results/(figures/[\w-]+)\.csv"')
SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)"[^>]*? height="([\d.]+)"')
MARGIN, GAP = 14, 18  # pixels
TITLE, SOURCE = 17, 11  # pixels
LETTER = 0.47  # average width of a letter by its height
INK, MUTED = "#22242b", "#5a5f6b"


@dataclass(frozen=True)
class Picture:
    """A figure of a chapter.

    Attributes
    ----------
    name : str
        Path of its files below ``results/``, without an ending.
    title : str
        The finding that its caption opens with, as plain text.
    alt : str
        The caption, for those who can't see it.
    drawings : tuple of str
        SVG files below the project's root, side by side.
    """

    name: str
    title: str
    alt: str
    drawings: tuple[str, ...]


def pictures(tree: dict) -> list[Picture]:
    """The figures of a chapter that are drawn, in their order.

    Parameters
    ----------
    tree : dict
        Pandoc's tree of the chapter's woven Markdown.
    """
    result = []
    for node in walk(tree["blocks"]):
        if node["t"] == "Div" and node["c"][0][0].startswith("fig-"):
            raw = [inner["c"][1] for inner in walk(node["c"][1]) if inner["t"] == "RawBlock"]
            drawings = tuple(path for text in raw for path in DRAWING.findall(text))
            name = next((m[1] for text in raw if (m := DATA_FILE.search(text))), "")
            if drawings and name:
                caption = node["c"][1][-1]["c"]
                result.append(Picture(name, _title(caption), _plain(caption), drawings))
    return result


def _title(caption: list) -> str:
    """The bold sentence that the caption begins with, or all of a caption without one."""
    bold = [node["c"] for node in caption if isinstance(node, dict) and node["t"] == "Strong"]
    return _plain(bold[0] if bold else caption)


def _plain(inlines: list) -> str:
    return " ".join(stringify(inlines).split())


def with_title_and_source(picture: Picture, root: Path, source: str) -> str:
    """An SVG of the drawings on white, below the title and above the source line."""
    drawn = [(root / path).read_text(encoding="utf-8") for path in picture.drawings]
    sizes = [tuple(map(float, SIZE.search(text).groups())) for text in drawn]
    width = sum(size[0] for size in sizes) + GAP * (len(sizes) - 1)
    title = _lines(picture.title, width, TITLE)
    source_lines = _lines(source, width, SOURCE)
    top = MARGIN + 1.25 * TITLE * len(title) + 6
    middle = top + max(size[1] for size in sizes) + 8
    height = middle + 1.3 * SOURCE * len(source_lines) + MARGIN
    parts, left = [], MARGIN
    for text, (wide, _) in zip(drawn, sizes, strict=True):
        parts.append(text.replace("<svg ", f'<svg x="{left:g}" y="{top:g}" ', 1))
        left += wide + GAP
    full = width + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{full:g}" height="{height:g}" '
        f'viewBox="0 0 {full:g} {height:g}" font-family="{escape(FONTS)}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        + _text(title, MARGIN + TITLE, 1.25 * TITLE, f'font-size="{TITLE}" font-weight="600"', INK)
        + "".join(parts)
        + _text(source_lines, middle + SOURCE, 1.3 * SOURCE, f'font-size="{SOURCE}"', MUTED)
        + "</svg>\n"
    )


def _lines(text: str, width: float, size: float) -> list[str]:
    return textwrap.wrap(text, int(width / (LETTER * size)))


def _text(lines: list[str], top: float, step: float, how: str, color: str) -> str:
    return "".join(
        f'<text x="{MARGIN}" y="{top + step * at:g}" {how} fill="{color}">{escape(line)}</text>'
        for at, line in enumerate(lines)
    )
