"""``make report``: data in, site and PDF out, each step timed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from analysis import whole
from analysis.clock import made_at
from analysis.data.locate import accepted_files
from analysis.errors import ReportError
from analysis.paths import BOOK, CACHE, RESULTS, ROOT
from analysis.prune import prune
from analysis.publish.build import chromium, fingerprint, quarto
from analysis.publish.build.book import BRIEF_NAME, Book, read_book
from analysis.publish.build.brief import write_brief
from analysis.publish.build.chapters import Woven, weave_book
from analysis.publish.build.figure_files import place_figures
from analysis.publish.build.imprint import by_study, imprint
from analysis.publish.build.place import alone, replaced, require_build
from analysis.publish.build.prepare import HEADS, notice, prepare
from analysis.publish.build.preview.build import build_preview
from analysis.publish.build.preview.document import read_trees
from analysis.publish.build.sharing.share import SOCIAL, heads, share
from analysis.publish.build.stamp import is_current, read_stamp, write_stamp
from analysis.publish.build.steps import Steps
from analysis.publish.static import draw_waiting

RECORD = CACHE / "results.json"
LOCK = CACHE / "build.lock"


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
    with alone(LOCK):
        return _build(preview, out, force, strict, paper)


def _build(preview: bool, out: Path, force: bool, strict: bool, paper: bool) -> Built:
    book = read_book(ROOT)
    require_build(out)
    whole.sweep(out.parent, out.name)  # even where nothing is built anew
    steps = Steps()
    plan = look_around(preview=preview)
    state = _state(plan)
    look = fingerprint.digest(fingerprint.of_look(ROOT), plan.name)
    written = fingerprint.of_text(book)
    inputs = fingerprint.digest(state, fingerprint.of_code(), look, written, made_at())
    before = read_stamp(out)
    if not force and is_current(before, inputs, paper=paper, strict=strict):
        print("Nothing has changed since the last build.")
        return _told(_built(before, out), steps)
    results = fingerprint.digest(state, fingerprint.of_results())
    if not _have_results(results):
        with steps.step("Fitting the models"):
            _fit()
        with steps.step("Writing results"):
            _write_results(results)
    said = notice()
    prepare(said)
    with steps.step("Running the chapters"):
        woven = weave_book(book, state=state)
    _tell_claims(woven, strict)
    trees = read_trees(woven.texts)
    whole.write(HEADS, json.dumps(heads(book, trees)))
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
                _finish(book, trees, out, stamp)
            else:
                with replaced(out) as folder:
                    _render(plan, book, woven, folder, paper, said, drawing)
                    drawing.result()
                    if paper:
                        _set_brief(book, woven, folder, said)
                    _keep_paper(book, out, folder)
                    _finish(book, trees, folder, stamp)
    prune()
    return _told(_built(stamp, out), steps)


def _state(plan: Plan) -> str:
    """A hash of what all chapters use beside their own code."""
    return fingerprint.digest(
        fingerprint.of_surroundings(), fingerprint.of_data(), plan.browser is None
    )


def _render(
    plan: Plan,
    book: Book,
    woven: Woven,
    folder: Path,
    paper: bool,
    said: str,
    drawing: Future,
) -> None:
    if plan.quarto:
        quarto.render(plan.quarto, book, folder, woven.texts, paper=paper)
        return
    # Pages do without the pictures, so that they are written while those are drawn.
    build_preview(
        book,
        woven.texts,
        folder,
        date=made_at(),
        notice=said,
        imprint=imprint(),
        heads=json.loads(HEADS.read_text(encoding="utf-8")),
        paper=paper,
        drawn=drawing.result,
    )


def _set_brief(book: Book, woven: Woven, folder: Path, said: str) -> None:
    if book.brief:
        print("  setting the brief", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        write_brief(
            book,
            woven.brief,
            folder / BRIEF_NAME,
            date=made_at(),
            notice=said,
            imprint=imprint(),
        )


def build_brief(out: Path = BOOK) -> Path:
    """Make the brief alone, into a folder that may hold a site.

    Raises
    ------
    ReportError
        If the book has none, or it can't be made.
    """
    with alone(LOCK):
        return _build_brief(out)


def _build_brief(out: Path) -> Path:
    book, steps = read_book(ROOT), Steps()
    plan = look_around(preview=True)
    said = notice()
    prepare(said)
    state = _state(plan)
    with steps.step("Making the brief"):
        woven = weave_book(book, state=state, only=[book.brief] if book.brief else [])
        _tell_claims(woven, strict=False)
        draw_waiting()
        _set_brief(book, woven, out, said)
    print(f"Brief: {out / BRIEF_NAME}")
    print(steps.summary())
    return out / BRIEF_NAME


def _keep_paper(book: Book, out: Path, folder: Path) -> None:
    """Take over the PDFs and the pages' cards of an earlier build where this one made none."""
    if (out / SOCIAL).is_dir() and not (folder / SOCIAL).exists():
        shutil.copytree(out / SOCIAL, folder / SOCIAL)
    for name in (f"{book.output_file}.pdf", BRIEF_NAME):
        if (out / name).is_file() and not (folder / name).exists():
            shutil.copy2(out / name, folder / name)


def _finish(book: Book, trees: dict[str, dict], folder: Path, stamp: dict) -> None:
    """Put results and pictures beside the pages, and say last what the folder was made from."""
    if RESULTS.is_dir():
        shutil.copytree(RESULTS, folder / RESULTS.name, dirs_exist_ok=True)
    place_figures(folder)
    place = f" {book.site_url}" if book.site_url else ""
    sources = [f"Source: {book.title}.{place} Data: {title}." for title in by_study()]
    share(book, trees, folder, sources=sources, cards=stamp["paper"])
    write_stamp(folder, stamp)


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
    for words in accepted_files():
        print(f"  {words}", flush=True)
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


def _have_results(state: str) -> bool:
    """Whether the results files of the same code and data are there, byte for byte."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        known = json.loads(RECORD.read_text(encoding="utf-8"))
        return known["state"] == state and all(
            fingerprint.digest((ROOT / name).read_bytes()) == digest
            for name, digest in known["files"].items()
        )
    return False


def _fit() -> None:
    from analysis import data
    from analysis.processes import watch_workers
    from analysis.publish.fits import fit_all

    watch_workers()
    fit_all(data.load())


def _write_results(state: str) -> None:
    from analysis import data
    from analysis.publish.result_files import write_all

    RECORD.unlink(missing_ok=True)  # it vouches for nothing until all files are whole
    files = {name: (ROOT / name).read_bytes() for name in write_all(data.load())}
    digests = {name: fingerprint.digest(content) for name, content in files.items()}
    whole.write(RECORD, json.dumps({"state": state, "files": digests}))


def _built(stamp: dict, out: Path) -> Built:
    pdf = out / f"{read_book(ROOT).output_file}.pdf"
    return Built(out, pdf if pdf.is_file() else None, stamp["build"], stamp["data"])


def _told(built: Built, steps: Steps) -> Built:
    print(f"Site: {built.folder / 'index.html'}")
    print(f"PDF:  {built.pdf or 'none'}")
    print(f"Made with {built.build} on {built.data}.")
    print(steps.summary())
    return built
