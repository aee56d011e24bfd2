"""``python -m analysis scorecard``: build a card, score households, check a specification."""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import replace
from pathlib import Path

from analysis import paths
from analysis.errors import ReportError
from analysis.scorecard.wording import NOT_OFFICIAL, counted, have
from analysis.store import atomic
from analysis.store.csv_text import as_csv

NAMED_ROWS = 20  # that can't be scored


def register(subparsers) -> None:
    """Add the ``scorecard`` command to a parser's commands."""
    parser = subparsers.add_parser(
        "scorecard",
        help="build a poverty scorecard from a household survey, and use it",
        description=f"Find poor households with ten questions. {NOT_OFFICIAL}.",
    )
    commands = parser.add_subparsers(
        title="commands", dest="action", metavar="<command>", required=True
    )
    _register_build(commands)
    _register_score(commands)
    check = commands.add_parser(
        "check", help="tell all that is wrong with a specification and its data"
    )
    check.add_argument("spec", metavar="SPEC", help="a .yml file or the name of a shipped one")
    check.set_defaults(run=run_check)
    _register_suggest(commands)
    _register_compare(commands)


def _register_build(commands) -> None:
    build = commands.add_parser("build", help="build a card from a survey and measure it")
    build.add_argument(
        "spec",
        metavar="SPEC",
        nargs="?",
        help="a .yml file or the name of a shipped one; by default wb-synthetic where its "
        "files are found, else simulated",
    )
    build.add_argument("--line", metavar="L", help="poverty line that the points are fitted for")
    build.add_argument("--questions", type=_whole(1, 30), default=10, metavar="N")
    build.add_argument(
        "--rule",
        choices=("exchange", "frequency"),
        default="exchange",
        help="how questions are chosen: by held-out prediction, with exchanges, or as in the "
        "paper by how many resamples of the elastic net keep them",
    )
    build.add_argument("--profile", choices=("quick", "full"), default="quick")
    build.add_argument(
        "--unit",
        choices=("cluster", "household"),
        default="cluster",
        help="what is resampled: enumeration areas within strata (right for the design) or "
        "single households",
    )
    build.add_argument(
        "--jobs", type=_whole(-1, 1024), default=-1, metavar="N", help="processes; -1: one a core"
    )
    build.add_argument("--dask", metavar="ADDRESS", help="run on this Dask scheduler instead")
    build.add_argument("--seed", type=_whole(0, 2**32 - 1), metavar="S")
    build.add_argument("--out", type=Path, metavar="DIR", help="default: results/scorecard/<name>")
    build.set_defaults(run=run_build)


def _register_score(commands) -> None:
    score = commands.add_parser("score", help="score households with a card")
    score.add_argument("card", type=Path, metavar="SCORECARD.json")
    score.add_argument(
        "answers", type=Path, metavar="ANSWERS",
        help="a .csv, .tsv, .txt, .xlsx, .dta, .sav or .parquet file with a column a question",
    )  # fmt: skip
    score.add_argument("--line", metavar="L", help="poverty line; by default the card's first")
    score.add_argument("--out", type=Path, metavar="FILE.csv", help="write the households here")
    score.add_argument(
        "--rejects", type=Path, metavar="FILE.csv",
        help="write what can't be scored here; default: beside --out or ANSWERS, as "
        "<name>-rejects.csv",
    )  # fmt: skip
    score.set_defaults(run=run_score)


def _register_suggest(commands) -> None:
    suggest = commands.add_parser(
        "suggest", help="draft a specification from a survey's files, to be confirmed by you"
    )
    suggest.add_argument(
        "files", type=Path, nargs="+", metavar="FILE",
        help="the household file and, if there are any, files with several rows a household",
    )  # fmt: skip
    suggest.add_argument("--out", type=Path, metavar="SPEC.yml", help="default: print it")
    suggest.set_defaults(run=run_suggest)


def _register_compare(commands) -> None:
    compare = commands.add_parser(
        "compare", help="measure a card on another survey, or on a later round of its own"
    )
    compare.add_argument("card", type=Path, metavar="SCORECARD.json")
    compare.add_argument("spec", metavar="SURVEY", help="a .yml file or the name of a shipped one")
    compare.add_argument("--out", type=Path, metavar="DIR", help="write the measures here")
    compare.set_defaults(run=run_compare)


def _whole(least: int, most: int):
    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not least <= number <= most or (least == -1 and number == 0):
            raise argparse.ArgumentTypeError(f"{number} is not from {least} to {most}")
        return number

    return parse


