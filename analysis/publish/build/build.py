"""``make report``: data in, site and PDF out, each step timed."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from analysis.paths import BOOK, CACHE, RESULTS, ROOT
from analysis.publish.build import chromium, fingerprint, quarto
from analysis.publish.build.book import Book, read_book
from analysis.publish.build.place import replaced
from analysis.publish.build.prepare import SIMULATED, prepare
from analysis.publish.build.steps import Steps

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


def build(*, preview: bool = False, out: Path = BOOK, force: bool = False) -> Built:
    """Build the book into `out`, unless what is there was made from the same inputs.

    Parameters
    ----------
    preview : bool
        Do not use Quarto even where there is one.
    out : Path
        Replaced as a whole when everything has succeeded.
    force : bool
        Build even if nothing has changed.
    """
    book = read_book(ROOT)
    steps = Steps()
    with steps.step("Looking for the data"):
        simulated = _find_data()
    with steps.step("Looking for Chromium and Quarto"):
        browser = chromium.find_or_install()
        found, why_not = (None, "") if preview else quarto.find_or_install()
    if browser:
        os.environ.setdefault("BROWSER_PATH", str(browser))
    else:
        print(f"  {chromium.MISSING}")
    if why_not:
        print(f"  {why_not}")
    name = f"Quarto {found.version}" if found else "preview"
    state = fingerprint.digest(fingerprint.of_code(), fingerprint.of_data(), browser is None)
    inputs = fingerprint.digest(
        state, fingerprint.of_text(ROOT, [chapter.source for chapter in book.chapters]), name
    )
    if not force and (known := _unchanged(out, inputs)):
        print("Nothing has changed since the last build.")
        return _told(known, steps)
    with replaced(out) as folder:
        notice = _prepare(simulated)
        if not _have_results(state):
            with steps.step("Fitting the models"):
                _fit()
            with steps.step("Writing results"):
                _write_results(state)
        os.environ["REPORT_BUILD"] = name
        with steps.step(f"Rendering the book ({name})"):
            if found:
                quarto.render(found, book, folder, state=state)
            else:
                _render_preview(book, folder, state, notice)
        with steps.step("Adding the results to the site"):
            _copy_results(folder)
        pdf = folder / f"{book.output_file}.pdf"
        built = Built(
            out,
            out / pdf.name if pdf.is_file() else None,
            name,
            "simulated data" if simulated else "the real data",
        )
        _stamp(folder, inputs, built)
    return _told(built, steps)


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
    """Whether the results files of the same code and data are all there."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        known = json.loads(RECORD.read_text(encoding="utf-8"))
        return known["state"] == state and all((ROOT / name).is_file() for name in known["files"])
    return False


def _fit() -> None:
    from analysis import data
    from analysis.publish.fits import fit_all

    fit_all(data.load())


def _write_results(state: str) -> None:
    from analysis import data
    from analysis.publish.result_files import write_all

    files = list(write_all(data.load()))
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    RECORD.write_text(json.dumps({"state": state, "files": files}), encoding="utf-8")


def _render_preview(book: Book, folder: Path, state: str, notice: str) -> None:
    from analysis.publish.build.preview.build import build_preview

    build_preview(book, folder, state=state, date=_today(), notice=notice)


def _today() -> str:
    today = datetime.date.today()
    return f"{today.day} {today:%B %Y}"


def _copy_results(folder: Path) -> None:
    if RESULTS.is_dir():
        shutil.copytree(RESULTS, folder / RESULTS.name, dirs_exist_ok=True)


def _stamp(folder: Path, inputs: str, built: Built) -> None:
    pdf = built.pdf.name if built.pdf else None
    record = {"inputs": inputs, "pdf": pdf, "build": built.build, "data": built.data}
    (folder / STAMP).write_text(json.dumps(record), encoding="utf-8")


def _unchanged(out: Path, inputs: str) -> Built | None:
    with contextlib.suppress(OSError, ValueError, KeyError):
        record = json.loads((out / STAMP).read_text(encoding="utf-8"))
        if record["inputs"] == inputs and (out / "index.html").is_file():
            pdf = out / record["pdf"] if record["pdf"] else None
            return Built(out, pdf, record["build"], record["data"])
    return None


def _told(built: Built, steps: Steps) -> Built:
    print(f"Site: {built.folder / 'index.html'}")
    print(f"PDF:  {built.pdf or 'none'}")
    print(f"Made with {built.build} on {built.data}.")
    print(steps.summary())
    return built
