"""Time what people wait for: a whole build, a changed sentence, a changed chunk, the tests.

Everything is done in a copy of the project, so that no cache of the author's is
lost or used.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.book.quarto import quarto
from analysis.errors import ReportError
from analysis.paths import RAW, RESULTS, ROOT

LEFT_OUT = (".git", ".venv", ".quarto", "_book", "_freeze", "results", "raw", "processed")
CHAPTER = "report/the-question.qmd"
EDITS = {
    "sentence": {"\n## ": "\nA sentence that tells the time.\n\n## "},
    "chunk": {
        "#| include: false\n": "#| include: false\nhour = 'now'\n",
        "tells the time.": "tells the `{python} hour`.",
    },
}
BUILT = re.compile(r"Built in ([\d.]+) s|(error: .*)")


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``bench`` to the package's command line."""
    parser = subparsers.add_parser("bench", help="time builds, edits and tests")
    parser.add_argument("--preview", action="store_true", help="leave Quarto's builds out")
    parser.add_argument("--simulated", action="store_true", help="a build on simulated data too")
    parser.add_argument("--tests", action="store_true", help="the tests too")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    rows = {}
    with TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(*LEFT_OUT))
        for what, seconds in _rows(project, args):
            rows[what] = seconds
            print(f"{what:<52} {seconds:7.1f} s", flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "bench.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


def _rows(project: Path, args: argparse.Namespace) -> Iterator[tuple[str, float]]:
    build = [sys.executable, "-m", "analysis", "build"]
    preview = [*build, "--preview"]
    yield "cold build, preview", _seconds(preview, project)
    yield "nothing changed", _seconds(preview, project)
    yield from _edits(project, "preview", "--preview")
    if not args.preview and quarto.find():
        yield "the same with Quarto, chapters run", _seconds(build, project)
        shutil.rmtree(project / "data" / "processed")
        yield "cold build, Quarto", _seconds([*build, "--force"], project)
        yield from _edits(project, "Quarto")
    if args.simulated:
        yield "cold build, preview, simulated", _seconds(preview, project, REPORT_DATA="")
    if args.tests:
        yield "make test", _seconds(["make", "test"], ROOT)


def _environment(**settings: str) -> dict[str, str]:
    """Variables for the copy: the raw data are those of the project itself."""
    folders = [str(RAW), *filter(None, [os.environ.get("REPORT_DATA")])]
    there = os.pathsep.join(part for part in folders if Path(part).is_dir())
    return {**os.environ, "REPORT_DATA": there, **settings}


def _seconds(command: list[str], folder: Path, **settings: str) -> float:
    """How long a command takes."""
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=_environment(**settings), capture_output=True, text=True
    )
    if done.returncode:
        raise ReportError(f"{' '.join(command)} failed: {(done.stderr or done.stdout)[-300:]}")
    return time.perf_counter() - start


def _edits(project: Path, build: str, *options: str) -> Iterator[tuple[str, float]]:
    """From noticing that a file was saved to having its page anew, as `edit` says."""
    chapter = project / CHAPTER
    before = text = chapter.read_text(encoding="utf-8")
    command = [sys.executable, "-m", "analysis", "edit", "--no-browser", "--port", "0", *options]
    with subprocess.Popen(
        command, cwd=project, env=_environment(), stdout=subprocess.PIPE, text=True
    ) as editing:
        try:
            _built(editing)
            for what, changes in EDITS.items():
                for old, new in changes.items():
                    text = text.replace(old, new, 1)
                time.sleep(1)  # until it looks for changes
                chapter.write_text(text, encoding="utf-8")
                yield f"one changed {what}, {build}", _built(editing)
        finally:
            editing.terminate()
            chapter.write_text(before, encoding="utf-8")


def _built(editing: subprocess.Popen) -> float:
    """Seconds of the next build of `edit`."""
    for line in editing.stdout:
        if match := BUILT.search(line):
            if match[2]:
                break
            return float(match[1])
    raise ReportError("edit ended, or could not build the chapter.")
