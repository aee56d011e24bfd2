"""The card as an XLSForm for ODK and Kobo: it adds up the score and shows the probability."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from analysis.scorecard.card.card import Card
from analysis.scorecard.card.lookup import Lookup
from analysis.scorecard.evaluation.group_bias import accuracy_in_words, bias_in_words
from analysis.scorecard.wording import NOT_OFFICIAL, short_names
from analysis.store.clock import made_at

EARLIEST, LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # that a zip file can tell
PROPERTIES = "docProps/core.xml"
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SURVEY = ("type", "name", "label", "required", "calculation", "appearance")


def write_form(card: Card, path: Path) -> None:
    """Write ``form.xlsx``.

    The form asks for the region and the questions, and tells the probability that the household
    is poor, and the one to count each of its members by. Choice names are those of
    :func:`~analysis.scorecard.wording.short_names`, which ``score`` understands, so that
    the form's export can be scored again as it is.
    """
    book = Workbook()
    _fill(book.active, "survey", _SURVEY, survey_rows(card))
    _fill(book.create_sheet(), "choices", ("list_name", "name", "label"), choice_rows(card))
    settings = [(f"{card.title}: poverty scorecard", _name(card.name), "1")]
    _fill(book.create_sheet(), "settings", ("form_title", "form_id", "version"), settings)
    _save_dated(book, path)


def survey_rows(card: Card) -> list[tuple]:
    """Rows of the form's ``survey`` sheet."""
    label = card.lines[0].label
    intro = f"{NOT_OFFICIAL}. It estimates whether a household is among {label}."
    if card.notice:
        intro += f" {card.notice}"
    for words in (_survey(card), accuracy_in_words(card), bias_in_words(card), *card.notes):
        intro += f" {words}" if words else ""
    rows = [
        ("note", "about", intro, "", "", ""),
        ("select_one region", "region", "Region", "yes", "", "minimal"),
    ]
    for question in card.questions:
        name = _name(question.name)
        rows.append((f"select_one {name}", name, question.text, "yes", "", ""))
    for question in card.questions:
        rows.append(_calculated(f"points_{_name(question.name)}", _points(question)))
    total = " + ".join(f"${{points_{_name(q.name)}}}" for q in card.questions)
    rows.append(_calculated("score", total))
    for position, line in enumerate(card.lines):
        for kind, lookup in (("", line.lookup), ("persons_", line.persons)):
            rows += _looked_up(card, f"{kind}table_{position}", lookup)
            # a lookup holds tenths of a per cent
            rows.append(
                _calculated(
                    f"probability_{kind}{_name(line.name)}",
                    f"number(selected-at(${{{kind}table_{position}}}, ${{score}})) div 10",
                )
            )
    rows.append(("note", "result", _result(card), "", "", ""))
    rows.append(("note", "result_persons", _result_of_persons(card), "", "", ""))
    return rows


def _looked_up(card: Card, table: str, lookup: Lookup) -> Iterator[tuple]:
    """The columns of a lookup as texts, and the one of the region that was given."""
    for region, values in enumerate(lookup.regions):
        yield _calculated(f"{table}_{region}", f"'{' '.join(str(v) for v in values)}'")
    yield _calculated(table, _table_of_region(card, table))


def _survey(card: Card) -> str:
    asked = f" Households were asked {card.date}." if card.date else ""
    return f"Made from: {(card.citation or card.title).rstrip('.')}.{asked}"


def choice_rows(card: Card) -> list[tuple[str, str, str]]:
    """Rows of the form's ``choices`` sheet."""
    lists = [("region", card.regions), *((_name(q.name), q.answers) for q in card.questions)]
    return [
        (listed, name, label)
        for listed, labels in lists
        for name, label in zip(short_names(labels), labels, strict=True)
    ]


def _points(question) -> str:
    calculation = "0"
    names = short_names(question.answers)
    for name, points in reversed(list(zip(names, question.points, strict=True))):
        if points:
            calculation = f"if(${{{_name(question.name)}}} = '{name}', {points}, {calculation})"
    return calculation


def _table_of_region(card: Card, table: str) -> str:
    names = short_names(card.regions)
    calculation = f"${{{table}_{len(names) - 1}}}"
    for region in range(len(names) - 2, -1, -1):
        chosen = f"${{region}} = '{names[region]}'"
        calculation = f"if({chosen}, ${{{table}_{region}}}, {calculation})"
    return calculation


def _result(card: Card) -> str:
    parts = [f"{_safe(line.label)}: ${{probability_{_name(line.name)}}} %" for line in card.lines]
    return "Score ${score}. Probability to be among " + "; ".join(parts) + "."


def _result_of_persons(card: Card) -> str:
    parts = [f"{_safe(line.label)}: ${{probability_persons_{_name(line.name)}}} %"
             for line in card.lines]  # fmt: skip
    return (
        "To count persons, take for each member of this household the probability to be among "
        + "; ".join(parts) + "."
    )  # fmt: skip


def _calculated(name: str, calculation: str) -> tuple:
    return ("calculate", name, "", "", calculation, "")


def _name(text: str) -> str:
    return text.replace("-", "_")


def _safe(text: str) -> str:
    """Text that a form can't take for a reference to another field."""
    return text.replace("${", "$ {")


def _fill(sheet: Worksheet, title: str, header: tuple, rows: list[tuple]) -> None:
    sheet.title = title
    for line, row in enumerate([header, *rows], start=1):
        for column, text in enumerate(row, start=1):
            if text == "":
                continue
            cell = sheet.cell(line, column)
            escaped = header[column - 1] in ("label", "form_title") and not row[1].startswith(
                "result"
            )
            cell.value = _safe(text) if escaped else text
            # openpyxl takes text that begins with "=" for a formula
            cell.data_type = "s"
            if cell.value[:1] in "=+-@":
                cell.quotePrefix = True
            if line == 1:
                cell.font = Font(bold=True)
    for column, width in zip("ABCDEF", (24, 26, 60, 10, 40, 12), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"


def _save_dated(book: Workbook, path: Path) -> None:
    """Save a workbook with the date that outputs carry, so that equal cells give equal bytes."""
    now = made_at()
    written = BytesIO()
    book.save(written)
    with ZipFile(written) as parts, ZipFile(path, "w", ZIP_DEFLATED) as dated:
        for name in parts.namelist():
            content = parts.read(name)
            if name == PROPERTIES:
                content = _TIME.sub(f"{now:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            part = ZipInfo(name, min(LATEST, max(EARLIEST, now.timetuple()[:6])))
            dated.writestr(part, content, ZIP_DEFLATED)
