"""The data of the mobility study: real where the files are here, else simulated."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from analysis.data import registry
from analysis.data.exposure import read_exposure
from analysis.data.locate import (
    ACCEPT,
    FileState,
    file_states,
    locate,
    require_usable,
    search_folders,
    sha256,
)
from analysis.data.samples import Sample, choose, make_sample
from analysis.data.tables import Tables, read_workbook
from analysis.errors import ReportError
from analysis.paths import marked
from analysis.store.cache import cached


@dataclass(frozen=True)
class Study:
    """Everything that the mobility study is computed from.

    Attributes
    ----------
    zones : pandas.DataFrame
        One row a commuting zone (741): Table 8 joined with Table 5 on ``cz``, in the order
        of Table 8. Missing values are NaN.
    counties : pandas.DataFrame
        Table 3, one row a county, with the commuting zone that holds it.
    codebook : pandas.DataFrame
        One row a column of `zones`, in their order; see `analysis.data.codebook`.
    sample : Sample
        The definition of the minority sample in use.
    samples : mapping of str to Sample
        Every definition that can be had, by name.
    simulated : bool
        Whether all of this is made up.
    files : tuple of FileState
        State of every raw file of the registry.
    table5, table8 : pandas.DataFrame
        The tables as read, columns renamed and nothing else changed.
    """

    zones: pd.DataFrame
    counties: pd.DataFrame
    codebook: pd.DataFrame
    sample: Sample
    samples: Mapping[str, Sample]
    simulated: bool
    files: tuple[FileState, ...]
    table5: pd.DataFrame
    table8: pd.DataFrame


def load(sample: str | None = None, *, simulated: bool | None = None) -> Study:
    """Load the data of the mobility study, once for each version of the files.

    Copy its frames before a change.

    Never asks the network for anything.

    Parameters
    ----------
    sample : {"tract", "list", "county"}, optional
        Definition of the minority sample; by default the one that ``$REPORT_SAMPLE`` names,
        or else the first of these that can be had.
    simulated : bool, optional
        True for simulated data, False for real data or an error; by default real data if
        the workbook is on this machine, and simulated data otherwise.

    Raises
    ------
    ReportError
        If the workbook or a sample file is here and broken, or is not the known one and not
        named in ``$REPORT_ACCEPT``, or what is asked for is not here.
    """
    wanted = sample or os.environ.get("REPORT_SAMPLE") or None
    files = tuple(marked(path) for file in registry.FILES if (path := locate(file)))
    return _load(wanted, simulated, search_folders(), os.environ.get(ACCEPT, ""), files)


def exposure_effects(study: Study) -> pd.DataFrame | None:
    """Causal exposure effects of the zones, or None where their file is not here.

    Effects of real zones say nothing about simulated ones, which therefore have none. See
    `analysis.data.exposure.read_exposure` for the columns.

    Raises
    ------
    ReportError
        If the file is here and broken.
    """
    path = None if study.simulated else locate(registry.EXPOSURE)
    return None if path is None else read_exposure(path)


def merge(table8: pd.DataFrame, table5: pd.DataFrame) -> pd.DataFrame:
    """Join mobility (Table 5) to the traits of the zones (Table 8), keeping every zone.

    The slope of college quality stands as 0 where it was not estimated, which its level,
    missing in the same zones, gives away: such a 0 becomes NaN.
    """
    mobility = table5.drop(columns=["zone", "state"])
    zones = table8.merge(mobility, on="cz", how="left", validate="one_to_one")
    estimated = zones["am_college_quality"].notna()
    zones["rm_college_quality"] = zones["rm_college_quality"].where(estimated)
    return zones


@functools.cache
def _load(
    sample: str | None,
    simulated: bool | None,
    folders: tuple[Path, ...],
    accepted: str,
    files: tuple[tuple[Path, int, int], ...],
) -> Study:
    """Load from the folders; they, what is accepted and the files are part of the key."""
    workbook = None if simulated else locate(registry.WORKBOOK)
    if workbook is None and simulated is False:
        raise ReportError(
            f"{registry.WORKBOOK.name} is in none of {', '.join(map(str, folders))}: "
            "run `python -m analysis data fetch` or put it there."
        )
    tables, samples = _simulated() if workbook is None else _real(workbook)
    return Study(
        zones=merge(tables.characteristics, tables.mobility),
        counties=tables.counties,
        codebook=tables.codebook,
        sample=choose(samples, sample),
        samples=samples,
        simulated=workbook is None,
        files=file_states(),
        table5=tables.mobility,
        table8=tables.characteristics,
    )


def _real(workbook: Path) -> tuple[Tables, Mapping[str, Sample]]:
    require_usable(workbook)
    tables = _tables(workbook, sha256(workbook))
    zones = frozenset(tables.characteristics["cz"])
    samples = {}
    for name, file in registry.SAMPLE_FILES.items():
        if path := locate(file):
            require_usable(path)
            samples[name] = make_sample(name, file.reader(path))
            _require_known(samples[name].zones - zones, path)
    if not samples:
        names = ", ".join(file.name for file in registry.SAMPLE_FILES.values())
        raise ReportError(
            f"The workbook is here and no file that defines the minority sample ({names}) is: "
            "run `python -m analysis data fetch` or put one beside the workbook."
        )
    return tables, MappingProxyType(samples)


@cached
def _tables(workbook: Path, content: str) -> Tables:
    """Read the workbook once for each content: every chapter needs it."""
    return read_workbook(workbook)


def _require_known(unknown: frozenset[int], path: Path) -> None:
    if unknown:
        raise ReportError(
            f"{path} names the commuting zone {min(unknown)}, which is not in the workbook."
        )


def _simulated() -> tuple[Tables, Mapping[str, Sample]]:
    # Imported here because real data do not need it.
    from analysis.data.simulate import simulate

    return simulate()
