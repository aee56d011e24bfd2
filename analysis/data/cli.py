"""The command `data`: list the raw files, or get them."""

from __future__ import annotations

import argparse
import textwrap

from analysis import paths
from analysis.data.fetching import fetch
from analysis.data.locate import BROKEN, MISSING, FileState, file_states, search_folders
from analysis.data.registry import FILES
from analysis.errors import ReportError

_HEADINGS = ("file", "state", "bytes", "used for", "found in")


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add the command `data` to the command line."""
    parser = subparsers.add_parser(
        "data",
        help="list the raw data files and their state, or fetch them",
        description=textwrap.dedent(
            """\
            List the raw data files: where each was found, whether its checksum is the known
            one, and what it is used for. Files are looked for in data/raw and then in the
            folders of $REPORT_DATA (several are separated as in $PATH). Without the workbook
            the report is built on simulated data."""
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=_list)
    actions = parser.add_subparsers(title="actions", metavar="[action]")
    fetcher = actions.add_parser(
        "fetch",
        help="download the files that are missing",
        description="Download the files that are missing into data/raw.",
    )
    fetcher.add_argument(
        "names",
        nargs="*",
        metavar="file",
        help=f"files to get; all by default ({', '.join(file.name for file in FILES)})",
    )
    fetcher.set_defaults(run=_fetch)


def _list(arguments: argparse.Namespace) -> int:
    folders = search_folders()
    states = file_states()
    print(as_table([_HEADINGS, *(_row(state) for state in states)]))
    print("\nlooked in: " + ", ".join(str(folder) for folder in folders))
    for state in states:
        if state.note:
            print(f"{state.name}: {state.note}")
    if any(state.state == MISSING for state in states):
        print("`python -m analysis data fetch` gets what is missing.")
    return 2 if any(state.state == BROKEN for state in states) else 0


def _fetch(arguments: argparse.Namespace) -> int:
    by_name = {file.name: file for file in FILES}
    for name in arguments.names:
        if name not in by_name:
            raise ReportError(f"There is no raw file {name!r}: choose among {', '.join(by_name)}.")
    result = fetch([by_name[name] for name in arguments.names] or FILES)
    for name in result.present:
        print(f"{name}: here already")
    for name in result.fetched:
        print(f"{name}: downloaded into {paths.RAW}")
    for name, clause in result.by_hand.items():
        print(f"{name}: has no direct address; {clause} (its place is {paths.RAW})")
    if result.failed:
        raise ReportError(" ".join(result.failed.values()))
    return 0


def _row(state: FileState) -> tuple[str, ...]:
    return (
        state.name,
        state.state,
        "" if state.bytes is None else f"{state.bytes:,}",
        state.file.purpose,
        "" if state.path is None else str(state.path.parent),
    )


def as_table(rows: list[tuple[str, ...]]) -> str:
    """Set rows of text in columns, with a rule under the first row."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
