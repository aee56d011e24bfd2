"""No process outlives the command that started it, however that ends."""

import os
import signal
import subprocess
import sys
import time
import uuid

import psutil
import pytest

from analysis.paths import ROOT

MARK = "FAULTS_MARK"
POOL = """
import time, joblib
def fit(*given):
    print("busy", flush=True)
    list(joblib.Parallel(n_jobs=2)(joblib.delayed(time.sleep)(60) for _ in range(4)))
"""
SCRIPTS = {
    "workers of fits": POOL
    + """
import analysis.data, analysis.publish.results.fits
from analysis.book import before
analysis.data.load = lambda: None
analysis.publish.results.fits.fit_all = fit
before._fit()
""",
    "workers of resamples": """
import time
from types import SimpleNamespace
from analysis.scorecard.selection.runner import Runner
print("busy", flush=True)
def work(material, task):
    time.sleep(60)
tasks = [SimpleNamespace(name=str(n)) for n in range(4)]
Runner(jobs=2, folder=None, progress=False).run(work, 1, tasks, "x")
""",
    "a chapter": """
import multiprocessing
from analysis.book.run.kernel import run_cells
if __name__ == "__main__":
    fork = multiprocessing.get_context("forkserver")
    here, there = fork.Pipe(duplex=False)
    cells = ["import time; time.sleep(60)"]
    process = fork.Process(target=run_cells, args=(cells, ".", {}, there), daemon=True)
    process.start()
    print("busy", flush=True)
    process.join()
""",
    "Quarto": """
import sys
from pathlib import Path
from analysis.book.quarto import quarto
from analysis.book.manuscript.book import read_book
from analysis.paths import ROOT
program = Path(sys.argv[1])
program.write_text("#!/bin/sh\\nsleep 60 & sleep 60; wait\\n")
program.chmod(0o755)
print("busy", flush=True)
quarto._run(quarto.Quarto(program, "9.9"), read_book(ROOT), [])
""",
    "a builder of edits": """
from pathlib import Path
import time
from analysis.book import build, edit
if __name__ == "__main__":
    builder = edit.Builder(Path("nowhere"), True)
    print("busy", flush=True)
    try:
        time.sleep(60)
    finally:
        builder.end()
""",
}
QUICK = ("workers of fits", "Quarto")


def marked(mark):
    """Processes that were started with a mark in their environment, and by what they started."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def survivors(script, how, folder, patience):
    mark = uuid.uuid4().hex
    file = folder / "script.py"
    file.write_text(script)
    started = subprocess.Popen(
        [sys.executable, str(file), str(folder / "program")],
        env={**os.environ, MARK: mark, "PYTHONPATH": str(ROOT)},
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        assert started.stdout.readline() == b"busy\n"
        end = time.monotonic() + 30
        while len(marked(mark)) < 3 and time.monotonic() < end:
            time.sleep(0.1)
        assert len(marked(mark)) >= 2, "it started nothing"
        time.sleep(1.5)  # until the last one looks after its parent
        started.send_signal(how)
        started.wait(20)
        end = time.monotonic() + patience
        while marked(mark) and time.monotonic() < end:
            time.sleep(0.1)
        return [" ".join(process.cmdline()[:3]) for process in marked(mark)]
    finally:
        for process in marked(mark):
            process.kill()


CASES = [
    pytest.param(
        name, how, marks=() if name in QUICK and how == signal.SIGKILL else pytest.mark.slow
    )
    for name in SCRIPTS
    for how in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
]


@pytest.mark.parametrize(("name", "how"), CASES)
def test_nothing_is_alive_soon_after_the_command_has_ended(tmp_path, name, how):
    assert survivors(SCRIPTS[name], how, tmp_path, 8) == []
