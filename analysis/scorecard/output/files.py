"""The files that a build gives: what each holds, and what writes it. The only list of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.scorecard.build import Study
from analysis.scorecard.card.card import LOOKUP, Card, lookup_table, write_card
from analysis.scorecard.evaluation.accuracy import ACCURACY, TARGETING, Evaluation
from analysis.scorecard.output.sheet import write_sheet
from analysis.scorecard.output.xlsform import write_form
from analysis.scorecard.selection.candidate_table import CANDIDATES
from analysis.scorecard.settings import FREQUENCY
from analysis.scorecard.wording import short_names
from analysis.store import atomic
from analysis.store.csv_text import as_csv


@dataclass(frozen=True)
class OutputFile:
    """A file of a study.

    Attributes
    ----------
    name : str
    what : str
        What it holds, or what one row of it is.
    of : type
        What it is made of: a card, its evaluation, or the whole study.
    make : callable
        Returns the table, or writes to a path what is none.
    columns : tuple of str
        Of a table, in the order of the file; they are explained in data/surveys/README.md.
    """

    name: str
    what: str
    of: type[Card] | type[Evaluation] | type[Study]
    make: Callable
    columns: tuple[str, ...] = ()

    def write(self, source: Card | Evaluation | Study, folder: Path) -> None:
        """Write the file into a folder.

        Raises
        ------
        ValueError
            If a table's columns are not the listed ones.
        """
        if not self.columns:
            self.make(source, folder / self.name)
            return
        table = self.make(source)
        if tuple(table.columns) != self.columns:
            raise ValueError(f"{self.name} has columns that its description does not")
        write_table(table, folder / self.name)


def selection_table(study: Study) -> pd.DataFrame:
    """The candidates: what each is worth, why it is on the card or not, and its text.

    Where the paper's rule was tried beside another, its choice and its counts stand in
    ``by_frequency``, ``selected`` and ``strength``; ``paths`` says how its paths ended.
    """
    texts = {item.name: item.text for item in study.survey.items}
    table = study.selection.candidates.copy()
    table.insert(1, "text", table["question"].map(texts))
    paper = study.selection if study.selection.rule == FREQUENCY else study.baselines.get(FREQUENCY)
    table["by_frequency"], table["paths"] = None, ""
    if paper is not None:
        counts = paper.candidates.set_index("question").loc[table["question"]]
        for column, counted in (("by_frequency", "chosen"), ("selected",) * 2, ("strength",) * 2):
            table[column] = counts[counted].to_numpy()
        table["paths"] = ", ".join(f"{n} {ENDS[why]}" for why, n in sorted(paper.stops.items()))
    return table


OUTPUT_FILES = (
    OutputFile(
        "scorecard.json", "the card: questions, points, lookups, errors and how it was made",
        Card, lambda card, path: write_card(card, path),
    ),
    OutputFile(
        "lookup.csv", "one line, region and score: the probability of a household, and of a person",
        Card, lookup_table, LOOKUP,
    ),
    OutputFile(
        "selection.csv",
        "one candidate question: what it is worth, and why it is on the card or not",
        Study, selection_table, (CANDIDATES[0], "text", *CANDIDATES[1:], "by_frequency", "paths"),
    ),
    OutputFile(
        "accuracy.csv", "one measure of one model on held-out households, with its interval",
        Evaluation, lambda evaluation: evaluation.accuracy, ACCURACY,
    ),
    OutputFile(
        "targeting.csv", "one score as a cut-off: share targeted, exclusion and inclusion error",
        Evaluation, lambda evaluation: evaluation.targeting, TARGETING,
    ),
    OutputFile(
        "scorecard.pdf",
        "the card on one page, to print; its errors by group, its lookups by region",
        Card, lambda card, path: write_sheet(card, path),
    ),
    OutputFile(
        "form.xlsx", "the card as an XLSForm, for ODK or Kobo",
        Card, lambda card, path: write_form(card, path),
    ),
)  # fmt: skip


def write_files(sources: dict[type, object], folder: Path) -> list[Path]:
    """Write into a folder every file that can be made of some sources, given by their type."""
    files = [file for file in OUTPUT_FILES if file.of in sources]
    for file in files:
        file.write(sources[file.of], folder)
    return [folder / file.name for file in files]


def write_study(study: Study, folder: Path) -> list[Path]:
    """Write every output of a study into a folder, all or none, and return their paths."""
    sources = {Study: study, Evaluation: study.evaluation, Card: study.card}
    with atomic.folder(folder, keep=True) as inside:
        written = [folder / path.name for path in write_files(sources, inside)]
    return written if study.regional is None else [*written, *_write_regional(study, folder)]


def _write_regional(study: Study, folder: Path) -> list[Path]:
    """Write the cards of the regions, each into a folder of its region, and what they cost."""
    costs = folder / "regions.csv"
    atomic.make(costs, lambda path: write_table(study.regional.accuracy_cost, path))
    for card, name in zip(study.regional.cards, short_names(study.card.regions), strict=True):
        with atomic.folder(folder / "regions" / name) as inside:
            write_files({Card: card}, inside)
    return [costs, folder / "regions"]


ENDS = {
    "end": "to the last penalty",
    "rising": "ended as held-out loss rose",
    "separable": "ended as the fit all but separated the classes",
    "slow": "ended where the fit did not converge",
}
"""Why a path of penalties ended, in words."""


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a tidy table as CSV."""
    path.write_text(as_csv(frame, "%.6g"), encoding="utf-8", newline="")
