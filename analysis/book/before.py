"""All that pages are made from: fits, results files, chapters that have run, pictures.

Quarto runs this file before it renders (``pre-render`` in ``_quarto.yml``), so that plain
``quarto render`` and ``quarto preview`` give the same book as ``make report``, which does
all of it itself and tells this file to do nothing (``$REPORT_HOOKS``).
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

if __name__ == "__main__":
    if os.environ.get("REPORT_HOOKS") == "off":
        sys.exit()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    if find_spec("pandas") is None:
        sys.exit(
            f"error: {sys.executable} lacks the packages of requirements.txt: activate the "
            "environment that has them, or name its Python in $QUARTO_PYTHON."
        )

from analysis.book import fingerprint
from analysis.book.assets import chromium
from analysis.book.assets.prepare import (
    PLOTLY,
    SHAPES,
    prepare,
    write_edition,
)
from analysis.book.manuscript.book import BRIEF_NAME, Book, read_book
from analysis.book.place import alone
from analysis.book.quarto.freeze import freeze
from analysis.book.run.chapters import Woven, weave_book
from analysis.book.steps import Steps
from analysis.data.locate import accepted_files
from analysis.errors import ReportError
from analysis.paths import BOOK, CACHE, ROOT
from analysis.publish.drawing.render_svg import draw_waiting
from analysis.store.cache import make_key, mark_used, put
from analysis.store.stamp import read_stamp, write_stamp

RECORD = CACHE / "results.json"
"""What the results files were made from."""
READY = ("build", "ready")
"""Kind and key of what Quarto's pages were rendered from, for `after`."""
WITHOUT_DATA = (
    "simulated, since the raw files are neither in data/raw/ nor in the folders of $REPORT_DATA "
    "and could not be downloaded (data/README.md says where they come from)."
)


@dataclass(frozen=True)
class Surroundings:
    """What a build finds on the machine.

    Attributes
    ----------
    simulated : bool
        Whether the data are.
    state : str
        A hash of what all chapters use beside their own code.
    """

    simulated: bool
    state: str


@dataclass(frozen=True)
class Ready:
    """What pages are rendered from.

    Attributes
    ----------
    texts : dict of str
        Markdown by the chapter's path, with what its code gave.
    brief : str
        Markdown of the brief; empty if it was not made.
    failed : int
        Number of guarded sentences that do not hold.
    """

    texts: dict[str, str]
    brief: str
    failed: int


def look_around() -> Surroundings:
    """Find data and browser, and say what follows and how to change it."""
    simulated = _find_data()
    browser = chromium.find_or_install()
    if browser:
        os.environ.setdefault("BROWSER_PATH", str(browser))
    else:
        print(chromium.MISSING)
    print(f"Data:  {WITHOUT_DATA if simulated else 'real.'}", flush=True)
    for words in accepted_files():
        print(f"  {words}", flush=True)
    state = make_key(fingerprint.of_surroundings(), fingerprint.of_data(), browser is None)
    return Surroundings(simulated, state)


def make_ready(
    book: Book,
    state: str,
    steps: Steps,
    *,
    only: Sequence[str] | None = None,
    strict: bool = False,
) -> Ready:
    """Fit, write results and run chapters, each only where something has changed.

    Parameters
    ----------
    state : str
        See `Surroundings`.
    only : sequence of str, optional
        Paths of the chapters to run; all, and the brief, unless given.
    strict : bool
        Take a guarded sentence that does not hold for an error.
    """
    if only is None or not _untouched(state):
        if not _have_results(state, code := fingerprint.of_results()):
            with steps.step("Fitting the models"):
                _fit()
            with steps.step("Writing results"):
                _write_results(state, code)
        prepare()
        mark_used(RECORD)
    write_edition()
    with steps.step("Running the chapters"):
        woven = weave_book(book, state=state, only=only)
    tell_claims(woven, strict)
    return Ready(woven.texts, woven.brief, len(woven.failed))


def tell_claims(woven: Woven, strict: bool) -> None:
    """List the sentences that do not hold for these data.

    Raises
    ------
    ReportError
        If there are any and `strict` is true.
    """
    if not woven.failed:
        return
    count = f"{len(woven.failed)} of {woven.checked} guarded sentences"
    print(f"{count} do not hold for these data and are marked with a dagger:")
    for claim in woven.failed:
        print(f"  {claim}")
    if strict:
        raise ReportError(f"{count} do not hold for these data: correct or reword them.")


def _find_data() -> bool:
    """Fetch what is missing if that can be; whether the data are simulated."""
    from analysis import data
    from analysis.data.fetching import fetch_for_build

    if message := fetch_for_build():
        print(f"  {message}")
    return data.load().simulated


def _untouched(state: str) -> bool:
    """Whether no source was written to since all that is made of them was found to be there.

    A single page can't wait for a look through all code; times of files can mislead, so that
    a whole book does.
    """
    with contextlib.suppress(OSError):
        since = RECORD.stat().st_mtime
        generated = (PLOTLY, *SHAPES.values())
        return (
            all(path.is_file() for path in generated)
            and all(path.stat().st_mtime < since for path in ROOT.glob("analysis/**/*.py"))
            and _have_results(state)
        )
    return False


def _have_results(state: str, code: str | None = None) -> bool:
    """Whether the results files of the same data, and code, are there, byte for byte."""
    known = read_stamp(RECORD, ROOT)
    return known.get("state") == state and code in (known.get("code"), None)


def _fit() -> None:
    from analysis import data
    from analysis.processes import watch_workers
    from analysis.publish.results.fits import fit_all

    watch_workers()
    fit_all(data.load())


def _write_results(state: str, code: str) -> None:
    from analysis import data
    from analysis.publish.results.result_files import write_all

    RECORD.unlink(missing_ok=True)  # it vouches for nothing until all files are whole
    write_stamp(RECORD, {"state": state, "code": code}, ROOT, write_all(data.load()))


def before_quarto(site: Path, named: Sequence[str] | None = None) -> None:
    """Make ready what Quarto is about to render.

    Parameters
    ----------
    site : Path
        Where the pages will stand; the brief is made too if it is not there.
    named : sequence of str, optional
        Paths of the files that are rendered; the whole book unless given.
    """
    book, steps = read_book(ROOT), Steps()
    only = None
    if named is not None:
        wanted = {*named, *([] if (site / BRIEF_NAME).is_file() else [book.brief])}
        only = [path for path in book.sources if path in wanted]
    with alone():
        ready = make_ready(book, look_around().state, steps, only=only)
        draw_waiting()
        # Of a whole book Quarto takes this for what running the chapters gave.
        freeze(book.root, ready.texts)
        put(*READY, json.dumps(asdict(ready)).encode())


def hook(work) -> None:
    """Run what Quarto asks for; a fault is one sentence and ends Quarto."""
    sys.stdout.reconfigure(line_buffering=True)
    try:
        work()
    except (ReportError, OSError) as fault:
        sys.exit(f"error: {fault}")


if __name__ == "__main__":
    whole_book = os.environ.get("QUARTO_PROJECT_RENDER_ALL")
    listed = os.environ.get("QUARTO_PROJECT_INPUT_FILES", "").splitlines()
    output = Path(os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", BOOK))
    hook(lambda: before_quarto(output, None if whole_book else listed))
