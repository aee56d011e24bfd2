"""Run a chapter's code by its Jupyter kernel and put the results into its Markdown."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from analysis.errors import ReportError
from analysis.paths import CACHE, ROOT
from analysis.publish.build.fingerprint import digest
from analysis.publish.build.preview.source import Chunk, Prose, Source, inline_expressions

PLACES = {"html": "the site", "typst": "paper"}
AT_ONCE = 2
KEPT = 4
# In Markdown, or in the attributes of HTML whose quotes JSON escapes.
RESULT_LINKS = re.compile(r"""(?:\]\(|(?:src|href)=\\?["'])(?:\.\./)*(results/[^)\s"'\\]+)""")
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;]*m")

# Inline code must give a str: NumPy scalars would print as np.float64(…).
_INLINE_SETUP = """
def __inline__(value):
    if not isinstance(value, str):
        raise TypeError(f"inline code must give a str, not {type(value).__name__}")
    print(value, end="")
"""


@dataclass(frozen=True)
class Job:
    """One chapter to be run for one format ("html" or "typst")."""

    source: Source
    target: str
    uncached: bool = False


@dataclass(frozen=True)
class Outputs:
    """What a run gave: for each chunk its outputs in order, for each inline its text."""

    chunks: list[list[dict]]
    inline: list[str]


def execute_all(
    jobs: list[Job], *, root: Path, state: str, report: Callable[[str], None] = print
) -> list[Outputs]:
    """Run chapters, two at a time, unless the cache holds their outputs.

    Parameters
    ----------
    jobs : list of Job
        In the order in which they are started.
    root : Path
        The folder in which chapters run.
    state : str
        Hash of code and data; outputs of another state are never used.
    report : callable
        Told of each chapter that is really run.

    Raises
    ------
    ReportError
        Naming chapter, chunk and the last line of the traceback, for the first
        chunk that fails.
    """
    return asyncio.run(_execute_all(jobs, root, state, report))


async def _execute_all(jobs, root, state, report) -> list[Outputs]:
    gate = asyncio.Semaphore(AT_ONCE)
    faults: list[BaseException] = []

    async def one(job: Job) -> Outputs | None:
        entry = _entry(job, root, state)
        if not job.uncached and (known := _recall(entry, root)) is not None:
            return known
        async with gate:
            # After a fault no chapter is started, but one that runs may come to its end.
            if faults:
                return None
            if job.source.chunks:
                report(f"  running {job.source.path} for {PLACES[job.target]}")
            try:
                outputs = await _run(job, root)
            except Exception as fault:
                faults.append(fault)
                return None
        _remember(entry, outputs)
        return outputs

    outputs = await asyncio.gather(*(one(job) for job in jobs))
    if faults:
        raise faults[0]
    return outputs


async def _run(job: Job, root: Path) -> Outputs:
    cells, owners = _cells(job.source)
    if len(cells) == 1:
        return Outputs([], [])
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(
        notebook,
        timeout=None,
        kernel_name="python3",
        resources={"metadata": {"path": str(root)}},
        extra_arguments=["--log-level=ERROR"],
        store_widget_state=False,
    )
    settings = CACHE / "ipython"
    settings.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "REPORT_FORMAT": job.target,
        "REPORT_DOCUMENT": job.source.path,
        "REPORT_BUILD": "preview",
        "PYTHONPATH": os.pathsep.join(
            part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part
        ),
        # IPython's settings of the person who builds must not change the book.
        "IPYTHONDIR": str(settings),
    }
    async with client.async_setup_kernel(env=environment):
        for number, cell in enumerate(cells):
            try:
                await client.async_execute_cell(cell, number)
            except CellExecutionError as fault:
                raise _failure(job.source, owners[number], fault) from None
            except DeadKernelError:
                raise ReportError(
                    f"{job.source.path}, {_named(owners[number])}: Python died while running it."
                ) from None
    return _collect(cells, owners)


def _cells(source: Source) -> tuple[list, list]:
    """Notebook cells in the chapter's order, and for each what it came from."""
    cells, owners = [nbformat.v4.new_code_cell(_INLINE_SETUP)], [None]
    for block in source.blocks:
        if isinstance(block, Prose):
            for expression, line in inline_expressions(source.path, block):
                cells.append(nbformat.v4.new_code_cell(f"__inline__({expression})"))
                owners.append((expression, line))
        else:
            code = block.code if block.options.get("eval", True) else ""
            cells.append(nbformat.v4.new_code_cell(code))
            owners.append(block)
    return cells, owners


def _collect(cells: list, owners: list) -> Outputs:
    chunks, inline = [], []
    for cell, owner in zip(cells, owners, strict=True):
        if isinstance(owner, Chunk):
            chunks.append([json.loads(json.dumps(output)) for output in cell.outputs])
        elif owner is not None:
            inline.append("".join(output.get("text", "") for output in cell.outputs))
    return Outputs(chunks, inline)


def _named(owner: Chunk | tuple[str, int] | None) -> str:
    if isinstance(owner, Chunk):
        return f"chunk {owner.label} (line {owner.line})"
    if owner is None:
        return "before its first chunk"
    return f"inline code `{owner[0]}` (line {owner[1]})"


def _failure(source: Source, owner, fault: CellExecutionError) -> ReportError:
    print(TERMINAL_CODES.sub("", fault.traceback), file=sys.stderr)
    last = f"{fault.ename}: {fault.evalue}".strip().splitlines()[0]
    if fault.ename == ReportError.__name__:
        last = fault.evalue
    return ReportError(f"{source.path}, {_named(owner)}: {last}")


def _entry(job: Job, root: Path, state: str) -> Path:
    cells, _ = _cells(job.source)
    key = digest(job.source.path, job.target, state, *(cell.source for cell in cells))
    name = job.source.path.replace("/", "-").removesuffix(".qmd")
    return CACHE / "chapters" / f"{name}.{job.target}.{key[:20]}.json"


def _recall(entry: Path, root: Path) -> Outputs | None:
    """Outputs of an earlier run, if every file that they point to still exists."""
    try:
        text = entry.read_text(encoding="utf-8")
        stored = json.loads(text)
        outputs = Outputs(stored["chunks"], stored["inline"])
    except (OSError, ValueError, KeyError):
        return None
    return outputs if all((root / name).is_file() for name in RESULT_LINKS.findall(text)) else None


def _remember(entry: Path, outputs: Outputs) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True)
    whole = entry.with_suffix(f".{os.getpid()}.part")
    whole.write_text(json.dumps({"chunks": outputs.chunks, "inline": outputs.inline}))
    os.replace(whole, entry)
    prefix = ".".join(entry.name.split(".")[:2])
    older = sorted(entry.parent.glob(f"{prefix}.*.json"), key=lambda path: -path.stat().st_mtime)
    for path in older[KEPT:]:
        path.unlink(missing_ok=True)
