"""Find Quarto, or try to get it, and have it render the book."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.book.manuscript.book import CONFIG, Book
from analysis.book.manuscript.pandoc import LOCALE
from analysis.book.preview.paper import GLYPH
from analysis.book.quarto.freeze import freeze
from analysis.book.sharing.pictures import DRAWING
from analysis.errors import ReportError
from analysis.paths import ROOT
from analysis.processes import shepherded
from analysis.store import atomic
from analysis.store.cache import get, make_key, put
from analysis.store.clock import EPOCH, made_at

OLDEST = (1, 9)
REQUIREMENTS = ROOT / "requirements-quarto.txt"
# Kind and key of what says that installing failed, so that it isn't tried at each build.
REFUSED = ("build", "quarto-refused")
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
    program = find()
    if program is None and get(*REFUSED) != _wanted():
        program = _install()
    if program is None:
        return None, NOT_HERE
    if tuple(int(part) for part in re.findall(r"\d+", program.version)[:2]) < OLDEST:
        wanted = ".".join(str(part) for part in OLDEST)
        return None, f"Quarto {program.version} is older than {wanted}."
    return program, ""


def render(
    quarto: Quarto,
    book: Book,
    out: Path,
    texts: dict[str, str],
    *,
    drawn: Callable[[], object],
    paper: bool = True,
    strict: bool = False,
) -> None:
    """Render site and PDF into `out`, side by side, from chapters that have been run.

    Parameters
    ----------
    drawn : callable
        Waits until the figures are drawn, which the PDF needs and pages do not.

    Raises
    ------
    ReportError
        With Quarto's own words if it fails, or if it warns and `strict` is true.
    """
    freeze(book.root, texts)
    ended = threading.Event()

    def make_pdf() -> list[str]:
        drawn()
        return [] if ended.is_set() else _render_paper(quarto, book, out, texts)

    with ThreadPoolExecutor(1) as beside:
        pdf = beside.submit(make_pdf) if paper else None
        try:
            warned = _run(quarto, book, [str(book.root), "--output-dir", str(out), *HTML])
        except BaseException:
            ended.set()
            _end_all()
            raise
        warned += pdf.result() if pdf else []
    if warned:
        count = f"Quarto gave {len(warned)} warning{'s' if len(warned) > 1 else ''}"
        if strict:
            raise ReportError(f"{count}: mend what they name.")
        print(f"  {count}; see above.", file=sys.stderr)


def _render_paper(quarto: Quarto, book: Book, out: Path, texts: dict[str, str]) -> list[str]:
    """Make the PDF in a copy of the project: beside its chapters Quarto leaves files of a run.

    The copy stands outside the project, all of whose folders Quarto walks when it makes pages.
    """
    with atomic.scratch(Path(tempfile.gettempdir()), "report-pdf") as folder:
        copy = replace(book, root=folder)
        settings = (book.root / CONFIG).read_text(encoding="utf-8")
        (copy.root / CONFIG).write_text(_HOOK.sub("", settings), encoding="utf-8")
        shutil.copytree(book.root / "report", copy.root / "report")
        for name in ("index.qmd", *DRAWING.findall("".join(texts.values()))):
            (copy.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(book.root / name, copy.root / name)
        freeze(copy.root, texts)
        warned = _run(quarto, copy, [".", "--to", "typst", "--output-dir", "."], PLAIN)
        name = f"{book.output_file}.pdf"
        out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy.root / name, out / name)
    return warned


def render_pages(quarto: Quarto, book: Book, texts: dict[str, str], pages: list[str]) -> None:
    """Render some chapters' pages where they stand.

    Raises
    ------
    ReportError
        With Quarto's own words if it fails.
    """
    freeze(book.root, texts)
    for page in pages:
        _run(quarto, book, [page, *HTML, "--use-freezer"])


HTML = ("--to", "html")
# Asked for where a letter has no font here: a name must not cost readers the whole PDF.
PLAIN = ("-M", "pdf-standard:1.7")
PROGRESS = re.compile(r"\[\s*\d+/\d+\] (\S+)")
WARNING = re.compile(r"\s*(?:\[WARNING\]|WARN(?:ING)?:|WARN(?:ING)? \([^)]*\)|\(W\))\s*(.*)")
_HOOK = re.compile(r"^ *(?:pre|post)-render:.*\n", re.MULTILINE)
_running: list[subprocess.Popen] = []
# Typst checks the standard itself; this second check is for those who have the program.
NO_WARNING = "verapdf is not installed"


def _run(quarto: Quarto, book: Book, given: list[str], plainer: tuple[str, ...] = ()) -> list[str]:
    """Run ``quarto render``; the warnings that it gave, each with the file that it was at."""
    environment = os.environ | {
        "QUARTO_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
        "REPORT_HOOKS": "off",
        EPOCH: str(int(made_at().timestamp())),
        "LC_ALL": LOCALE,
    }
    lines: list[str] = []
    _running.append(
        process := subprocess.Popen(
            shepherded([str(quarto.program), "render", *given]),
            cwd=book.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    )
    try:
        for raw in process.stdout:
            line = TERMINAL_CODES.sub("", raw).rstrip()
            lines.append(line)
            if PROGRESS.match(line) and HTML[1] in given:
                print(f"  {line}", flush=True)
    except BaseException:
        process.terminate()
        raise
    finally:
        process.wait()
        _running.remove(process)
        _sweep(book)
    if process.returncode and plainer and any(GLYPH in line for line in lines):
        first = next(line for line in lines if GLYPH in line)
        print(f"  the PDF is not accessible to all: {first}", file=sys.stderr)
        return _run(quarto, book, [*given, *plainer])
    if process.returncode:
        print("\n".join(lines), file=sys.stderr)
        raise ReportError(_reason(lines))
    warned = warnings(lines, given[0])
    for words in warned:
        print(f"  warning: {words}", file=sys.stderr)
    return warned


def _end_all() -> None:
    for process in list(_running):
        process.terminate()


def warnings(lines: list[str], place: str) -> list[str]:
    """What Quarto warned of, each with the file that it was at.

    Parameters
    ----------
    said : list of str
        Lines that it printed.
    place : str
        What it was at before it named a file.
    """
    messages = []
    for at, line in enumerate(lines):
        if progress := PROGRESS.match(line):
            place = progress[1]
        elif warning := WARNING.match(line):
            # Some warnings say what they are about in the next line.
            words = warning[1] or (lines[at + 1].strip() if at + 1 < len(lines) else "")
            if NO_WARNING not in words:
                messages.append(f"{place}: {words}")
    return messages


def _sweep(book: Book) -> None:
    """Remove what Quarto leaves beside the chapters where it fails or is ended."""
    for chapter in book.chapters:
        source = book.root / chapter.source
        shutil.rmtree(source.with_name(f"{source.stem}_files"), ignore_errors=True)
        source.with_suffix(".quarto_ipynb").unlink(missing_ok=True)
    for left in (book.root / "index.typ", book.root / f"{book.output_file}.typ"):
        left.unlink(missing_ok=True)


def _reason(lines: list[str]) -> str:
    """One sentence out of what Quarto printed while failing."""
    place = next(
        (match[1] for line in reversed(lines) if (match := PROGRESS.match(line))), "Quarto"
    )
    errors = [line for line in lines if re.match(r"[A-Za-z_.]*(Error|Exception|Interrupt)\b", line)]
    last = errors[-1] if errors else next((line for line in reversed(lines) if line.strip()), "")
    return f"{place}: {re.sub(r'^(ERROR|ReportError): ', '', last)}"


def _version(path: str | Path) -> str | None:
    try:
        done = subprocess.run([str(path), "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _wanted() -> bytes:
    """What has to be installed: these very requirements, into this very environment."""
    return make_key(REQUIREMENTS.read_text(encoding="utf-8"), sys.prefix).encode()


def _install() -> Quarto | None:
    print("  trying to install Quarto", flush=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--retries", "0"]
    command += ["--timeout", "15", "-r", str(REQUIREMENTS)]
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    program = find()
    if program is None:
        with contextlib.suppress(OSError):
            put(*REFUSED, _wanted())
    return program
