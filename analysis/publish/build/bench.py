"""Time a cold, a warm and a one-sentence build, and weigh the first view of pages.

Everything is done in a copy of the project, so that no cache of the author's is
lost or used.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.errors import ReportError
from analysis.paths import RAW, ROOT
from analysis.publish.browser import find_chromium
from analysis.publish.build.book import read_book
from analysis.publish.build.chromium import MISSING
from analysis.publish.build.serve import server

LEFT_OUT = (".git", ".venv", ".quarto", "_book", "_freeze", "results", "raw", "processed")
SENTENCE = "\n\nA sentence that was added to see how long its page takes.\n"


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``bench`` to the package's command line."""
    parser = subparsers.add_parser("bench", help="time builds and weigh pages")
    parser.add_argument("--preview", action="store_true", help="measure the preview build")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    bench(preview=args.preview)
    return 0


def bench(*, preview: bool = False) -> None:
    """Print seconds of three builds, step by step, and bytes of a text and a figure page.

    Raises
    ------
    ReportError
        If a build fails, or there is no browser to weigh pages in.
    """
    with TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(*LEFT_OUT))
        _timed("Cold: nothing cached", project, preview)
        _timed("Warm: nothing changed", project, preview)
        chapter = project / read_book(project).chapters[1].source
        chapter.write_text(chapter.read_text(encoding="utf-8") + SENTENCE, encoding="utf-8")
        _timed(f"One sentence added to {chapter.name}", project, preview)
        _weigh(project)


def _timed(what: str, project: Path, preview: bool) -> None:
    command = [sys.executable, "-m", "analysis", "build", *(["--preview"] if preview else [])]
    folders = [str(RAW), *filter(None, [os.environ.get("REPORT_DATA")])]
    environment = {
        **os.environ,
        "REPORT_DATA": os.pathsep.join(part for part in folders if Path(part).is_dir()),
    }
    start = time.perf_counter()
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise ReportError(f"{what}: the build failed: {done.stderr.strip().splitlines()[-1]}")
    steps = done.stdout[done.stdout.index("Made with") :].rstrip()
    print(f"{what}: {seconds:.1f} s\n{steps}\n", flush=True)


def _weigh(project: Path) -> None:
    from playwright.sync_api import sync_playwright

    program = find_chromium()
    if program is None:
        raise ReportError(MISSING)
    site = project / "_book"
    pages = [chapter.page for chapter in read_book(project).chapters]
    drawn = {page: "report-figure" in (site / page).read_text(encoding="utf-8") for page in pages}
    mapped = {page: "report-map" in (site / page).read_text(encoding="utf-8") for page in pages}
    with server(site, 0) as running, sync_playwright() as playwright:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        address = f"http://127.0.0.1:{running.server_port}/"
        for page in pages:
            kind = "map" if mapped[page] else "figures" if drawn[page] else "text"
            size = _transferred(browser, address + page)
            print(f"First view of {page} ({kind}): {size / 1000:,.0f} kB", flush=True)
        browser.close()
        running.shutdown()


def _transferred(browser, address: str) -> int:
    """Bytes that come over the wire for a first view, without compression."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    context.close()
    return int(sum(sizes))
