"""Time what people wait for: a whole build, a changed sentence, a changed chunk, the tests.

Everything is done in a copy of the project, so that no cache of the author's is
lost or used.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.book.assets.chromium import MISSING
from analysis.book.quarto import quarto
from analysis.errors import ReportError
from analysis.paths import RAW, RESULTS, ROOT
from analysis.publish.drawing.browser import find_chromium

LEFT_OUT = (".git", ".venv", ".quarto", "_book", "_freeze", "results", "raw", "processed")
CHAPTER, PAGE = "report/the-question.qmd", "report/the-question.html"
SLOWEST = 5
EDITS = (
    ("sentence", {"\n## ": "\nA sentence that tells the time.\n\n## "}, "tells the time"),
    ("chunk", {"#| include: false\n": "#| include: false\ntold = 'the hour'\n",
               "the time.": "`{python} told`."}, "tells the hour"),
)  # fmt: skip
SLOW_TEST = re.compile(r"^([\d.]+s) (?:call|setup) +(\S+)", re.MULTILINE)
PATIENCE = 120_000  # milliseconds
PR_SET_CHILD_SUBREAPER = 36  # of linux/prctl.h


@dataclass(frozen=True)
class Row:
    """Seconds on the clock and of processors (user and system, the whole process tree)."""

    what: str
    wall: float
    cpu: float | None = None


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``bench`` to the package's command line."""
    parser = subparsers.add_parser("bench", help="time builds, edits and tests")
    parser.add_argument("--preview", action="store_true", help="leave Quarto's builds out")
    parser.add_argument("--simulated", action="store_true", help="a build on simulated data too")
    parser.add_argument("--tests", action="store_true", help="the tests too")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    rows, fits = [], {}
    with TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(*LEFT_OUT))
        for row in _rows(project, args):
            fits = _seconds(project) if not rows else fits  # of the real data
            rows.append(row)
            cpu = "" if row.cpu is None else f"{row.cpu:8.0f} CPU s"
            print(f"{row.what:<52} {row.wall:7.1f} s {cpu}", flush=True)
    slowest = sorted(fits.items(), key=lambda fit: -fit[1])[:SLOWEST]
    print("Slowest fits: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in slowest))
    RESULTS.mkdir(exist_ok=True)
    told = {"rows": [asdict(row) for row in rows], "slowest fits": dict(slowest)}
    (RESULTS / "bench.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    return 0


def _rows(project: Path, args: argparse.Namespace) -> Iterator[Row]:
    yield _command("cold build, preview", project, "build", "--preview")
    yield _command("nothing changed", project, "build", "--preview")
    yield from _edits(project, "preview", "--preview")
    if not args.preview and quarto.find():
        yield _command("the same with Quarto, chapters run", project, "build")
        shutil.rmtree(project / "data" / "processed")
        yield _command("cold build, Quarto", project, "build", "--force")
        yield from _edits(project, "Quarto")
    if args.simulated:
        yield _command("cold build, preview, simulated", project, "build", "--preview", data="")
    yield from _rules(project)
    if args.tests:
        command = ["make", "test", f"ARGS=--durations={SLOWEST}"]
        row, said = _timed("make test", command, ROOT, os.environ)
        yield row
        print("Slowest tests: " + ", ".join(" ".join(found) for found in SLOW_TEST.findall(said)))


def _rules(project: Path) -> Iterator[Row]:
    """The scorecard's rules on the simulated survey: the default one beside the paper's."""
    command = [sys.executable, "-m", "tests.benchmarks.scorecard", "--rules"]
    _, said = _timed("rules of the scorecard", command, project, _environment())
    for rule, seconds in json.loads(said.strip().splitlines()[-1]).items():
        yield Row(f"scorecard, simulated survey, quick, rule {rule}", seconds)


def _command(what: str, project: Path, *words: str, data: str | None = None) -> Row:
    command = [sys.executable, "-m", "analysis", *words]
    return _timed(what, command, project, _environment(data))[0]


def _environment(data: str | None = None) -> dict[str, str]:
    """Variables for the copy: the raw data are those of the project itself."""
    folders = [str(RAW), *filter(None, [os.environ.get("REPORT_DATA")])]
    found = os.pathsep.join(part for part in folders if Path(part).is_dir())
    return {**os.environ, "REPORT_DATA": found if data is None else data}


def _timed(what: str, command: list[str], folder: Path, environment: dict) -> tuple[Row, str]:
    """Run a command: what it took, and what it said."""
    _adopt_orphans()
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    wall = time.perf_counter() - start
    with suppress(ChildProcessError):  # when none is left
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise ReportError(f"{what}: it failed: {words[-1] if words else 'without a word'}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Row(what, wall, cpu), done.stdout


def _edits(project: Path, build: str, *options: str) -> Iterator[Row]:
    """From saving a file to seeing the change in an open page."""
    chapter = project / CHAPTER
    text = before = chapter.read_text(encoding="utf-8")
    with _editing(project, *options) as address, _page(address + PAGE) as page:
        for what, changes, seen in EDITS:
            for old, new in changes.items():
                text = text.replace(old, new, 1)
            start = time.perf_counter()
            chapter.write_text(text, encoding="utf-8")
            page.get_by_text(seen).wait_for(timeout=PATIENCE)
            yield Row(f"one changed {what}, seen in the browser, {build}",
                      time.perf_counter() - start)  # fmt: skip
    chapter.write_text(before, encoding="utf-8")


def _adopt_orphans() -> None:
    """Have processes whose parent ends become this one's: only then is their time counted.

    What a build forks (fits, chapters, the browser) outlives it by a moment. Linux alone can do
    this; elsewhere the processor seconds are too few.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


@contextmanager
def _editing(project: Path, *options: str) -> Iterator[str]:
    """`edit` on the copy, and its address once it serves."""
    said = project / "edit.txt"
    command = [sys.executable, "-m", "analysis", "edit", "--no-browser", "--port", "0", *options]
    with said.open("w") as output:
        process = subprocess.Popen(
            command, cwd=project, env=_environment(), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        while not (found := re.search(r"at (http://\S+)", said.read_text())):
            if process.poll() is not None:
                raise ReportError(f"edit: it ended: {said.read_text().strip()[-200:]}")
            time.sleep(0.1)
        yield found[1]
    finally:
        process.terminate()  # Ctrl-C may be ignored, where the bench runs in the background
        process.wait()


@contextmanager
def _page(address: str):
    from playwright.sync_api import sync_playwright

    program = find_chromium()
    if program is None:
        raise ReportError(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        yield page
        browser.close()


def _seconds(project: Path) -> dict[str, float]:
    """How long each part of the fits took."""
    path = project / "data" / "processed" / "cache" / "seconds.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
