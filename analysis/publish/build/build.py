"""``make report``: data in, site and PDF out, each step timed."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import ReportError
from analysis.paths import BOOK, CACHE, RESULTS, ROOT
from analysis.publish.build import chromium, fingerprint, quarto
from analysis.publish.build.book import Book, read_book
from analysis.publish.build.chapters import Woven, weave_book
from analysis.publish.build.figure_files import place_figures
from analysis.publish.build.place import replaced
from analysis.publish.build.prepare import SIMULATED, prepare
from analysis.publish.build.preview.build import build_preview
from analysis.publish.build.steps import Steps
from analysis.publish.static import draw_waiting

STAMP = "build.json"
RECORD = CACHE / "results.json"


@dataclass(frozen=True)
class Built:
    """A finished build.

    Attributes
    ----------
    folder : Path
        The site; its first page is ``index.html``.
    pdf : Path or None
    build : str
        "Quarto 1.9.38" or "preview".
    data : str
        "the real data" or "simulated data".
    """

    folder: Path
    pdf: Path | None
    build: str
    data: str


def build(
    *,
    preview: bool = False,
    out: Path = BOOK,
    force: bool = False,
    strict: bool = False,
    paper: bool = True,
) -> Built:
    """Build the book into `out`, unless what is there was made from the same inputs.

    Parameters
    ----------
    preview : bool
        Do not use Quarto even where there is one.
    out : Path
        Replaced as a whole when everything has succeeded.
    force : bool
        Build even if nothing has changed.
    strict : bool
        Take a guarded sentence that does not hold for an error.
    paper : bool
        Make the PDF as well. Without it, Quarto renders only pages that have
        changed, in place, and the PDF of an earlier build stays.
    """
    book = read_book(ROOT)
    steps = Steps()
    plan = look_around(preview=preview)
    state = fingerprint.digest(
        fingerprint.of_surroundings(), fingerprint.of_data(), plan.browser is None
    )
    look = fingerprint.digest(fingerprint.of_look(ROOT), plan.name)
    inputs = fingerprint.digest(state, fingerprint.of_code(), look, fingerprint.of_text(book))
    before = _read_stamp(out)
    if not force and _is_current(before, out, inputs, paper, strict):
        print("Nothing has changed since the last build.")
        return _told(_built(before, out), steps)
    notice = _prepare(plan.simulated)
    results = fingerprint.digest(state, fingerprint.of_results())
    if not _have_results(results):
        with steps.step("Fitting the models"):
            _fit()
        with steps.step("Writing results"):
            _write_results(results)
    with steps.step("Running the chapters"):
        woven = weave_book(book, state=state)
    _tell_claims(woven, strict)
    stamp = {
        "inputs": inputs,
        "build": plan.name,
        "data": "simulated data" if plan.simulated else "the real data",
        "failed claims": len(woven.failed),
        "paper": paper,
        "look": look,
        "pages": {path: fingerprint.digest(text) for path, text in woven.texts.items()},
    }
    with ThreadPoolExecutor(1) as beside:
        drawing = beside.submit(draw_waiting)
        if plan.quarto:
            with steps.step("Drawing figures for paper"):
                drawing.result()
        with steps.step(f"Rendering the book ({plan.name})"):
            if plan.quarto and not paper and before.get("look") == look and out == BOOK:
                pages = stamp["pages"]
                stale = [path for path, key in pages.items() if before["pages"][path] != key]
                quarto.render_pages(plan.quarto, book, woven.texts, stale)
                _finish(out, stamp)
            else:
                with replaced(out) as folder:
                    _render(plan, book, woven, folder, paper, notice, drawing)
                    _keep_pdf(book, out, folder)
                    _finish(folder, stamp)
    return _told(_built(_read_stamp(out), out), steps)


def _render(
    plan: Plan,
    book: Book,
    woven: Woven,
    folder: Path,
    paper: bool,
    notice: str,
    drawing: Future,
) -> None:
    if plan.quarto:
        quarto.render(plan.quarto, book, folder, woven.texts, paper=paper)
        return
    # Pages do without the pictures, so that they are written while those are drawn.
    build_preview(
        book, woven.texts, folder, date=_today(), notice=notice, paper=paper, drawn=drawing.result
    )


def _keep_pdf(book: Book, out: Path, folder: Path) -> None:
    """Take over the PDF of an earlier build where this one made none."""
    name = f"{book.output_file}.pdf"
    if (out / name).is_file() and not (folder / name).exists():
        shutil.copy2(out / name, folder / name)


def _finish(folder: Path, stamp: dict) -> None:
    """Put the results beside the pages, and say last of all what the folder was made from."""
    if RESULTS.is_dir():
        shutil.copytree(RESULTS, folder / RESULTS.name, dirs_exist_ok=True)
    place_figures(folder)
    (folder / STAMP).write_text(json.dumps(stamp), encoding="utf-8")


@dataclass(frozen=True)
class Plan:
    """What a build will use, said before anything long begins."""

    simulated: bool
    browser: Path | None
    quarto: quarto.Quarto | None

    @property
    def name(self) -> str:
        """Which of the two builds it will be."""
        return f"Quarto {self.quarto.version}" if self.quarto else "preview"


def look_around(*, preview: bool) -> Plan:
    """Find data, browser and Quarto, and say what follows and how to change it."""
    simulated = _find_data()
    browser = chromium.find_or_install()
    found, why_not = (None, ASKED) if preview else quarto.find_or_install()
    plan = Plan(simulated, browser, found)
    if browser:
        os.environ.setdefault("BROWSER_PATH", str(browser))
    else:
        print(chromium.MISSING)
    print(f"Build: {plan.name}." if found else f"Build: preview. {why_not}")
    print(f"Data:  {WITHOUT_DATA if simulated else 'real.'}", flush=True)
    return plan


ASKED = "It was asked for; leave out --preview or $REPORT_BUILD to build with Quarto."
WITHOUT_DATA = (
    "simulated, since the raw files are neither in data/raw/ nor in the folders of $REPORT_DATA "
    "and could not be downloaded (data/README.md says where they come from)."
)


def _tell_claims(woven: Woven, strict: bool) -> None:
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

    if said := fetch_for_build():
        print(f"  {said}")
    return data.load().simulated


def _prepare(simulated: bool) -> str:
    notice = SIMULATED if simulated else ""
    prepare(notice)
    return notice


def _have_results(state: str) -> bool:
    """Whether the results files of the same code and data are there, byte for byte."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        known = json.loads(RECORD.read_text(encoding="utf-8"))
        return known["state"] == state and all(
            fingerprint.digest((ROOT / name).read_bytes()) == digest
            for name, digest in known["files"].items()
        )
    return False


