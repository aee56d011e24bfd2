"""What a page of a PDF holds, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pypdf import PdfReader

POINTS = 72 / 2.54  # of a centimeter
FOOT, HEAD = 2.45 * POINTS, (29.7 - 2.45) * POINTS  # where the text's area begins and ends


@dataclass(frozen=True)
class Word:
    """A run of letters: its text, the height of its line above the foot, its size and font."""

    text: str
    height: float
    size: float
    font: str


@dataclass
class Row:
    """A row of a table: its number of cells, and the page that it begins on."""

    head: bool
    pages: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A page as it is read: its text, and its runs of letters, those of its drawings too."""

    text: str
    words: list[Word]


@cache
def sheets(path: Path) -> list[Sheet]:
    """The pages of a PDF, read once for all tests: drawings make that slow."""
    return [_sheet(page) for page in PdfReader(path).pages]


def _sheet(page) -> Sheet:
    found: list[Word] = []

    def note(text, cm, tm, font, size):
        if text.strip():
            scale = (tm[0] ** 2 + tm[1] ** 2) ** 0.5 * (cm[0] ** 2 + cm[1] ** 2) ** 0.5
            name = str((font or {}).get("/BaseFont", "")).split("+")[-1]
            height = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
            found.append(Word(text.strip(), height, size * scale, name))

    return Sheet(page.extract_text(visitor_text=note), found)


def used(sheet: Sheet) -> float:
    """How much of the text's area is used, from its head to the lowest line, 0 to 1."""
    inside = [word.height for word in sheet.words if word.height > FOOT]
    return (HEAD - min(inside)) / (HEAD - FOOT) if inside else 0.0


def bookmarks(reader: PdfReader) -> dict[str, int]:
    """Page of each title of the first level, from 0."""
    return {
        str(entry.title).strip(): reader.get_destination_page_number(entry)
        for entry in reader.outline
        if not isinstance(entry, list)
    }


def tables(reader: PdfReader) -> list[list[Row]]:
    """The rows of each table in the tree of tags, with the pages that they stand on."""
    numbers = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages)}
    found: list[list[Row]] = []

    def pages_of(node) -> list[int]:
        kids = node.get("/K", [])
        kids = kids if isinstance(kids, list) else [kids]
        own = [numbers[node.raw_get("/Pg").idnum]] if "/Pg" in node else []
        for kid in map(lambda one: one.get_object(), kids):
            if isinstance(kid, dict):
                own += pages_of(kid)
        return own

    def visit(node, rows, head):
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            one = kid.get_object()
            if not isinstance(one, dict) or "/S" not in one:
                continue
            kind = one["/S"]
            if kind == "/Table":
                found.append([])
                visit(one, found[-1], False)
            elif kind == "/TR" and rows is not None:
                rows.append(Row(head, pages_of(one)))
            else:
                visit(one, rows, head or kind == "/THead")

    visit(reader.trailer["/Root"]["/StructTreeRoot"], None, False)
    return found
