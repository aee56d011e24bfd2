"""The shipped survey specifications."""

from __future__ import annotations

from pathlib import Path

from analysis import paths
from analysis.errors import ReportError
from analysis.scorecard.spec.spec_file import load_spec
from analysis.scorecard.survey.data_files import find

REAL = "wb-synthetic"
SIMULATED = "simulated"


def default_spec() -> Path:
    """The World Bank survey where its files are on this machine, else the simulated one."""
    return paths.SURVEYS / f"{REAL if default_files() else SIMULATED}.yml"


def default_files() -> tuple[Path, ...]:
    """The data files of the World Bank survey; none unless all are on this machine."""
    real = paths.SURVEYS / f"{REAL}.yml"
    spec = load_spec(real)
    try:
        names = filter(None, (spec.files.household, spec.files.individual))
        return tuple(find(name, real.parent) for name in names)
    except ReportError:
        return ()
