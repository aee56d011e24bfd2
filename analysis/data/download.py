"""Download a raw file so that it is whole, known and in place, or not there at all."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests
import urllib3
from tqdm import tqdm

from analysis.data.locate import ACCEPT, accepted, sha256
from analysis.data.registry import RawFile
from analysis.errors import ReportError
from analysis.store import atomic

_CHUNK = 1 << 16
_SAFE = "https://"
_AGENT = "mobility-and-poverty-report (a statistical report; python-requests)"


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server, in seconds, and how often to ask it again.

    Attributes
    ----------
    connect, read : float
        Longest wait for a connection, and for the next bytes.
    total : float
        Longest time for a whole file, so that a trickle of bytes ends as well.
    attempts : int
        How often an address is asked.
    pause : float
        Wait before the second attempt; it doubles each time.
    """

    connect: float = 10.0
    read: float = 20.0
    total: float = 900.0
    attempts: int = 3
    pause: float = 1.0


PATIENT = Patience()
QUICK = Patience(connect=2.0, read=10.0, attempts=2, pause=0.5)
"""For a build, which can do without."""


class Unreachable(ReportError):
    """No server answered at all: there is probably no network."""


class _Failure(Exception):
    """Why an address did not give the file, in a few words."""


class _Again(_Failure):
    """A failure that may pass if the address is asked again."""


class _Unanswered(_Again):
    """No server answered."""


def download(file: RawFile, folder: Path, patience: Patience = PATIENT) -> Path:
    """Get a raw file from the first of its addresses that gives it, into a folder.

    The file takes its name only when it is whole and is the known one, or, where no checksum
    is known or ``$REPORT_ACCEPT`` names it, passes every check of its structure.

    Raises
    ------
    Unreachable
        If no server could be reached.
    ReportError
        If the file has no address, none of them gave it, or it could not be written.
    """
    if not file.addresses:
        raise ReportError(
            f"{file.name} has no direct address: {file.by_hand}, and put it into {folder}."
        )
    failures = {}
    for address in file.addresses:
        try:
            return _download_from(address, file, folder, patience)
        except _Failure as failure:
            failures[address] = failure
    reasons = "; ".join(f"{address}: {failure}" for address, failure in failures.items())
    message = f"{file.name} could not be downloaded ({reasons})"
    if all(isinstance(failure, _Unanswered) for failure in failures.values()):
        raise Unreachable(f"{message}: is there a network?")
    raise ReportError(f"{message}: {file.by_hand} and put it into {folder}.")


def _download_from(address: str, file: RawFile, folder: Path, patience: Patience) -> Path:
    """Ask again as often as may help.

    urllib3's own retries end where an answer begins, and most failures come after: a body
    that breaks off or goes silent.
    """

    def fetch(part: Path) -> None:
        with _ask(address, patience) as response, part.open("wb") as out:
            chunks = _body(response, patience.total, file.most)
            for chunk in _with_progress(chunks, response, file.name):
                out.write(chunk)
        _require_sound(file, part)

    for attempt in range(patience.attempts):
        try:
            atomic.make(folder / file.name, fetch)
            break
        except _Again:
            if attempt + 1 == patience.attempts:
                raise
            time.sleep(patience.pause * 2**attempt)
        except OSError as error:
            raise ReportError(
                f"{folder} cannot be written to ({error.strerror}): make it a folder with write "
                "permission, or free some space."
            ) from error
    return folder / file.name


def _ask(address: str, patience: Patience) -> requests.Response:
    """Ask an address for the file, and read no more than the head of the answer."""
    try:
        response = requests.get(
            address,
            stream=True,
            timeout=(patience.connect, patience.read),
            headers={"User-Agent": _AGENT},
        )
    except requests.ConnectionError as error:
        raise _Unanswered("no connection") from error
    except requests.Timeout as error:
        raise _Again("the server was too slow") from error
    except requests.RequestException as error:
        raise _Failure(f"the request failed, {type(error).__name__}") from error
    with contextlib.ExitStack() as stack:
        stack.callback(response.close)
        _require_file(response)
        if address.startswith(_SAFE) and not response.url.startswith(_SAFE):
            raise _Failure("the server sends on to an address without https")
        stack.pop_all()
    return response


def _require_file(response: requests.Response) -> None:
    reason = "".join(letter for letter in response.reason or "" if letter.isprintable())[:80]
    message = f"the server answered {response.status_code} {reason}".rstrip()
    if response.status_code in (408, 429) or response.status_code >= 500:
        raise _Again(message)
    if not response.ok:
        raise _Failure(message)
    if "html" in response.headers.get("Content-Type", ""):
        raise _Failure("the server answered with a web page instead of the file")


def _body(response: requests.Response, seconds: float, most: int) -> Iterator[bytes]:
    """Pieces of the answer as they arrive, refused if they stop early, last or are too many."""
    end, left = time.monotonic() + seconds, most
    try:
        # Unlike `iter_content`, `read1` does not wait until a chunk is full, so that a trickle
        # of bytes meets the deadline.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            if time.monotonic() > end:
                raise _Again(f"it was not whole after {seconds:g} seconds")
            left -= len(chunk)
            if left < 0:
                raise _Failure(f"it sent more than the {most:,} bytes that the file can have")
            yield chunk
    except urllib3.exceptions.HTTPError as error:
        raise _Again("the connection broke off or went silent half-way") from error


def _with_progress(
    chunks: Iterator[bytes], response: requests.Response, name: str
) -> Iterator[bytes]:
    size = response.headers.get("Content-Length")
    total = int(size) if size and size.isdigit() else None
    with tqdm(total=total, unit="B", unit_scale=True, desc=name, leave=False) as bar:
        for chunk in chunks:
            bar.update(len(chunk))
            yield chunk


def _require_sound(file: RawFile, path: Path) -> None:
    """Refuse a file that is neither the known one nor of the structure expected."""
    if file.sha256 is not None and sha256(path) == file.sha256:
        return
    try:
        file.reader(path)
    except ReportError as error:
        words = str(error).replace(str(path), "what it sent").rstrip(".")
        raise _Failure(f"what it sent is not the file ({words})") from error
    if file.sha256 is not None and not accepted(file):
        raise _Failure(
            f"what it sent is another version than the known one; {ACCEPT}={file.name} takes it"
        )
