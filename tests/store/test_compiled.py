"""What numba compiled in one checkout serves the next."""

import os
import shutil
import subprocess
import sys

from analysis.paths import ROOT

RUN = """
import numpy as np
from analysis.scorecard.model.kernels import violation
one = np.ones((2, 2))
violation(one, one, one, 0.1, 0.1)
print(sum(violation.stats.cache_hits.values()))
"""


def hits(checkout, home) -> int:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(checkout), "HOME": str(home)}
    env |= {"XDG_CACHE_HOME": str(home), "LOCALAPPDATA": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=checkout,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def test_a_second_checkout_compiles_nothing_and_a_changed_one_anew(tmp_path):
    first, second, home = tmp_path / "first", tmp_path / "second", tmp_path / "home"
    for checkout in (first, second):
        shutil.copytree(
            ROOT / "analysis", checkout / "analysis", ignore=shutil.ignore_patterns("__pycache__")
        )
        (checkout / "data").mkdir()
        for table in (ROOT / "data").glob("*.csv"):
            shutil.copy(table, checkout / "data")
    assert hits(first, home) == 0
    assert hits(second, home) == 1
    source = second / "analysis" / "scorecard" / "model" / "kernels.py"
    source.write_text(source.read_text().replace("worst[k], v)", "worst[k], v + 0.0)"))
    assert hits(second, home) == 0
