"""The commands ``build`` and ``brief``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from analysis.book.manuscript.book import BRIEF_NAME
from analysis.paths import BOOK


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``build`` and ``brief`` to the package's command line."""
    build = subparsers.add_parser("build", help="build the site and the PDF into _book/")
    build.add_argument(
        "--preview",
        action="store_true",
        default=os.environ.get("REPORT_BUILD") == "preview",
        help="do not use Quarto even if it is here (also: REPORT_BUILD=preview)",
    )
    build.add_argument("--out", type=Path, default=BOOK, help="another folder than _book/")
    build.add_argument("--force", action="store_true", help="build even if nothing has changed")
    build.add_argument(
        "--strict",
        action="store_true",
        help="end in an error if a guarded sentence does not hold for the data",
    )
    build.set_defaults(run=_build)
    brief = subparsers.add_parser("brief", help=f"make the four pages of {BRIEF_NAME} alone")
    brief.add_argument("--out", type=Path, default=BOOK, help="another folder than _book/")
    brief.set_defaults(run=_brief)


def _build(args: argparse.Namespace) -> int:
    from analysis.book.build import build

    build(preview=args.preview, out=args.out.absolute(), force=args.force, strict=args.strict)
    return 0


def _brief(args: argparse.Namespace) -> int:
    from analysis.book.build import build_brief

    build_brief(args.out.absolute())
    return 0
