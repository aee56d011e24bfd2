"""Run the cells of one chapter in this process, as a notebook would.

The process is meant to be a fresh one, forked from a server that has imported
what chapters import (`preload`): a chapter then starts in milliseconds and still
shares nothing with the one before.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from multiprocessing.connection import Connection

from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from analysis.processes import end_with_parent, on_interrupt

# Numbers that NumPy would print as np.float64(…) must be formatted in the chapter.
INLINE = """
def __inline__(value):
    from IPython.display import Markdown, display
    if not isinstance(value, str | Markdown):
        raise TypeError(f"inline code must give a str, not {type(value).__name__}")
    text = {"text/plain": value}
    display(value if isinstance(value, Markdown) else text, raw=isinstance(value, str))
"""


@dataclass(frozen=True)
class CellOutput:
    """What a cell gave.

    Attributes
    ----------
    printed, warned : str
        What it wrote to standard output and to standard error.
    shown : list of dict
        Its displays in order, each as MIME type to text.
    """

    printed: str = ""
    warned: str = ""
    shown: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class CellFailed:
    """A cell that raised: the error's name, its first line of words, and the traceback."""

    name: str
    words: str
    traceback: str


def run_cells(cells: list[str], folder: str, settings: dict[str, str], results: Connection) -> None:
    """Run cells one after another and tell of each, up to the first that fails.

    Parameters
    ----------
    cells : list of str
        Python code; IPython's own syntax works too.
    folder : str
        Where they run; modules beside it can be imported.
    settings : dict of str
        Variables of the environment for this chapter.
    results : Connection
        Gets a `CellOutput` for each cell, or a `CellFailed` and nothing more.
    """
    # Ctrl-C ends it at once, instead of being a fault of the chapter.
    on_interrupt(signal.SIG_DFL)
    end_with_parent()
    os.environ.update(settings)
    os.chdir(folder)
    sys.path.insert(0, folder)
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.run_cell(INLINE, store_history=False)
    for cell in cells:
        result = _run(shell, cell)
        results.send(result)
        if isinstance(result, CellFailed):
            break


def _run(shell: InteractiveShell, cell: str) -> CellOutput | CellFailed:
    shell.display_pub = CapturingDisplayPublisher()
    shell.display_trap.hook = CapturingDisplayHook(shell, shell.display_pub.outputs)
    with redirect_stdout(StringIO()) as printed, redirect_stderr(StringIO()) as warned:
        # The history holds the cell that runs, by which `show` finds its chunk's label.
        result = shell.run_cell(cell, store_history=True)
    fault = result.error_before_exec or result.error_in_exec
    if fault is not None:
        words = (str(fault).strip() or type(fault).__name__).splitlines()[0]
        return CellFailed(type(fault).__name__, words, printed.getvalue() + warned.getvalue())
    shown = [_texts(output["data"]) for output in shell.display_pub.outputs]
    return CellOutput(printed.getvalue(), warned.getvalue(), shown)


def _texts(data: dict) -> dict[str, str]:
    return {kind: value if isinstance(value, str) else repr(value) for kind, value in data.items()}
