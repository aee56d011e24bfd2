"""Builds of one project wait for one another."""

import os
import signal
import subprocess
import sys
import threading
import time

from analysis.book.place import alone
from analysis.paths import ROOT

HOLDER = """
import sys, time
from pathlib import Path
from analysis.book.place import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_build_waits_for_another_and_says_so(tmp_path, capsys):
    order = []

    def second():
        with alone(tmp_path / "lock"):
            order.append("second")

    with alone(tmp_path / "lock"):
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.3)
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]
    assert capsys.readouterr().out.startswith("Another build of this project is running")


def test_a_build_that_was_killed_keeps_nobody_waiting(tmp_path, capsys):
    given = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    holder = subprocess.Popen(given, stdout=subprocess.PIPE, cwd=ROOT)
    assert holder.stdout.readline() == b"held\n"
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with alone(tmp_path / "lock"):
        assert capsys.readouterr().out == ""
