"""Run chapters once, for both formats and both builds, unless their outputs are kept."""

from __future__ import annotations

import json
import multiprocessing
import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing.context import BaseContext
from pathlib import Path

from joblib import cpu_count

from analysis import paths
from analysis.book.fingerprint import of_chapter
from analysis.book.manuscript.source import Chunk, Prose, Source, inline_expressions
from analysis.book.run.kernel import CellFailed, CellOutput, run_cells
from analysis.errors import ReportError
from analysis.publish.drawing.render_svg import is_drawn_or_waits
from analysis.store.cache import get, make_key, mark_used, put

# In Markdown, in attributes of HTML, or in a call of Typst. Pictures to be saved are made from
# those drawn, in the site alone.
KEPT_FILES = re.compile(
    r"""(?:\]\(|(?:src|href)=\\?["'])(?:\.\./)*(results/(?!figures/[\w-]+\.svg)[^)\s"'\\]+)"""
    r"""|image\(\\?"/(data/processed/[^"\\]+)"""
    r"""|(?:src|srcset|data-source)=\\?"(?:\.\./)*(figures/[\w.-]+)"""
)
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outputs:
    """What a run gave: for each chunk and for each inline expression, in order."""

    chunks: list[CellOutput]
    inline: list[CellOutput]


class Chapters:
    """Runs chapters side by side, each in a process of its own.

    The processes are forked from a server that has imported what chapters use;
    it starts with the first chapter that really runs and ends with the context.

    Parameters
    ----------
    root : Path
        The folder in which chapters run.
    state : str
        Hash of data and surroundings; outputs of another state are never used, nor
        those of other code that the chapter can reach.
    report : callable
        Told of each chapter that is really run, when it has ended.
    preload : bool
        Whether the server imports all that any chapter uses, which is worth it for several.
    """

    def __init__(
        self, root: Path, state: str, report: Callable[[str], None] = print, *, preload: bool = True
    ) -> None:
        self.root, self.state, self.report, self.preload = root, state, report, preload

    def run(self, sources: list[Source]) -> list[Outputs]:
        """Outputs of each chapter, from the cache where they are kept.

        Raises
        ------
        ReportError
            Naming chapter, chunk and the error's words, for the first chunk that fails.
        """
        known = {source.path: self._recall(source) for source in sources}
        waiting = [source for source in sources if known[source.path] is None]
        fork = multiprocessing.get_context("forkserver")
        fork.set_forkserver_preload(["analysis.book.run.preload"] if self.preload else [])
        with ThreadPoolExecutor(cpu_count()) as pool:
            running = {pool.submit(self._run, fork, source): source for source in waiting}
            for number, done in enumerate(as_completed(running), start=1):
                source = running[done]
                try:
                    known[source.path] = done.result()
                except BaseException:
                    pool.shutdown(cancel_futures=True)
                    raise
                self._remember(source, known[source.path])
                self.report(f"  {number}/{len(running)} {source.path}")
        return [known[source.path] for source in sources]

    def _run(self, fork: BaseContext, source: Source) -> Outputs:
        """Run a chapter in a new process, cell by cell."""
        cells = _cells(source)
        if not cells:
            return Outputs([], [])
        settings = {
            "REPORT_DOCUMENT": source.path,
            "REPORT_DRAW": "later",
            # IPython's settings of the person who builds must not change the book.
            "IPYTHONDIR": str(paths.CACHE / "ipython"),
        }
        (paths.CACHE / "ipython").mkdir(parents=True, exist_ok=True)
        here, there = fork.Pipe(duplex=False)
        given = ([cell for cell, _ in cells], str(self.root), settings, there)
        process = fork.Process(target=run_cells, args=given, daemon=True)
        process.start()
        there.close()
        outputs = Outputs([], [])
        try:
            for _, owner in cells:
                result = here.recv()
                if isinstance(result, CellFailed):
                    raise _explained(source, owner, result)
                (outputs.chunks if isinstance(owner, Chunk) else outputs.inline).append(result)
        except EOFError:
            died = f"{source.path}, {_named(owner)}: Python died while running it."
            raise ReportError(died) from None
        finally:
            process.join()
        return outputs

    def _key(self, source: Source) -> str:
        cells = [cell for cell, _ in _cells(source)]
        labels = [chunk.label for chunk in source.chunks if "label" in chunk.options]
        return make_key(source.path, self.state, of_chapter("\n".join(cells)), cells, labels)

    def _recall(self, source: Source) -> Outputs | None:
        """Outputs of an earlier run, if every file that they point to still exists."""
        stored = get("chapters", self._key(source))
        if stored is None:
            return None
        text = stored.decode()
        outputs = Outputs(*([CellOutput(**cell) for cell in part] for part in json.loads(text)))
        files = {name for match in KEPT_FILES.findall(text) for name in match if name}
        return outputs if all(_is_kept(self.root, name) for name in files) else None

    def _remember(self, source: Source, outputs: Outputs) -> None:
        parts = [[asdict(cell) for cell in part] for part in (outputs.chunks, outputs.inline)]
        put("chapters", self._key(source), json.dumps(parts).encode())


def _is_kept(root: Path, name: str) -> bool:
    """Whether a file is there, now marked as in use; a picture may also wait to be drawn."""
    path = root / ("data/processed" if name.startswith("figures/") else "") / name
    mark_used(path)
    return is_drawn_or_waits(path)


def _cells(source: Source) -> list[tuple[str, Chunk | tuple[str, int]]]:
    """The chapter's code in order, each piece with what it came from."""
    cells: list[tuple[str, Chunk | tuple[str, int]]] = []
    for block in source.blocks:
        if isinstance(block, Prose):
            for expression, line in inline_expressions(source.path, block):
                cells.append((f"__inline__({expression})", (expression, line)))
        else:
            cells.append((block.code if block.options.get("eval", True) else "", block))
    return cells


def _explained(source: Source, owner: Chunk | tuple[str, int], fault: CellFailed) -> ReportError:
    """One sentence for a cell that failed; the traceback goes to the console."""
    print(TERMINAL_CODES.sub("", fault.traceback), file=sys.stderr)
    last = fault.words if fault.name == ReportError.__name__ else f"{fault.name}: {fault.words}"
    return ReportError(f"{source.path}, {_named(owner)}: {last}")


def _named(owner: Chunk | tuple[str, int]) -> str:
    if isinstance(owner, Chunk):
        return f"chunk {owner.label} (line {owner.line})"
    return f"inline code `{owner[0]}` (line {owner[1]})"
