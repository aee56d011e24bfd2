"""Find raw files on this machine and say in what state they are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from analysis import paths
from analysis.data.registry import FILES, RawFile
from analysis.errors import ReportError

VERIFIED, CHECKED, BROKEN, MISSING = "verified", "structure checked", "broken", "missing"


@dataclass(frozen=True)
class FileState:
    """Where a raw file was found and whether it is the known one.

    Attributes
    ----------
    name, title, purpose : str
        As in the registry.
    path : Path or None
        None if the file was not found.
    state : str
        "verified" (by its checksum), "structure checked" (its checksum is another or none is
        known, and its structure is as expected), "broken" or "missing".
    sha256, expected : str or None
        Checksum of the file found, and the known one.
    bytes : int or None
        Size of the file found.
    licence, citation : str
        As in the registry.
    note : str
        What a reader should know about the state, as a sentence; empty if nothing.
    """

    name: str
    title: str
    purpose: str
    path: Path | None
    state: str
    sha256: str | None
    expected: str | None
    bytes: int | None
    licence: str
    citation: str
    note: str


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
    return FileState(
        name=file.name,
        title=file.title,
        purpose=file.purpose,
        path=path,
        state=state,
        sha256=checksum,
        expected=file.sha256,
        bytes=path.stat().st_size if path else None,
        licence=file.licence,
        citation=file.citation,
        note=note,
    )


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
        file.reader(path)
    except ReportError as error:
        return BROKEN, str(error)
    if file.sha256 is None:
        return CHECKED, "No checksum of this file is known; its structure is as expected."
    return CHECKED, (
        "This is not the version that the report was written with, by its checksum; "
        "its structure is as expected."
    )
