"""The command ``brief``."""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.book.manuscript.book import BRIEF_NAME
from analysis.paths import BOOK


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``brief`` to the package's command line."""
    brief = subparsers.add_parser("brief", help=f"make the four pages of {BRIEF_NAME} alone")
    brief.add_argument("--out", type=Path, default=BOOK, help="another folder than _book/")
    brief.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from analysis.book.build import build_brief

    build_brief(args.out.absolute())
    return 0