def run_build(args) -> int:
    """Build a card; print where its files are and how well it did."""
    from analysis.scorecard.build import run_study
    from analysis.scorecard.output.files import write_study
    from analysis.scorecard.output.summary import summary
    from analysis.scorecard.selection.runner import Runner
    from analysis.scorecard.settings import PROFILES
    from analysis.scorecard.survey.load import load_survey
    from analysis.scorecard.survey.shipped import default_spec
    from analysis.store.prune import prune

    spec = args.spec or default_spec()
    warnings: list[str] = []
    survey = load_survey(spec, questions=args.questions, warnings=warnings)
    settings = replace(
        PROFILES[args.profile], rule=args.rule, questions=args.questions, unit=args.unit
    )
    if args.seed is not None:
        settings = replace(settings, seed=args.seed)
    known = [line.name for line in survey.lines]
    if args.line is not None and args.line not in known:
        raise ReportError(f"The survey has no line {args.line!r}; it has {', '.join(known)}.")
    folder = args.out or paths.RESULTS / "scorecard" / survey.name
    if folder.exists() and not folder.is_dir():
        raise ReportError(f"{folder} is a file; give --out a folder.")
    print(f"{survey.title}: {len(survey):,} households, {len(survey.items)} candidate questions")
    for words in [*_notes(survey), *(f"caution: {words}" for words in warnings)]:
        print(words)
    signal.signal(signal.SIGTERM, _terminated)
    study = run_study(
        survey, settings, line=args.line, runner=Runner(jobs=args.jobs, dask=args.dask)
    )
    written = write_study(study, folder)
    prune()
    print(summary(study))
    print(f"Written to {folder}: {', '.join(path.name for path in written)}")
    return 0


def _terminated(*_) -> None:
    """Ends as an interrupt does, so that workers are ended too."""
    raise KeyboardInterrupt


def _notes(survey) -> list[str]:
    notes = [f"{NOT_OFFICIAL}."]
    if survey.notice:
        notes.append(survey.notice)
    if not survey.tested:
        notes.append("This specification is untested: check every column and code.")
    return [*notes, *survey.notes]


def run_score(args) -> int:
    """Score households; print the group's headcount, and the households unless written."""
    from analysis.scorecard.card.card import read_card
    from analysis.scorecard.card.score import score_file
    from analysis.scorecard.output.files import write_table

    card = read_card(args.card)
    scored = score_file(card, args.answers, args.line)
    if args.out is None:
        print(as_csv(scored.households), end="")
    else:
        atomic.make(args.out, lambda path: write_table(scored.households, path))
    report = sys.stderr if args.out is None else sys.stdout
    _name_rejects(scored, args, report)
    number = counted(len(scored.households))
    print(f"Poor by the line {scored.line}, {number}:", file=report)
    if scored.nowhere:
        print(f"  {have(scored.nowhere)} no region: the country's lookup is used", file=report)
    for count in scored.headcounts:
        low, high = count.interval()
        print(
            f"  share of {count.of}: {count.rate:.1%}, standard error {count.group_error:.1%} "
            f"({low:.1%} to {high:.1%}) for these households; "
            f"{count.population_error:.1%} as a simple random sample of more",
            file=report,
        )
    for words in (card.notice, *card.notes, f"{NOT_OFFICIAL}."):
        if words:
            print(words, file=report)
    return 0


def run_check(args) -> int:
    """Print every error and warning; 0 if there is no error, else 2."""
    from analysis.scorecard.survey.load import examine

    survey, issues = examine(args.spec)
    for error in issues.errors:
        print(f"fault: {error}")
    for warning in issues.warnings:
        print(f"caution: {warning}")
    if issues.errors:
        count = len(issues.errors)
        them = "it" if count == 1 else "them"
        print(f"{counted(count, 'fault')}; mend {them} before a build.")
        return 2
    print(
        f"{survey.title}: {counted(len(survey))} in {counted(len(survey.regions), 'region')}, "
        f"{counted(len(survey.items), 'candidate question')}, "
        f"{'line' if len(survey.lines) == 1 else 'lines'} "
        f"{', '.join(line.name for line in survey.lines)}. Nothing is wrong"
        f"{', but read the cautions' if issues.warnings else ''}."
    )
    for words in _notes(survey):
        print(words)
    return 0


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


def _name_rejects(scored, args, report) -> None:
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
