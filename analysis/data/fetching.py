"""Get the raw files that are not on this machine yet."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from analysis import paths
from analysis.data.download import PATIENT, QUICK, Patience, Unreachable, download
from analysis.data.locate import locate
from analysis.data.registry import ATLAS, FILES, SAMPLE_FILES, TRACTS, WORKBOOK, RawFile
from analysis.errors import ReportError

# Marks, in the folder of raw files, that no server answered; so many seconds long.
REFUSED = ".unreachable"
REMEMBERED = 3600


@dataclass(frozen=True)
class Fetched:
    """What came of fetching, by file name.

    Attributes
    ----------
    present : tuple of str
        Files that were on this machine already.
    fetched : tuple of str
        Files that were downloaded into ``data/raw``.
    by_hand : mapping of str to str
        Files without a direct address, and how a person gets them, as a clause.
    failed : mapping of str to str
        Files that could not be had, and why, as a sentence.
    """

    present: tuple[str, ...]
    fetched: tuple[str, ...]
    by_hand: dict[str, str]
    failed: dict[str, str]


def fetch(files: Iterable[RawFile] = FILES, patience: Patience = PATIENT) -> Fetched:
    """Download the files that are not on this machine into ``data/raw``.

    What cannot be had is in the answer and raises nothing. Once no server could be reached
    for one file, the others are not asked for.

    Raises
    ------
    ReportError
        If ``$REPORT_DATA`` names a folder that is not there.
    """
    present, fetched, by_hand, failed = [], [], {}, {}
    offline = False
    for file in files:
        if locate(file):
            present.append(file.name)
        elif not file.addresses:
            by_hand[file.name] = file.by_hand
        elif offline:
            failed[file.name] = f"{file.name} was not asked for: there is no network."
        else:
            try:
                download(file, paths.RAW, patience)
                fetched.append(file.name)
            except ReportError as error:
                failed[file.name] = str(error)
                offline = isinstance(error, Unreachable)
    return Fetched(tuple(present), tuple(fetched), by_hand, failed)


def fetch_for_build() -> str:
    """Get what a build on real data cannot do without, with short time-outs.

    That is the workbook, the outcomes of groups of children and, where no definition of the
    minority sample is here, the tract file.

    A build within the hour after one that failed does not ask again.

    Returns
    -------
    str
        One line that says what was done; empty if nothing was missing.
    """
    needed = [WORKBOOK, ATLAS]
    if not any(locate(file) for file in SAMPLE_FILES.values()):
        needed.append(TRACTS)
    missing = [file for file in needed if not locate(file)]
    refused = paths.RAW / REFUSED
    if missing and refused.is_file() and time.time() - refused.stat().st_mtime < REMEMBERED:
        return _not_had(file.name for file in missing)
    result = fetch(needed, QUICK)
    if result.failed:
        with suppress(OSError):
            paths.RAW.mkdir(parents=True, exist_ok=True)
            refused.touch()
        return _not_had(result.failed)
    refused.unlink(missing_ok=True)
    if result.fetched:
        return f"Downloaded {' and '.join(result.fetched)} into {paths.RAW}."
    return ""


def _not_had(names: Iterable[str]) -> str:
    return (
        f"{' and '.join(names)} could not be downloaded; `python -m analysis data fetch` says why."
    )
