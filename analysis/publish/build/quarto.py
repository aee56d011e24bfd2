"""Find Quarto, or try to get it, and have it render the book."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from analysis import whole
from analysis.clock import EPOCH, made_at
from analysis.errors import ReportError
from analysis.paths import ROOT
from analysis.processes import shepherded
from analysis.publish.build.book import Book
from analysis.publish.build.fingerprint import digest
from analysis.publish.build.freeze import freeze
from analysis.publish.build.preview.pandoc import LOCALE
from analysis.publish.build.preview.paper import GLYPH

OLDEST = (1, 9)
REQUIREMENTS = ROOT / "requirements-quarto.txt"
# Says that installing failed with these very requirements, so that it isn't tried at each build.
REFUSED = Path(sys.prefix) / "quarto-refused"
PATIENCE = 240
NOT_HERE = (
    "Quarto is not on this machine and could not be installed: install it, or name it in $QUARTO."
)
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Quarto:
    """A Quarto on this machine."""

    program: Path
    version: str


def find() -> Quarto | None:
    """The Quarto that ``$QUARTO`` names, the one on PATH, or the one in the environment.

    Raises
    ------
    ReportError
        If ``$QUARTO`` names something that does not run.
    """
    named = os.environ.get("QUARTO")
    if named:
        path = shutil.which(named)
        version = _version(path) if path else None
        if version is None:
            raise ReportError(f"$QUARTO names {named}, which does not run: correct or unset it.")
        return Quarto(Path(path), version)
    for path in (shutil.which("quarto"), Path(sys.prefix) / "bin" / "quarto"):
        if path and Path(path).exists() and (version := _version(path)):
            return Quarto(Path(path), version)
    return None


def find_or_install() -> tuple[Quarto | None, str]:
    """Quarto if it can be had, and else one line that says why not."""
    found = find()
    if found is None and not _refused():
        found = _install()
    if found is None:
        return None, NOT_HERE
    if tuple(int(part) for part in re.findall(r"\d+", found.version)[:2]) < OLDEST:
        wanted = ".".join(str(part) for part in OLDEST)
        return None, f"Quarto {found.version} is older than {wanted}."
    return found, ""


def render(
    quarto: Quarto, book: Book, out: Path, texts: dict[str, str], *, paper: bool = True
) -> None:
    """Render site and PDF into `out` from chapters that have been run.

    Raises
    ------
    ReportError
        With Quarto's own words if it fails.
    """
    _sweep(book)
    freeze(book.root, texts)
    only = [] if paper else ["--to", "html"]
    _run(quarto, book, [str(book.root), "--output-dir", str(out), *only], PLAIN)


def render_pages(quarto: Quarto, book: Book, texts: dict[str, str], pages: list[str]) -> None:
    """Render some chapters' pages where they stand.

    Raises
    ------
    ReportError
        With Quarto's own words if it fails.
    """
    freeze(book.root, texts)
    for page in pages:
        _run(quarto, book, [page, "--to", "html", "--use-freezer"])


# Asked for where a letter has no font here: a name must not cost readers the whole PDF.
PLAIN = ("-M", "pdf-standard:1.7")


def _run(quarto: Quarto, book: Book, given: list[str], plainer: tuple[str, ...] = ()) -> None:
    environment = os.environ | {
        "QUARTO_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
        EPOCH: str(int(made_at().timestamp())),
        "LC_ALL": LOCALE,
    }
    said: list[str] = []
    process = subprocess.Popen(
        shepherded([str(quarto.program), "render", *given]),
        cwd=book.root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        for raw in process.stdout:
            line = TERMINAL_CODES.sub("", raw).rstrip()
            said.append(line)
            if re.match(r"\[\s*\d+/\d+\]", line):
                print(f"  {line}", flush=True)
    except BaseException:
        process.terminate()
        raise
    finally:
        process.wait()
    if process.returncode and plainer and any(GLYPH in line for line in said):
        first = next(line for line in said if GLYPH in line)
        print(f"  the PDF is not accessible to all: {first}", file=sys.stderr)
        return _run(quarto, book, [*given, *plainer])
    if process.returncode:
        print("\n".join(said), file=sys.stderr)
        raise ReportError(_reason(said, book))
    if lost := [line for line in said if re.match(r"\s*\[WARNING\]|WARNING?:", line)]:
        print("\n".join(f"  {line}" for line in lost), file=sys.stderr)


def _sweep(book: Book) -> None:
    """Remove what a run of Quarto that was ended has left beside the chapters."""
    for chapter in book.chapters:
        source = book.root / chapter.source
        shutil.rmtree(source.with_name(f"{source.stem}_files"), ignore_errors=True)
        source.with_suffix(".quarto_ipynb").unlink(missing_ok=True)


def _reason(said: list[str], book: Book) -> str:
    """One sentence out of what Quarto printed while failing."""
    chapter = ""
    for line in said:
        for known in book.chapters:
            if known.source in line:
                chapter = known.source
    cells = [line for line in said if re.match(r"\s*Cell \d+/\d+", line)]
    labels = [found[1] for line in cells if (found := re.search(r":\s*'([\w-]+)'", line))]
    errors = [line for line in said if re.match(r"[A-Za-z_.]*(Error|Exception|Interrupt)\b", line)]
    last = errors[-1] if errors else next((line for line in reversed(said) if line.strip()), "")
    last = re.sub(r"^(ERROR|ReportError): ", "", last)
    place = chapter or "Quarto"
    if labels:
        place += f", chunk {labels[-1]}"
    return f"{place}: {last}"


def _version(path: str | Path) -> str | None:
    try:
        done = subprocess.run([str(path), "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _wanted() -> str:
    return digest(REQUIREMENTS.read_text(encoding="utf-8"))


def _refused() -> bool:
    return REFUSED.is_file() and REFUSED.read_text() == _wanted()


def _install() -> Quarto | None:
    print("  trying to install Quarto", flush=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--retries", "0"]
    command += ["--timeout", "15", "-r", str(REQUIREMENTS)]
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    found = find()
    if found is None:
        with contextlib.suppress(OSError):
            whole.write(REFUSED, _wanted())
    return found
