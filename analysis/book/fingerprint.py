"""Hashes of what a build is made from, so that nothing unchanged is done again."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path

from analysis.book.manuscript.book import Book
from analysis.paths import ROOT
from analysis.publish.chapter.holds import count_claims
from analysis.publish.figures.style import tokens
from analysis.store.cache import code_mark, keys, make_key
from analysis.store.clock import made_at
from analysis.store.reach import fingerprint, fingerprint_of, reaches

RESULT_COLUMNS = "analysis/publish/results/*.yml"
CODE = (
    *(
        "analysis/**/*.py",
        "analysis/**/*.pyi",
        "analysis/**/*.typ",
        "data/*.csv",
        "data/surveys/*.yml",
        "requirements.txt",
    ),
    *("analysis/publish/**/*.js", "report/theme/finder/*", "report/theme/calculator/*"),
    RESULT_COLUMNS,
)
IN_FULL = ("agreement", "converged_choice")
LOOK = ("report/theme/**/*", "report/filters/*", "report/*.bib", "_quarto.yml")
# Of these, what Quarto writes into its pages; the others are copied, cited or for paper.
FRAME = ("report/theme/quarto/*", "report/filters/*", "_quarto.yml")


def of_files(paths: Iterable[Path], root: Path) -> str:
    """A hash of the names and contents of files."""
    parts: list[object] = []
    for path in sorted(set(paths)):
        if path.is_file():
            parts += [path.relative_to(root).as_posix(), path.read_bytes()]
    return make_key(*parts)


def of_code(root: Path = ROOT) -> str:
    """A hash of everything that a chapter's chunks run: code, its look, its packages."""
    files = [path for pattern in CODE for path in root.glob(pattern)]
    return make_key(of_files(files, root), platform.python_version())


def of_surroundings(root: Path = ROOT) -> str:
    """A hash of what chunks use beside Python code: packages, the widgets' scripts."""
    files = [path for pattern in CODE if not pattern.endswith(".py") for path in root.glob(pattern)]
    return make_key(of_files(files, root), platform.python_version())


def of_chapter(code: str) -> str:
    """A hash of all of this package that a chapter's code can reach.

    A chapter that counts the guarded sentences depends on their number as well, one
    that says the date on the date, and one that draws on the colors.
    """
    counted = count_claims() if count_claims.__name__ in code else 0
    dated = made_at() if made_at.__name__ in code else ""
    try:
        colors = sorted(tokens().items()) if reaches(code, tokens) else ""
        return make_key(fingerprint_of(code), counted, dated, colors)
    except SyntaxError:  # found, and told with its line, when the chapter runs
        return ""


def of_results() -> str:
    """A hash of all the code behind the results files."""
    return make_key(
        fingerprint("analysis.publish.results.fits", "fit_all"),
        fingerprint("analysis.publish.results.result_files", "write_all"),
        of_files(ROOT.glob(RESULT_COLUMNS), ROOT),
    )


def of_data() -> str:
    """A hash of the sample asked for and of every raw file and survey that was found."""
    from analysis.data.locate import file_states
    from analysis.scorecard.survey.shipped import default_files

    known = [(file.name, file.sha256) for file in file_states()]
    surveys = [(path.name, make_key(path.read_bytes())) for path in default_files()]
    return make_key(os.environ.get("REPORT_SAMPLE", ""), *known, *surveys, *replicated())


def replicated() -> list[str]:
    """Names of the results of `make replicate` with this code: a chapter shows them."""
    names = [f"analysis.mobility.replication.published_call.{name}" for name in IN_FULL]
    return [key for name in names for key in keys(name, f"{code_mark(name)}-*")]


def of_look(root: Path, patterns: Iterable[str] = LOOK) -> str:
    """A hash of everything but the chapters that shapes their pages."""
    return of_files([path for pattern in patterns for path in root.glob(pattern)], root)


def of_text(book: Book) -> str:
    """A hash of the chapters as they are written."""
    return of_files([book.root / source for source in book.sources], book.root)
