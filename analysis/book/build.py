"""``make report``: data in, site and PDF out, each step timed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analysis.book import fingerprint
from analysis.book.after import complete, set_brief
from analysis.book.assets.prepare import edition, prepare, write_edition
from analysis.book.before import Ready, look_around, make_ready, tell_claims
from analysis.book.fingerprint import FRAME
from analysis.book.manuscript.book import BRIEF_NAME, Book, read_book
from analysis.book.manuscript.document import read_trees
from analysis.book.pages import copy_linked, page_keys
from analysis.book.place import STAMP, alone, replaced, require_build
from analysis.book.preview.build import build_preview
from analysis.book.quarto import quarto
from analysis.book.quarto.finish import finish_pages
from analysis.book.run.chapters import weave_book
from analysis.book.sharing.share import SOCIAL, heads
from analysis.book.steps import Steps
from analysis.paths import BOOK, ROOT
from analysis.publish.drawing.render_svg import draw_waiting
from analysis.store import atomic
from analysis.store.cache import make_key
from analysis.store.clock import made_at
from analysis.store.prune import prune
from analysis.store.stamp import read_stamp, write_stamp

FEW = 8
"""So many pages Quarto renders one by one; it is faster to render the whole book for more."""
ASKED = "It was asked for; leave out --preview or $REPORT_BUILD to build with Quarto."


@alone()
def build(
    *,
    preview: bool = False,
    out: Path = BOOK,
    force: bool = False,
    strict: bool = False,
    paper: bool = True,
) -> None:
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
    book, steps = read_book(ROOT), Steps()
    require_build(out)
    atomic.sweep(out.parent, out.name)  # even where nothing is built anew
    program, why_not = (None, ASKED) if preview else quarto.find_or_install()
    name = f"Quarto {program.version}" if program else "preview"
    print(f"Build: {name}." if program else f"Build: {name}. {why_not}")
    machine = look_around()
    look, written = fingerprint.of_look(ROOT), fingerprint.of_text(book)
    inputs = make_key(machine.state, fingerprint.of_code(), look, written, name, made_at())
    before = read_stamp(out / STAMP, out)
    if not force and _is_current(before, inputs, paper=paper, strict=strict):
        print("Nothing has changed since the last build.")
        _summarize(book, out, before, steps)
        return
    ready = make_ready(book, machine.state, steps, strict=strict)
    trees = read_trees(ready.texts)
    stamp = {
        "inputs": inputs,
        "build": name,
        "data": "simulated data" if machine.simulated else "the real data",
        "failed claims": ready.failed,
        "paper": paper,
        "frame": make_key(fingerprint.of_look(ROOT, FRAME), name, edition().notice),
        "pages": page_keys(book, ready.texts),
    }
    known = before["pages"] if before.get("frame") == stamp["frame"] else {}
    stale = [path for path, key in stamp["pages"].items() if known.get(path) != key]
    with ThreadPoolExecutor(1) as beside, steps.step(f"Rendering the book ({name})"):
        drawing = beside.submit(draw_waiting, paper=paper)
        if program and not paper and out == BOOK and len(stale) <= FEW:
            drawing.result()
            quarto.render_pages(program, book, ready.texts, stale)
            copy_linked(out)
            _finish(book, trees, out, stamp, stale)
        else:
            with replaced(out) as folder:
                given = {"drawn": drawing.result, "paper": paper}
                if program:
                    quarto.render(program, book, folder, ready.texts, strict=strict, **given)
                else:
                    given["heads"] = heads(book, trees)
                    build_preview(book, ready.texts, folder, edition(), **given)
                drawing.result()
                if paper:
                    set_brief(book, ready, folder)
                _keep_paper(book, out, folder)
                _finish(book, trees, folder, stamp, list(ready.texts))
    prune()
    _summarize(book, out, stamp, steps)


def _is_current(stamp: dict, inputs: str, *, paper: bool, strict: bool) -> bool:
    """Whether a site of this stamp is what a build from these inputs would make."""
    if stamp.get("inputs") != inputs or (paper and not stamp.get("paper")):
        return False
    return not (strict and stamp.get("failed claims"))


def _finish(
    book: Book, trees: dict[str, dict], folder: Path, stamp: dict, rendered: Sequence[str]
) -> None:
    """Put in place what pages of some chapters need, and write the stamp last."""
    trees = {path: trees[path] for path in rendered}
    pages = [chapter.page for chapter in book.chapters if chapter.source in trees]
    complete(book, trees, folder, pages, cards=stamp["paper"])
    if stamp["build"] != "preview":
        finish_pages(book, folder, pages, heads(book, trees))
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    write_stamp(folder / STAMP, stamp, folder, (name for name in files if name != STAMP))


def _keep_paper(book: Book, out: Path, folder: Path) -> None:
    """Take over the PDFs and the pages' cards of an earlier build where this one made none."""
    if (out / SOCIAL).is_dir() and not (folder / SOCIAL).exists():
        shutil.copytree(out / SOCIAL, folder / SOCIAL)
    for name in (f"{book.output_file}.pdf", BRIEF_NAME):
        if (out / name).is_file() and not (folder / name).exists():
            shutil.copy2(out / name, folder / name)


def _summarize(book: Book, out: Path, stamp: dict, steps: Steps) -> None:
    """Say where the book is and what it was made from."""
    pdf = out / f"{book.output_file}.pdf"
    print(f"Site: {out / 'index.html'}")
    print(f"PDF:  {pdf if pdf.is_file() else 'none'}")
    print(f"Made with {stamp['build']} on {stamp['data']}.")
    print(steps.summary())


@alone()
def build_brief(out: Path = BOOK) -> Path:
    """Make the brief alone, into a folder that may hold a site.

    Raises
    ------
    ReportError
        If the book has none, or it can't be made.
    """
    book, steps, machine = read_book(ROOT), Steps(), look_around()
    prepare()
    write_edition()
    with steps.step("Making the brief"):
        only = [book.brief] if book.brief else []
        woven = weave_book(book, state=machine.state, only=only)
        tell_claims(woven, strict=False)
        draw_waiting()
        set_brief(book, Ready({}, woven.brief, 0), out)
    print(f"Brief: {out / BRIEF_NAME}")
    print(steps.summary())
    return out / BRIEF_NAME
