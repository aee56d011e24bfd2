"""Show the built site on this machine alone."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from analysis.errors import ReportError
from analysis.paths import BOOK

LOOPBACK = "127.0.0.1"
PORT = 8000


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``serve`` to the package's command line."""
    parser = subparsers.add_parser("serve", help="show _book/ on this machine alone")
    parser.add_argument("--port", type=int, default=PORT, help=f"{PORT} unless given")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    serve(BOOK, args.port)
    return 0


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word for each."""

    def log_message(self, *args: object) -> None:
        """Say nothing for each request."""

    def send_head(self):
        """Serve what lies in the folder: no list of files, and no link that leads out of it."""
        try:
            path = Path(self.translate_path(self.path)).resolve()
            inside = path.is_relative_to(Path(self.directory).resolve())
            listed = path.is_dir() and not (path / "index.html").is_file()
        except (OSError, ValueError):  # a name that can be no file's
            inside = listed = False
        if listed or not inside:
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def end_headers(self) -> None:
        """Have browsers ask each time: a style sheet may have changed since the last build."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


class Patient(ThreadingHTTPServer):
    """Takes a reader who leaves before the answer is whole for no fault."""

    def handle_error(self, request, client_address) -> None:
        """Say nothing of a connection that the other side has closed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def server(folder: Path, port: int = PORT, handler: Callable = Quiet) -> ThreadingHTTPServer:
    """A server of a folder that only this machine reaches; port 0 picks a free one.

    Raises
    ------
    ReportError
        If nothing is built, or the port is taken or not allowed.
    """
    if not (folder / "index.html").is_file():
        raise ReportError(f"There is no site in {folder}: build it first (make report).")
    try:
        return Patient((LOOPBACK, port), partial(handler, directory=str(folder)))
    except (OSError, OverflowError) as fault:
        taken = getattr(fault, "errno", None) == errno.EADDRINUSE
        why = "is in use already" if taken else "can't be used"
        raise ReportError(
            f"Port {port} {why}: give another one, for example make serve PORT=8123."
        ) from None


def serve(folder: Path, port: int = PORT) -> None:
    """Serve until interrupted."""
    with server(folder, port) as running:
        print(f"Showing {folder} at http://{LOOPBACK}:{running.server_port}/ (Ctrl-C ends it)")
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            print()
