"""Find raw files on this machine and say in what state they are."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from analysis import paths
from analysis.data.registry import FILES, WORKBOOK, RawFile
from analysis.errors import ReportError

VERIFIED, CHECKED, ACCEPTED = "verified", "structure checked", "accepted"
ALTERED, BROKEN, MISSING = "another version", "broken", "missing"
ACCEPT = "REPORT_ACCEPT"
"""Variable with the names of files to use although they are not the known ones."""


@dataclass(frozen=True)
class FileState:
    """Where a raw file is and whether it is the known one.

    Attributes
    ----------
    file : RawFile
        Its entry in the registry.
    path : Path or None
        None if it is in none of the folders.
    state : str
        "verified" (by its checksum), "structure checked" (no checksum is known), "accepted"
        (not the known file, and ``$REPORT_ACCEPT`` names it), "another version" (the same,
        not named and so not used), "broken" or "missing".
    sha256 : str or None
        Its checksum.
    bytes : int or None
        Its size.
    note : str
        What a reader should know about the state, as a sentence; empty if nothing.
    """

    file: RawFile
    path: Path | None
    state: str
    sha256: str | None
    bytes: int | None
    note: str

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.file.name

    @property
    def license(self) -> str:
        """License of the file."""
        return self.file.license


def is_here(name: str) -> bool:
    """Whether a raw file of the registry can be read, or its stand-in among simulated data.

    Raises
    ------
    ReportError
        If the registry has no file of this name.
    """
    if name not in (names := {file.name: file for file in FILES}):
        raise ReportError(f"no raw file {name!r} is known; there are {', '.join(names)}.")
    return locate(WORKBOOK) is None or locate(names[name]) is not None


def search_folders() -> tuple[Path, ...]:
    """Folders to look in, in order.

    Raises
    ------
    ReportError
        If ``$REPORT_DATA`` names a folder that is not there.
    """
    raw, *named = paths.data_folders()
    for folder in named:
        if not folder.is_dir():
            raise ReportError(
                f"$REPORT_DATA names the folder {folder}, which is not there: "
                "correct the variable or unset it."
            )
    return (raw, *named)


def locate(file: RawFile) -> Path | None:
    """Path of a raw file, or None if it is in none of the folders."""
    candidates = (folder / file.name for folder in search_folders())
    return next((path for path in candidates if path.is_file()), None)


def sha256(path: Path) -> str:
    """Checksum of a file.

    Raises
    ------
    ReportError
        If the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ReportError(f"{path} cannot be read ({error.strerror}).") from error


def file_state(file: RawFile) -> FileState:
    """Find a file and compare its checksum; read it only where that settles nothing."""
    path = locate(file)
    checksum = sha256(path) if path else None
    state, note = _judge(file, path, checksum)
    size = path.stat().st_size if path else None
    return FileState(file, path, state, checksum, size, note)


def file_states() -> tuple[FileState, ...]:
    """State of every file of the registry."""
    return tuple(file_state(file) for file in FILES)


def _judge(file: RawFile, path: Path | None, checksum: str | None) -> tuple[str, str]:
    """State of a file and the sentence that explains it."""
    if path is None:
        return MISSING, ""
    if checksum == file.sha256:
        return VERIFIED, ""
    try:
        content = file.reader(path)
    except ReportError as error:
        return BROKEN, str(error)
    if file.sha256 is None:
        return CHECKED, "No checksum of this file is known; its structure is as expected."
    zones = len(content) if file.zones else None
    other = f" and gives {zones} zones in place of {file.zones}" if zones != file.zones else ""
    message = f"is not the version that the report was written with, by its checksum{other}"
    if accepted(file):
        return ACCEPTED, f"{file.name} {message}; it is used since {ACCEPT} names it."
    return ALTERED, f"{path} {message}: get it again, or set {ACCEPT}={file.name} to use it."


def accepted(file: RawFile) -> bool:
    """Whether ``$REPORT_ACCEPT`` (names with commas between them) says to use another version."""
    return file.name in {name.strip() for name in os.environ.get(ACCEPT, "").split(",")}


def require_usable(path: Path) -> None:
    """Refuse a file of a known name whose content is neither known nor accepted.

    Raises
    ------
    ReportError
        In one sentence, with what to do.
    """
    file = next((file for file in FILES if file.name == path.name), None)
    if file is None:
        return
    state, note = _judge(file, path, sha256(path))
    if state in (ALTERED, BROKEN):
        raise ReportError(note)


def accepted_files() -> tuple[str, ...]:
    """A sentence for each file that is used although it is not the known one."""
    return tuple(state.note for state in file_states() if state.state == ACCEPTED)
