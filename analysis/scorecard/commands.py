"""More of ``python -m analysis scorecard``: draft a specification, measure a card again."""

from __future__ import annotations

import sys
from pathlib import Path

from analysis.errors import ReportError
from analysis.scorecard.wording import counted, have
from analysis.store import atomic

NAMED_ROWS = 20


def register_more(commands) -> None:
    """Add ``suggest`` and ``compare`` to the command's own commands."""
    suggest = commands.add_parser(
        "suggest", help="draft a specification from a survey's files, to be confirmed by you"
    )
    suggest.add_argument(
        "files", type=Path, nargs="+", metavar="FILE",
        help="the household file and, if there are any, files with several rows a household",
    )  # fmt: skip
    suggest.add_argument("--out", type=Path, metavar="SPEC.yml", help="default: print it")
    suggest.set_defaults(run=run_suggest)
    compare = commands.add_parser(
        "compare", help="measure a card on another survey, or on a later round of its own"
    )
    compare.add_argument("card", type=Path, metavar="SCORECARD.json")
    compare.add_argument("spec", metavar="SURVEY", help="a .yml file or the name of a shipped one")
    compare.add_argument("--out", type=Path, metavar="DIR", help="write the measures here")
    compare.set_defaults(run=run_compare)


def run_suggest(args) -> int:
    """Draft a specification; print it, or write it where there is no file yet."""
    from analysis.scorecard.draft.draft_spec import suggest

    if args.out is not None and args.out.exists():
        raise ReportError(f"{args.out} is there already; name another file with --out.")
    draft = suggest(args.files, beside=args.out.parent if args.out else Path("."))
    if args.out is None:
        print(draft.text, end="")
    else:
        atomic.write(args.out, draft.text)
        print(f"{args.out}: {counted(draft.questions, 'candidate question')}.")
    report = sys.stderr if args.out is None else sys.stdout
    print(f"Places to confirm or to fill in: {draft.places}; each is marked with CONFIRM or "
          "FILL_IN. Then: python -m analysis scorecard check", file=report)  # fmt: skip
    return 0


def run_compare(args) -> int:
    """Measure a card on the households of a survey that is not the one it was made from."""
    from analysis.scorecard.card.card import read_card
    from analysis.scorecard.evaluation.accuracy import Evaluation
    from analysis.scorecard.evaluation.other_survey import remeasure
    from analysis.scorecard.output.files import write_files

    card = read_card(args.card)
    measured = remeasure(card, args.spec)
    if args.out is not None:
        with atomic.folder(args.out, keep=True) as folder:
            written = write_files({Evaluation: measured.evaluation}, folder)
    print(measured.summary())
    if args.out is not None:
        print(f"Written to {args.out}: {', '.join(path.name for path in written)}")
    return 0


def name_rejects(scored, args, report) -> None:
    """Name the rows that could not be scored, and write them to a file of their own."""
    from analysis.scorecard.output.files import write_table

    rejects = scored.rejects
    if rejects.empty:
        return
    beside = args.out or args.answers
    path = args.rejects or beside.with_name(f"{beside.stem}-rejects.csv")
    atomic.make(path, lambda part: write_table(rejects, part))
    for row, why in list(zip(rejects["row"], rejects["why"], strict=True))[:NAMED_ROWS]:
        print(f"Row {row} is not scored: {why}", file=sys.stderr)
    more = len(rejects) - NAMED_ROWS
    if more > 0:
        print(f"… and {counted(more, 'more row')}.", file=sys.stderr)
    number = len(rejects)
    print(f"{have(number)} an answer that can't be scored: written to {path}", file=report)
