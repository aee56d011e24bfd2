"""The commands ``build``, ``serve`` and ``bench``."""

from __future__ import annotations

import argparse
import os

from analysis.paths import BOOK


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add the commands to the package's command line."""
    build = subparsers.add_parser("build", help="build the site and the PDF into _book/")
    build.add_argument(
        "--preview",
        action="store_true",
        default=os.environ.get("REPORT_BUILD") == "preview",
        help="do not use Quarto even if it is here (also: REPORT_BUILD=preview)",
    )
    build.add_argument("--force", action="store_true", help="build even if nothing has changed")
    build.set_defaults(run=_build)
    serve = subparsers.add_parser("serve", help="show _book/ on this machine alone")
    serve.add_argument("--port", type=int, default=8000, help="8000 unless given")
    serve.set_defaults(run=_serve)
    bench = subparsers.add_parser("bench", help="time builds and weigh pages")
    bench.add_argument("--preview", action="store_true", help="measure the preview build")
    bench.set_defaults(run=_bench)


def _build(args: argparse.Namespace) -> int:
    from analysis.publish.build.build import build

    build(preview=args.preview, force=args.force)
    return 0


def _serve(args: argparse.Namespace) -> int:
    from analysis.publish.build.serve import serve

    serve(BOOK, args.port)
    return 0


def _bench(args: argparse.Namespace) -> int:
    from analysis.publish.build.bench import bench

    bench(preview=args.preview)
    return 0
