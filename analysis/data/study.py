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
from analysis.data.atlas import read_atlas, zones_by_group
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
from analysis.data.social_capital import read_social_capital, zones_of_social_capital
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
    by_group : pandas.DataFrame or None
        Outcomes of groups of children, see `analysis.data.atlas.zones_by_group`; None where
        the file is not here.
    social_capital : pandas.DataFrame or None
        See `analysis.data.social_capital.zones_of_social_capital`; None where the file is not
        here.
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
    by_group: pd.DataFrame | None = None
    social_capital: pd.DataFrame | None = None


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

    The preferred file comes before that of the replication. Effects of real zones say nothing
    about simulated ones, which therefore have none. See `analysis.data.exposure.read_exposure`
    for the columns.

    Raises
    ------
    ReportError
        If the file is here and broken.
    """
    for file in () if study.simulated else (registry.EXPOSURE, registry.RAW_EXPOSURE):
        if path := locate(file):
            require_usable(path)
            return file.reader(path)
    return None


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
    by_group, social_capital = (
        _simulated_groups(tables) if workbook is None else _real_groups(tables.counties)
    )
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
        by_group=by_group,
        social_capital=social_capital,
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


def _real_groups(counties: pd.DataFrame) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Outcomes of groups of children and social capital, as far as their files are here."""
    atlas, social = locate(registry.ATLAS), locate(registry.SOCIAL_CAPITAL)
    for path in filter(None, (atlas, social)):
        require_usable(path)
    return (
        _atlas(atlas, sha256(atlas)) if atlas else None,
        zones_of_social_capital(read_social_capital(social), counties) if social else None,
    )


@cached
def _atlas(path: Path, content: str) -> pd.DataFrame:
    """Read the outcomes once for each content of the file."""
    return zones_by_group(read_atlas(path))


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


def _simulated_groups(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    from analysis.data.simulate_groups import simulate_groups, simulate_social_capital

    return simulate_groups(tables), simulate_social_capital(tables)
