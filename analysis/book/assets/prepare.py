"""Put in place what pages load but the repository does not hold."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from plotly.offline import get_plotlyjs

from analysis import __version__
from analysis.data.locate import is_here
from analysis.data.registry import FILES, WORKBOOK
from analysis.paths import REPORT
from analysis.publish.geometry.build import report_county_geometry, report_geometry
from analysis.publish.geometry.script import COUNTIES, ZONES, write_script
from analysis.store import atomic
from analysis.store.clock import made_at

GENERATED = REPORT / "generated"
PLOTLY = GENERATED / "plotly.min.js"
SHAPES = {name: GENERATED / f"{name}.js" for name in (ZONES, COUNTIES)}
EDITION = GENERATED / "edition.json"
"""What Quarto's filter says on the pages: the notice, version, data, and time of the making."""


@dataclass(frozen=True)
class Edition:
    """What pages and covers say of an edition of the book.

    Attributes
    ----------
    version, data : str
        Version of the project, and titles of the data behind the numbers.
    notice : str
        What every page must say of the data; empty if they are the published ones.
    date : datetime
        Shown, and kept in files as the time of their making.
    """

    version: str
    data: str
    notice: str
    date: datetime


SIMULATED = (
    "Simulated data: the real data were not at hand when this was built. "
    "Every number and figure below describes made-up zones, not the world. "
    "Sentences were written for the published data; a dagger (†) marks those that do not hold here."
)


def prepare() -> None:
    """Copy plotly.js out of its wheel and write the maps' shapes."""
    if not PLOTLY.is_file() or PLOTLY.read_text(encoding="utf-8") != get_plotlyjs():
        atomic.write(PLOTLY, get_plotlyjs())
    write_script(SHAPES[ZONES], report_geometry())
    write_script(SHAPES[COUNTIES], report_county_geometry())


def write_edition() -> None:
    """Leave for Quarto's filter what it says on the pages."""
    content = asdict(edition())
    content["time"] = int(content.pop("date").timestamp())
    content["files"] = [file.name for file in FILES if is_here(file.name)]
    atomic.write(EDITION, json.dumps(content))


def edition() -> Edition:
    """This edition of the book."""
    return Edition(__version__, "; ".join(dict.fromkeys(data_by_study())), notice(), made_at())


def notice() -> str:
    """What every page must say of the data; empty if they are the published ones."""
    from analysis import data
    from analysis.data.locate import accepted_files

    notices = [SIMULATED] if data.load().simulated else []
    if others := accepted_files():
        notices += ["Not the published data:", *others]
    return " ".join(notices)


def data_by_study() -> tuple[str, str]:
    """Title of the main file of either study, in their order."""
    from analysis import data

    study = data.load()
    if study.simulated:
        return "Simulated", "Simulated"
    households = next(file.title for file in FILES if "households" in file.purpose)
    return WORKBOOK.title, households
