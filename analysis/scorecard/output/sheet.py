"""The card on one A4 page, to print and to fill in with a pencil; lookups by region behind it."""

from __future__ import annotations

import json
from bisect import bisect_left
from pathlib import Path

import typst

from analysis.errors import ReportError
from analysis.scorecard.card.card import Card
from analysis.scorecard.evaluation.accuracy import URBAN_RURAL
from analysis.scorecard.evaluation.group_bias import accuracy_in_words, bias_in_words
from analysis.scorecard.wording import NOT_OFFICIAL
from analysis.store.clock import made_at

TEMPLATE = Path(__file__).with_name("sheet.typ")
REGIONS_A_PAGE = 16
# sizes of type in points, and the room around a row; the largest that fits on a page is used
LAYOUTS = [
    (size, room)
    for size in (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
    for room in (0.75, 0.6, 0.45)
]


def write_sheet(card: Card, path: Path) -> None:
    """Write ``scorecard.pdf``: the card on one A4 page, then its errors and its lookups.

    The second page has the lookup of persons and, if they were measured, the errors of both
    rates by group; behind it come the lookups of households by region, a page for each line.

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
    persons = [f"{tenths / 10:.1f}" for tenths in card.lines[0].persons.national]
    content |= {"tables": _tables(card), "groups": _groups(card), "persons": persons}
    typst.compile(TEMPLATE, output=path, format="pdf", sys_inputs=inputs(LAYOUTS[first]),
                  timestamp=made_at())  # fmt: skip


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
        "tables": [],
        "groups": [],
        "persons": [],
        "accuracy": accuracy_in_words(card),
        "bias": bias_in_words(card),
        "date": card.date,
        "notes": [_without_answers(card), *card.notes],
    }


KINDS = {
    "national": "", URBAN_RURAL: "Urban and rural", "region": "Regions",
    "size": "Members of the household", "head": "Heads of households",
}  # fmt: skip


def _groups(card: Card) -> list[list[str]]:
    """Rows of the second page: a kind of group where it begins, the group, and both errors."""
    rows, kind = [], None
    for group in card.groups:
        name = "The country" if group.kind == "national" else group.name
        rows.append(["" if group.kind == kind else KINDS[group.kind], name,
                     f"{group.households:,}", *_in_points(group.error),
                     *_in_points(group.persons_error)])  # fmt: skip
        kind = group.kind
    return rows


def _in_points(error: tuple[float | None, ...]) -> tuple[str, str, str]:
    """Estimate and interval in percentage points, and a mark where the interval leaves out 0."""
    if error[0] is None:
        return "–", "", ""
    estimate, *ends = (None if v is None else _signed(v) for v in error)
    if None in error:
        return estimate, "too few areas", ""
    return estimate, f"{ends[0]} to {ends[1]}", "off" if error[1] > 0 or error[2] < 0 else ""


def _signed(share: float) -> str:
    return f"{round(100 * share, 1) + 0.0:+.1f}".replace("-", "−").replace("+0.0", "0.0")


def _tables(card: Card) -> list[dict]:
    """A page for each line and ``REGIONS_A_PAGE`` regions: probabilities by score and region."""
    pages = []
    for line in card.lines:
        alike = all(column == line.lookup.national for column in line.lookup.regions)
        for start in range(0, 1 if alike else len(card.regions), REGIONS_A_PAGE):
            shown = slice(start, 0 if alike else start + REGIONS_A_PAGE)
            columns = [line.lookup.national, *line.lookup.regions[shown]]
            pages.append(
                {
                    "label": line.label,
                    "heads": ["The country", *card.regions[shown]],
                    "rows": [
                        [f"{tenths / 10:.1f}" for tenths in row]
                        for row in zip(*columns, strict=True)
                    ],
                }
            )
    return pages


def _without_answers(card: Card) -> str:
    """What to do with a question that has no answer, where the card says."""
    phrases = [
        f"no answer to question {number} counts as “{question.missing}”"
        for number, question in enumerate(card.questions, start=1)
        if question.missing is not None
    ]
    if not phrases:
        return "A household without an answer to each question can't be scored."
    return f"Gaps: {'; '.join(phrases)}; without an answer to another one there is no score."
