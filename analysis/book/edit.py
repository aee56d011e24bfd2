"""``make edit``: watch the sources, make what changed anew, and reload the page."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
import webbrowser
from functools import partial
from pathlib import Path

from analysis.book.serve import PORT, Quiet, server
from analysis.paths import BOOK, ROOT
from analysis.processes import end_with_parent, on_interrupt

WATCHED = (
    *("index.qmd", "_quarto.yml", "report/**/*.qmd", "report/*.bib", "report/theme/**/*"),
    *("report/filters/*", "analysis/**/*.py", "analysis/**/*.typ", "analysis/**/*.js"),
    *("analysis/**/*.yml", "data/*.csv", "data/surveys/*.yml"),
)
PAUSE = 0.2  # seconds between looks
CLIENT = (Path(__file__).parent / "edit.js").read_text(encoding="utf-8")
STATE, SCRIPT = "/.edit/state.json", "/.edit/script.js"
TAG = '<script src="{script}" data-built="{built}"></script>'


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``edit`` to the package's command line."""
    parser = subparsers.add_parser("edit", help="build, show, and reload pages as they change")
    parser.add_argument("--port", type=int, default=PORT, help=f"{PORT} unless given")
    parser.add_argument(
        "--preview",
        action="store_true",
        default=os.environ.get("REPORT_BUILD") == "preview",
        help="do not use Quarto even if it is here (also: REPORT_BUILD=preview)",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--out", type=Path, default=BOOK, help="another folder than _book/")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    edit(args.out.absolute(), port=args.port, preview=args.preview, browser=not args.no_browser)
    return 0


def edit(out: Path, *, port: int = PORT, preview: bool = False, browser: bool = True) -> None:
    """Build if needed, serve on loopback, and follow every change until interrupted.

    Parameters
    ----------
    out : Path
        The site's folder.
    port : int
        0 picks a free one.
    preview : bool
        Do not use Quarto even where there is one.
    browser : bool
        Open a browser where there is one.
    """
    state = {"built": 0.0, "building": False, "error": ""}
    builder = Builder(out, preview)
    try:
        before = snapshot()
        state |= builder.build()
        with server(out, port, partial(Page, state=state)) as running:
            threading.Thread(target=running.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{running.server_port}/"
            print(f"Showing {out} at {address} (Ctrl-C ends it)", flush=True)
            if browser:
                webbrowser.open(address)
            while True:
                time.sleep(PAUSE)
                now = snapshot()
                if names := changed(before, now):
                    before = now
                    print(f"Changed: {', '.join(sorted(names))}. Building …", flush=True)
                    state["building"] = True
                    anew = any(name.startswith("analysis/") for name in names)
                    state |= {"error": "", **builder.build(anew=anew), "building": False}
    except KeyboardInterrupt:
        print()
    finally:
        builder.end()


def snapshot(root: Path = ROOT) -> dict[str, tuple[int, int]]:
    """Time of change and size of every file that a page depends on."""
    files = {}
    for pattern in WATCHED:
        for path in root.glob(pattern):
            if path.is_file() and "__pycache__" not in path.parts:
                stat = path.stat()
                files[path.relative_to(root).as_posix()] = (stat.st_mtime_ns, stat.st_size)
    return files


def changed(before: dict, now: dict) -> set[str]:
    """Names of files that are new, gone or different."""
    return {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}


class Builder:
    """A process that builds on demand and keeps loaded what chapters import."""

    def __init__(self, out: Path, preview: bool) -> None:
        self.given = (str(out), preview)
        self._start()

    def _start(self) -> None:
        # Spawned, so that it imports the code as it is now.
        context = multiprocessing.get_context("spawn")
        self.here, there = context.Pipe()
        self.process = context.Process(target=_serve_builds, args=(there, *self.given))
        # It hears of Ctrl-C only once it can end without a word.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        self.process.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        there.close()

    def build(self, *, anew: bool = False) -> dict:
        """Build; `anew` if the package's own code has changed. Gives the new state."""
        if anew or not self.process.is_alive():
            self.end()
            self._start()
        start = time.perf_counter()
        try:
            self.here.send(None)
            message = self.here.recv()
        except (EOFError, OSError):
            message = {"error": "Python died while building; the console may say why."}
        took = f"{time.perf_counter() - start:.1f} s"
        print(
            f"error: {message['error']}" if "error" in message else f"Built in {took}.", flush=True
        )
        return message

    def end(self) -> None:
        """End the process and whatever it started."""
        self.here.close()
        self.process.join(timeout=5)
        if self.process.is_alive():
            self.process.terminate()
            self.process.join()


def _serve_builds(asked, out: str, preview: bool) -> None:
    """Build the site each time that something is asked, until nobody can ask any more."""
    on_interrupt(lambda *_: sys.exit(130))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    from analysis.book.build import build
    from analysis.errors import ReportError

    end_with_parent()
    while True:
        try:
            asked.recv()
        except EOFError:
            return
        try:
            build(preview=preview, out=Path(out), paper=False)
            message: dict = {"built": time.time()}
        except ReportError as fault:
            message = {"error": str(fault)}
        except Exception as fault:  # a fault of code that is being written: shown, not fatal
            message = {"error": f"{type(fault).__name__}: {fault}"}
        asked.send(message)


class Page(Quiet):
    """Pages with a script that asks for the state of the book and reloads them as it changes."""

    def __init__(self, *args, state: dict, **options) -> None:
        self.state = state
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        """Serve a file, the script, or the state of the book."""
        if self.path == SCRIPT:
            self._send(CLIENT.encode(), "text/javascript")
        elif self.path == STATE:
            self._send(json.dumps(self.state).encode(), "application/json")
        else:
            path = Path(self.translate_path(self.path))
            path = path / "index.html" if path.is_dir() else path
            if path.suffix == ".html" and path.is_file():
                tag = TAG.format(script=SCRIPT, built=self.state["built"])
                self._send(path.read_bytes() + tag.encode(), "text/html; charset=utf-8")
            else:
                super().do_GET()

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
