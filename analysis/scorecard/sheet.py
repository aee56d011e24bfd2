"""The card on one A4 page, to print and to fill in with a pencil."""

from __future__ import annotations

import json
from bisect import bisect_left
from pathlib import Path

import typst

from analysis.errors import ReportError
from analysis.scorecard import NOT_OFFICIAL
from analysis.scorecard.card import Card

TEMPLATE = Path(__file__).with_name("sheet.typ")
# sizes of type in points, and the room around a row; the largest that fits on a page is used
LAYOUTS = [
    (size, room)
    for size in (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
    for room in (0.75, 0.6, 0.45)
]


def write_sheet(card: Card, path: Path) -> None:
    """Write ``scorecard.pdf``: exactly one A4 page.

    Raises
    ------
    ReportError
        If the card has more text than a page holds at a readable size.
    """
    content = _content(card)

    def inputs(layout: tuple[float, float]) -> dict[str, str]:
        return {"card": json.dumps({**content, "size": layout[0], "room": layout[1]})}

    def fits(layout: tuple[float, float]) -> bool:
        pages = typst.compile(TEMPLATE, format="svg", sys_inputs=inputs(layout))
        return not isinstance(pages, list) or len(pages) == 1

    first = bisect_left(LAYOUTS, True, key=fits)
    if first == len(LAYOUTS):
        raise ReportError(
            "The card's texts are too long for one page; shorten questions or merge answers."
        )
    typst.compile(TEMPLATE, output=path, format="pdf", sys_inputs=inputs(LAYOUTS[first]))


def _content(card: Card) -> dict:
    """What the template prints; all of it plain text."""
    line = card.lines[0]
    return {
        "kind": NOT_OFFICIAL,
        "title": card.title,
        "notice": card.notice,
        "citation": card.citation,
        "line": line.label,
        "questions": [
            {"text": q.text, "answers": list(zip(q.answers, q.points, strict=True))}
            for q in card.questions
        ],
        "lookup": [f"{tenths / 10:.1f}" for tenths in line.lookup.national],
        "accuracy": _accuracy(card),
    }


def _accuracy(card: Card) -> str:
    """One sentence on how well the card did, or none if it was not measured."""
    made = card.made
    if "poor_above_cut" not in made:
        return ""
    return (
        f"Measured on {made['held_out_households']:,} households that had no part in making the "
        f"card: a probability above {made['cut']:.0%} was found for "
        f"{made['poor_above_cut']:.0%} of the poor households and for "
        f"{1 - made['nonpoor_below_cut']:.0%} of the others. "
        f"Rates of groups were off by {_off(made, 'headcount_bias')} points for households and "
        f"by {_off(made, 'headcount_bias_persons')} for persons."
    )


def _off(made: dict, name: str) -> str:
    """An error of a rate in points, with its interval where there is one."""
    told = f"{100 * made[name]:+.1f}"
    if f"{name}_low" not in made:
        return told
    return f"{told} ({100 * made[f'{name}_low']:+.1f} to {100 * made[f'{name}_high']:+.1f})"
