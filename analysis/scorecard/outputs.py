"""Write what a build gives: the card, its tables, its sheet and its form."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.scorecard.card import lookup_table, write_card
from analysis.scorecard.form import write_form
from analysis.scorecard.sheet import write_sheet
from analysis.scorecard.study import Study

FILES = (
    "scorecard.json", "lookup.csv", "selection.csv", "accuracy.csv", "targeting.csv",
    "scorecard.pdf", "form.xlsx",
)  # fmt: skip


def write_study(study: Study, folder: Path) -> list[Path]:
    """Write every output of a study into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    write_card(study.card, folder / "scorecard.json")
    _write(lookup_table(study.card), folder / "lookup.csv")
    _write(selection_table(study), folder / "selection.csv")
    _write(study.evaluation.accuracy, folder / "accuracy.csv")
    _write(study.evaluation.targeting, folder / "targeting.csv")
    write_sheet(study.card, folder / "scorecard.pdf")
    write_form(study.card, folder / "form.xlsx")
    return [folder / name for name in FILES]


def selection_table(study: Study) -> pd.DataFrame:
    """The candidates with how often and how strongly each was chosen, and their texts."""
    texts = {item.name: item.text for item in study.survey.items}
    table = study.selection.frequency.copy()
    table.insert(1, "text", table["question"].map(texts))
    return table


def _write(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, float_format="%.6g", lineterminator="\n")
