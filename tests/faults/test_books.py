"""A build of the book that is killed at any place that writes leaves the old site or the new."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import ChainMap
from concurrent.futures import ThreadPoolExecutor

import pytest
from joblib import cpu_count

from analysis.paths import ROOT
from tests.faults.damage import HALF, HELD, contents, count
from tests.faults.test_processes import MARK, marked
from tests.pages.conftest import DATED
from tests.pages.project import make_project

NUMBER = 'text = f"{value:,.{digits}f}"'
CHANGES = {
    "index.qmd": ("Nothing at all,", "A changed sentence,"),
    "analysis/publish/text/numbers.py": (NUMBER, NUMBER.replace(":,", ":+,")),
    "analysis/publish/results/result_files.py": ('[["cz"]]', '[["cz", "state"]]'),
}


@pytest.fixture(autouse=True)
def limited_memory():
    """Not limited: a browser reserves addresses for far more than it uses."""


def build(project, told, place=""):
    """Run a build, killed at a place if one is given, and say which places it reached."""
    told.write_text("")
    settings = {**os.environ, **DATED, MARK: str(project), "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": f"{project}{os.pathsep}{ROOT}"}  # fmt: skip
    settings.pop("REPORT_DATA", None)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.struck_build", str(told), place],
        cwd=project, env=settings, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert ended.returncode == (-signal.SIGKILL if place else 0), ended.stderr
    return told.read_text().splitlines()


def halves(project):
    """Files and folders that lie beside what they should have become."""
    return [path for path in project.rglob(".*") if re.search(r"-\d+-\d+", path.name)]


def alive(project):
    """Processes of a build that run on after it has ended for a while."""
    end = time.monotonic() + 8
    while marked(str(project)) and time.monotonic() < end:
        time.sleep(0.1)
    return marked(str(project))


@pytest.mark.slow
def test_a_build_can_be_killed_at_each_place_that_writes(tmp_path):
    first, told = make_project(tmp_path / "first"), tmp_path / "told"
    build(first, told)
    before = contents(first / "_book")
    for name, (old, new) in CHANGES.items():
        text = (first / name).read_text(encoding="utf-8")
        assert old in text
        (first / name).write_text(text.replace(old, new), encoding="utf-8")
    shutil.copytree(first, tmp_path / "last")
    places = build(tmp_path / "last", told)
    after = contents(tmp_path / "last" / "_book")
    assert before.keys() == after.keys() and before != after

    assert len(places) > 20

    def struck(number):
        """What a build that is killed at a place leaves, and what the next one makes of it."""
        place, project = places[number], tmp_path / f"case{number}"
        told = tmp_path / f"told{number}"
        shutil.copytree(first, project)
        build(project, told, place)
        kept = contents(project / "_book") in (before, after) and not alive(project)
        build(project, told)
        whole = contents(project / "_book") == after and not halves(project)
        shutil.rmtree(project)
        return {f"killed at {place}": HELD if kept else HALF,
                f"again after {place}": HELD if whole else HALF}  # fmt: skip

    with ThreadPoolExecutor(2 * cpu_count()) as pool:  # a killed build takes its time to end
        made = dict(ChainMap(*pool.map(struck, range(len(places)))))
    count("whole builds", made)
