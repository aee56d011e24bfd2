"""Write what a build gives: the card, its tables, its sheet and its form."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.scorecard.card import lookup_table, write_card
from analysis.scorecard.form import write_form
from analysis.scorecard.sheet import write_sheet
from analysis.scorecard.study import Study
from analysis.scorecard.whole import whole_folder

FILES = (
    "scorecard.json", "lookup.csv", "selection.csv", "accuracy.csv", "targeting.csv",
    "scorecard.pdf", "form.xlsx",
)  # fmt: skip


def write_study(study: Study, folder: Path) -> list[Path]:
    """Write every output of a study into a folder, all or none, and return their paths."""
    with whole_folder(folder) as inside:
        write_card(study.card, inside / "scorecard.json")
        write_table(lookup_table(study.card), inside / "lookup.csv")
        write_table(selection_table(study), inside / "selection.csv")
        write_table(study.evaluation.accuracy, inside / "accuracy.csv")
        write_table(study.evaluation.targeting, inside / "targeting.csv")
        write_sheet(study.card, inside / "scorecard.pdf")
        write_form(study.card, inside / "form.xlsx")
    return [folder / name for name in FILES]


def selection_table(study: Study) -> pd.DataFrame:
    """The candidates with how often and how strongly each was chosen, and their texts."""
    texts = {item.name: item.text for item in study.survey.items}
    table = study.selection.frequency.copy()
    table.insert(1, "text", table["question"].map(texts))
    return table


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a tidy table as CSV."""
    frame.to_csv(path, index=False, float_format="%.6g", lineterminator="\n")
