"""The command line: `python -m analysis <command>`."""

from __future__ import annotations

import argparse
import errno
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

if not __package__:  # run by the folder's path, from any folder: python …/analysis scorecard …
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from analysis import __version__
from analysis.errors import ReportError

# Each command's module gives `register(subparsers)`. Modules are imported only when their
# command is named, so that help and short commands start at once.
COMMANDS = {
    "build": ("analysis.book.cli", "build the site and the PDF into _book/"),
    "brief": ("analysis.book.cli", "make the four pages of brief.pdf alone"),
    "edit": ("analysis.book.edit", "build, show, and reload pages as they change"),
    "serve": ("analysis.book.serve", "show _book/ on this machine alone"),
    "bench": ("analysis.book.bench", "time builds, edits and tests"),
    "scorecard": (
        "analysis.scorecard.cli",
        "build a poverty scorecard from a household survey, and use it",
    ),
    "replicate": (
        "analysis.mobility.replication.in_full",
        "run the original study's own search, which the report does not wait for",
    ),
    "data": ("analysis.data.cli", "list the raw data files and their state, or fetch them"),
}


ADVICE = {
    errno.ENOSPC: "free some space, then run the command again",
    errno.EDQUOT: "free some space, then run the command again",
    errno.EROFS: "work in a folder that can be written to",
    errno.EACCES: "give yourself permission to use it, or name another place",
    errno.EPERM: "give yourself permission to use it, or name another place",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, or 2 for a fault in what the user gave."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(given[0] if given else "")
    parsed = parser.parse_args(given)
    try:
        return parsed.run(parsed)
    except ReportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {_message(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def _message(error: OSError) -> str:
    """One sentence for what the machine refused: a full disk, a folder without permission."""
    where = f"{error.filename}: " if error.filename else ""
    advice = ADVICE.get(error.errno, "check that the file or folder can be used")
    return f"{where}{error.strerror or error}; {advice}."


def _parser(command: str) -> argparse.ArgumentParser:
    """Parser that knows every command by name and the given one in full."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description="Work on the report's data and results.",
        epilog="`python -m analysis <command> --help` explains a command.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(
        title="commands", dest="command", metavar="<command>", required=True
    )
    if command in COMMANDS:
        importlib.import_module(COMMANDS[command][0]).register(subparsers)
    for name, (_, words) in COMMANDS.items():
        if name not in subparsers.choices:
            subparsers.add_parser(name, help=words)
    return parser


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # so that a log tells of progress as it happens
    sys.exit(main())
