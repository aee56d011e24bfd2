"""What the title page says of this edition beside the title: version and data."""

from __future__ import annotations

from analysis import __version__
from analysis.data.registry import FILES, WORKBOOK

SIMULATED = "Simulated"


def imprint() -> dict[str, str]:
    """Version of the project and titles of the data behind the numbers, by name."""
    return {"version": __version__, "data": sources()}


def sources() -> str:
    """The main file of each study."""
    return "; ".join(dict.fromkeys(by_study()))


def by_study() -> tuple[str, str]:
    """Title of the main file of either study, in their order."""
    from analysis import data

    study = data.load()
    if study.simulated:
        return SIMULATED, SIMULATED
    households = next(file.title for file in FILES if "households" in file.purpose)
    return WORKBOOK.title, households
