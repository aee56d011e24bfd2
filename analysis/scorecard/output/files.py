"""Write what a build gives: the card, its tables, its sheet and its form."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.scorecard.build import Study
from analysis.scorecard.card.card import lookup_table, write_card
from analysis.scorecard.output.sheet import write_sheet
from analysis.scorecard.output.xlsform import write_form
from analysis.scorecard.settings import FREQUENCY
from analysis.scorecard.wording import short_names
from analysis.store import atomic
from analysis.store.csv_text import as_csv

FILES = (
    "scorecard.json", "lookup.csv", "selection.csv", "accuracy.csv", "targeting.csv",
    "scorecard.pdf", "form.xlsx",
)  # fmt: skip


def write_study(study: Study, folder: Path) -> list[Path]:
    """Write every output of a study into a folder, all or none, and return their paths."""
    with atomic.folder(folder, keep=True) as inside:
        write_card(study.card, inside / "scorecard.json")
        write_table(lookup_table(study.card), inside / "lookup.csv")
        write_table(selection_table(study), inside / "selection.csv")
        write_table(study.evaluation.accuracy, inside / "accuracy.csv")
        write_table(study.evaluation.targeting, inside / "targeting.csv")
        write_sheet(study.card, inside / "scorecard.pdf")
        write_form(study.card, inside / "form.xlsx")
    written = [folder / name for name in FILES]
    return written if study.regional is None else [*written, *_write_regional(study, folder)]


def _write_regional(study: Study, folder: Path) -> list[Path]:
    """Write the regions' own cards, each into a folder of its region, and what they cost."""
    costs = folder / "regions.csv"
    atomic.make(costs, lambda path: write_table(study.regional.accuracy_cost, path))
    for card, name in zip(study.regional.cards, short_names(study.card.regions), strict=True):
        with atomic.folder(folder / "regions" / name) as inside:
            write_card(card, inside / "scorecard.json")
            write_table(lookup_table(card), inside / "lookup.csv")
            write_sheet(card, inside / "scorecard.pdf")
            write_form(card, inside / "form.xlsx")
    return [costs, folder / "regions"]


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
        for column, column_ in (("by_frequency", "chosen"), ("selected",) * 2, ("strength",) * 2):
            table[column] = counts[column_].to_numpy()
        table["paths"] = ", ".join(f"{n} {ENDS[why]}" for why, n in sorted(paper.stops.items()))
    return table


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
