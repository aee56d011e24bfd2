"""``make report``: data in, site and PDF out, each step timed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from analysis.book import fingerprint
from analysis.book.after import complete, set_brief
from analysis.book.assets.edition import edition
from analysis.book.assets.prepare import notice, prepare, write_edition
from analysis.book.before import LOCK, Ready, look_around, make_ready, state_of, tell_claims
from analysis.book.fingerprint import FRAME
from analysis.book.manuscript.book import BRIEF_NAME, Book, read_book
from analysis.book.manuscript.document import read_trees
from analysis.book.pages import copy_linked, page_marks, rename_pictures, stale_pages
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
    atomic.sweep(out.parent, out.name)  # even where nothing is built anew
    steps = Steps()
    program = _find_quarto(preview)
    name = f"Quarto {program.version}" if program else "preview"
    machine = look_around()
    state = state_of(machine)
    look, written = fingerprint.of_look(ROOT), fingerprint.of_text(book)
    inputs = make_key(state, fingerprint.of_code(), look, written, name, made_at())
    before = read_stamp(out / STAMP, out)
    if not force and _is_current(before, inputs, paper=paper, strict=strict):
        print("Nothing has changed since the last build.")
        return _summarized(_built(before, out), steps)
    ready = make_ready(book, state, steps, strict=strict)
    trees = read_trees(ready.texts)
    frame = make_key(fingerprint.of_look(ROOT, FRAME), name, ready.notice)
    stamp = {
        "inputs": inputs,
        "build": name,
        "data": "simulated data" if machine.simulated else "the real data",
        "failed claims": ready.failed,
        "paper": paper,
        "frame": frame,
        "pages": page_marks(book, ready.texts),
    }
    with ThreadPoolExecutor(1) as beside:
        drawing = beside.submit(draw_waiting, paper=paper)
        with steps.step(f"Rendering the book ({name})"):
            here = program and not paper and before.get("frame") == frame and out == BOOK
            stale = stale_pages(before["pages"], stamp["pages"]) if here else list(ready.texts)
            if here and len(stale) <= FEW:
                drawing.result()
                quarto.render_pages(program, book, ready.texts, stale)
                redrawn = rename_pictures(book, out, before["pages"], stamp["pages"])
                copy_linked(out)
                _finish(book, trees, out, stamp, stale, redrawn)
            else:
                with replaced(out) as folder:
                    if program:
                        given = {"drawn": drawing.result, "paper": paper, "strict": strict}
                        quarto.render(program, book, folder, ready.texts, **given)
                    else:
                        _preview(book, ready, trees, folder, paper, drawing)
                    drawing.result()
                    if paper:
                        set_brief(book, ready, folder)
                    _keep_paper(book, out, folder)
                    _finish(book, trees, folder, stamp, list(ready.texts))
    prune()
    return _summarized(_built(stamp, out), steps)


def _is_current(stamp: dict, inputs: str, *, paper: bool, strict: bool) -> bool:
    """Whether a site of this stamp is what a build from these inputs would make."""
    if stamp.get("inputs") != inputs or (paper and not stamp.get("paper")):
        return False
    return not (strict and stamp.get("failed claims"))


def _find_quarto(preview: bool) -> quarto.Quarto | None:
    """Quarto, where there is one and it is asked for; says which build it will be."""
    program, why_not = (None, ASKED) if preview else quarto.find_or_install()
    print(f"Build: Quarto {program.version}." if program else f"Build: preview. {why_not}")
    return program


def _preview(
    book: Book, ready: Ready, trees: dict[str, dict], folder: Path, paper: bool, drawing: Future
) -> None:
    # Pages do without the pictures, so that they are written while those are drawn.
    build_preview(
        book,
        ready.texts,
        folder,
        date=made_at(),
        notice=ready.notice,
        edition=edition(),
        heads=heads(book, trees),
        paper=paper,
        drawn=drawing.result,
    )


def _finish(
    book: Book,
    trees: dict[str, dict],
    folder: Path,
    stamp: dict,
    rendered: list[str],
    redrawn: Sequence[str] = (),
) -> None:
    """Put in place what pages need, and say last what the folder was made from.

    Parameters
    ----------
    rendered, redrawn : list of str
        Paths of chapters whose pages were made anew, or show other pictures.
    """
    changed = {*rendered, *redrawn}
    trees = {path: tree for path, tree in trees.items() if path in changed}
    pages = {chapter.source: chapter.page for chapter in book.chapters}
    complete(book, trees, folder, [pages[path] for path in changed], cards=stamp["paper"])
    if stamp["build"] != "preview":
        finish_pages(book, folder, [pages[path] for path in rendered], heads(book, trees))
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    write_stamp(folder / STAMP, stamp, folder, (name for name in files if name != STAMP))


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
    state = state_of(look_around())
    note = notice()
    prepare()
    write_edition(note)
    with steps.step("Making the brief"):
        woven = weave_book(book, state=state, only=[book.brief] if book.brief else [])
        tell_claims(woven, strict=False)
        draw_waiting()
        set_brief(book, Ready({}, woven.brief, note, 0), out)
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


def _built(stamp: dict, out: Path) -> Built:
    pdf = out / f"{read_book(ROOT).output_file}.pdf"
    return Built(out, pdf if pdf.is_file() else None, stamp["build"], stamp["data"])


def _summarized(built: Built, steps: Steps) -> Built:
    print(f"Site: {built.folder / 'index.html'}")
    print(f"PDF:  {built.pdf or 'none'}")
    print(f"Made with {built.build} on {built.data}.")
    print(steps.summary())
    return built
