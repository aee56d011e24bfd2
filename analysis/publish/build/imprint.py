"""What the title page says of this edition beside the title: version and data."""

from __future__ import annotations

import tomllib

from analysis.data.registry import WORKBOOK
from analysis.paths import ROOT

SIMULATED = "Simulated"


def imprint() -> dict[str, str]:
    """Version of the project and titles of the data behind the numbers, by name."""
    return {"version": version(), "data": sources()}


def version() -> str:
    """The version that ``pyproject.toml`` gives."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["project"]["version"]


def sources() -> str:
    """The main file of each study, by its title."""
    from analysis import data

    study = data.load()
    if study.simulated:
        return SIMULATED
    households = [file.title for file in study.files if "households" in file.purpose]
    return "; ".join([WORKBOOK.title, *households])