def _fit() -> None:
    from analysis import data
    from analysis.publish.fits import fit_all

    fit_all(data.load())


def _write_results(state: str) -> None:
    from analysis import data
    from analysis.publish.result_files import write_all

    RECORD.unlink(missing_ok=True)  # it vouches for nothing until all files are whole
    files = {name: (ROOT / name).read_bytes() for name in write_all(data.load())}
    digests = {name: fingerprint.digest(content) for name, content in files.items()}
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    RECORD.write_text(json.dumps({"state": state, "files": digests}), encoding="utf-8")


def _today() -> str:
    today = datetime.date.today()
    return f"{today.day} {today:%B %Y}"


def _read_stamp(out: Path) -> dict:
    """What the folder was made from; nothing if it is not a whole build."""
    with contextlib.suppress(OSError, ValueError):
        stamp = json.loads((out / STAMP).read_text(encoding="utf-8"))
        if isinstance(stamp, dict) and (out / "index.html").is_file():
            return stamp
    return {}


def _is_current(stamp: dict, out: Path, inputs: str, paper: bool, strict: bool) -> bool:
    if stamp.get("inputs") != inputs or (paper and not stamp.get("paper")):
        return False
    return not (strict and stamp.get("failed claims"))


def _built(stamp: dict, out: Path) -> Built:
    pdf = out / f"{read_book(ROOT).output_file}.pdf"
    return Built(out, pdf if pdf.is_file() else None, stamp["build"], stamp["data"])


def _told(built: Built, steps: Steps) -> Built:
    print(f"Site: {built.folder / 'index.html'}")
    print(f"PDF:  {built.pdf or 'none'}")
    print(f"Made with {built.build} on {built.data}.")
    print(steps.summary())
    return built
