"""Builds of one project wait for one another."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from analysis import paths
from analysis.book.place import alone
from analysis.paths import ROOT

HOLDER = """
import sys, time
from pathlib import Path
from analysis import paths
from analysis.book.place import alone
paths.CACHE = Path(sys.argv[1])
with alone():
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "CACHE", tmp_path)


def test_a_build_waits_for_another_and_says_so(tmp_path, capsys):
    order = []

    def second():
        with alone():
            order.append("second")

    with alone():
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.3)
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]
    assert capsys.readouterr().out.startswith("Another build of this project is running")


def test_a_build_that_was_killed_keeps_nobody_waiting(tmp_path, capsys):
    given = [sys.executable, "-c", HOLDER, str(tmp_path)]
    holder = subprocess.Popen(given, stdout=subprocess.PIPE, cwd=ROOT)
    assert holder.stdout.readline() == b"held\n"
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with alone():
        assert capsys.readouterr().out == ""
