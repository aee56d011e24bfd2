"""Write files and folders whole or not at all, whenever a command is ended.

What is new is written beside its place, brought to the disk, and swapped in at once: until
then the old is there, byte for byte. What a killed command left beside is removed by the next
one that writes to the same place.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from analysis.errors import ReportError

_AT_HERE, _SWAP = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


def write(path: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8; its folder is made where there is none.

    Raises
    ------
    OSError
        If the machine refuses; what was there before is still there.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    make(path, lambda part: part.write_bytes(data))


def make(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a file of another name, and put it in its place once it is done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent, path.name)
    part = path.with_name(f".{path.name}-{_mark()}")
    try:
        write(part)
        _sync(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_signed(path: Path, content: bytes) -> None:
    """Write a file below the hash of its content, to be read by `read_signed`."""
    write(path, hashlib.sha256(content).hexdigest().encode() + b"\n" + content)


def read_signed(path: Path) -> bytes | None:
    """What `write_signed` put there; None where it is missing, damaged or something else."""
    try:
        expected, content = path.read_bytes().split(b"\n", 1)
    except (OSError, ValueError):
        return None
    return content if expected == hashlib.sha256(content).hexdigest().encode() else None


@contextmanager
def folder(target: Path, *, keep: bool = False) -> Iterator[Path]:
    """A new folder that takes the place of ``target`` if all goes well.

    Parameters
    ----------
    keep : bool
        Whether other files that stand in ``target`` stay there.

    Raises
    ------
    ReportError
        If the machine refuses; what was there before is still there.
    """
    target = Path(os.path.abspath(target))
    try:
        # the place of a volume, or of the shell that asks, can't be swapped: its files can
        inside = keep and (os.path.ismount(target) or target in (Path.cwd(), *Path.cwd().parents))
        beside = target if inside else target.parent
        beside.mkdir(parents=True, exist_ok=True)
        sweep(beside, target.name)
        new = beside / f".{target.name}-{_mark()}"
        new.mkdir()
    except OSError as error:
        raise refused(target, error) from None
    try:
        yield new
        if inside:
            for path in sorted(new.iterdir()):
                _sync(path)
                os.replace(path, target / path.name)
            return
        if keep and target.is_dir():
            _take_over(target, new)
        for path in new.rglob("*"):
            _sync(path)
        swap(new, target)
    except OSError as error:
        raise refused(target, error) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


@contextmanager
def scratch(beside: Path, name: str) -> Iterator[Path]:
    """A new folder that is gone afterwards; what a killed command left goes with the next one."""
    sweep(beside, name)
    new = beside / f".{name}-{_mark()}"
    new.mkdir(parents=True)
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def refused(target: Path, error: OSError) -> ReportError:
    """One sentence for a place that can't be written to."""
    return ReportError(
        f"{target} can't be written to ({error.strerror or error}): free some space, or name a "
        "folder that you may write to."
    )


def swap(new: Path, target: Path) -> None:
    """Put a folder in place of another at one stroke where the system can, and drop the other."""
    if not os.path.lexists(target):
        os.rename(new, target)
        return
    if not _exchange(new, target):
        aside = new.with_name(f"{new.name}-old")
        os.rename(target, aside)
        os.rename(new, target)
        new = aside
    _remove(new)


def sweep(beside: Path, name: str) -> None:
    """Remove what ended commands left of a file or folder; put back what one had put aside."""
    for left in sorted(beside.glob(f".{escape(name)}-*")):
        match = re.fullmatch(r"(\d+)-\d+(-old)?", left.name[len(name) + 2 :])
        if match is None or _alive(int(match[1])):
            continue
        if match[2] and not os.path.lexists(beside / name):
            os.rename(left, beside / name)
        else:
            _remove(left)


def _mark() -> str:
    return f"{os.getpid()}-{threading.get_ident()}"


def _take_over(target: Path, new: Path) -> None:
    """Give the new folder what only the old one has."""
    for path in target.iterdir():
        if os.path.lexists(new / path.name):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, new / path.name, symlinks=True)
        else:
            shutil.copy2(path, new / path.name, follow_symlinks=False)


def _sync(path: Path) -> None:
    """Bring a file's content to the disk, so that no name ever stands for less."""
    if path.is_file() and not path.is_symlink():
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names at one stroke; False where the system has no such call."""
    with suppress(AttributeError, OSError):
        rename = ctypes.CDLL(None).renameat2
        return rename(_AT_HERE, bytes(one), _AT_HERE, bytes(other), _SWAP) == 0
    return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        pass
    return True
