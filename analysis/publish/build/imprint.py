"""What the title page says of this edition beside the title: version and data."""

from __future__ import annotations

from analysis import __version__
from analysis.data.registry import WORKBOOK

SIMULATED = "Simulated"


def imprint() -> dict[str, str]:
    """Version of the project and titles of the data behind the numbers, by name."""
    return {"version": __version__, "data": sources()}


def sources() -> str:
    """The main file of each study, by its title."""
    from analysis import data

    study = data.load()
    if study.simulated:
        return SIMULATED
    households = [file.title for file in study.files if "households" in file.purpose]
    return "; ".join([WORKBOOK.title, *households])
