"""Everything that chapters read is fitted beforehand, the workers side by side."""

import os
import signal
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path

import psutil
import pytest
from joblib import Parallel, delayed

from analysis import paths
from analysis.errors import ReportError
from analysis.mobility.explain.results import explanations
from analysis.mobility.groups.results import group_results
from analysis.mobility.results import all_results
from analysis.publish.results import fits

MARK = "FITS_MARK"
OF_OTHER_THINGS = fits.card_worker, fits.shapes_worker
PLACES = (str(paths.ROOT), str(Path(__file__).parent))


class Noted:
    """Notes each of its results as it is computed."""

    def __init__(self, done):
        self.done = done

    @cached_property
    def first(self):
        self.done.append("first")

    @cached_property
    def second_one(self):
        self.done.append("second one")


def long_worker(study):
    return [("first", lambda: time.sleep(0.05)), ("second", lambda: time.sleep(1.4))]


def short_worker(study):
    return [("third", lambda: time.sleep(0.4)), ("fourth", lambda: time.sleep(0.2))]


def waits_for_the_other(study):
    return [("waits", lambda: _until(lambda: (study / "met").exists()))]


def is_waited_for(study):
    return [("meets", (study / "met").touch)]


def fails(study):
    def fail():
        raise ReportError(f"{study} is no study")

    return [("fails", fail)]


def dies(study):
    return [("dies", lambda: os._exit(1))]


def endless(study):
    def wait():
        (study / "began").write_text(str(os.getpid()))
        list(Parallel(n_jobs=2)(delayed(time.sleep)(300) for _ in range(2)))

    return [("endless", wait)]


def with_a_pool(study):
    def compute():
        assert list(Parallel(n_jobs=2)(delayed(abs)(one) for one in (-1, -2))) == [1, 2]
        _until(lambda: (study / "met").exists())

    (study / "began").write_text("now")
    return [("with a pool", compute)]


def fails_when_the_other_waits(study):
    def fail():
        _until(lambda: (study / "began").exists() and (study / "began").read_text())
        raise ReportError("enough")

    return [("fails", fail)]


def _until(holds):
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_part_that_took_a_while_is_a_line_as_soon_as_it_has_ended(monkeypatch):
    monkeypatch.setattr(fits, "WORTH_A_LINE", 0.1)
    lines = []
    fits.fit_all(None, lines.append, [long_worker, short_worker])
    # how long a part sleeps is for the machine to say
    names = [line.partition(":")[0] for line in lines]
    assert names == ["  third", "  fourth", "  second"]
    assert all(line.endswith(" s") for line in lines)


def test_lanes_run_side_by_side(tmp_path):
    fits.fit_all(tmp_path, print, [waits_for_the_other, is_waited_for])
    assert (tmp_path / "met").exists()


def test_a_fault_is_raised_as_it_was_and_ends_the_other_worker(tmp_path):
    with pytest.raises(ReportError, match="enough"):
        fits.fit_all(tmp_path, print, [endless, fails_when_the_other_waits])
    assert not psutil.pid_exists(int((tmp_path / "began").read_text()))


def test_a_fault_says_where_it_came_from(tmp_path):
    with pytest.raises(ReportError) as raised:
        fits.fit_all(tmp_path, print, [fails])
    assert "in fail" in str(raised.value.__cause__)


def test_a_lane_that_dies_is_no_success(tmp_path):
    with pytest.raises(ReportError, match="died"):
        fits.fit_all(tmp_path, print, [dies])


SCRIPT = """
from pathlib import Path
import test_fits as workers
from analysis import paths
from analysis.publish.results import fits
if __name__ == "__main__":
    fits.PRELOAD = ("test_fits",)  # all that these workers need
    paths.CACHE = Path({folder!r})
    fits.fit_all(Path({folder!r}), print, [workers.{worker}, workers.is_waited_for])
"""


def _started(folder, worker):
    """A process that fits a worker of this module and one that is waited for."""
    file = folder / "script.py"
    file.write_text(SCRIPT.format(folder=str(folder), worker=worker))
    return subprocess.Popen(
        [sys.executable, str(file)],
        env={**os.environ, MARK: str(folder), "PYTHONPATH": os.pathsep.join(PLACES)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_lanes_leave_nothing_to_clear_up(tmp_path):
    started = _started(tmp_path, "with_a_pool")
    assert started.communicate(timeout=60) == (None, "")
    assert started.returncode == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_alive_soon_after_an_interruption(tmp_path, how):
    started = _started(tmp_path, "endless")
    _until(lambda: (tmp_path / "met").exists() and len(_marked(str(tmp_path), "loky")) >= 3)
    time.sleep(1)  # until the last one looks after its parent
    started.send_signal(how)  # to it alone
    started.communicate(timeout=60)
    _until(lambda: not _marked(str(tmp_path)))


def _marked(mark, word=""):
    """Processes that were started with a mark in their environment and a word in their command."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found += [process] if word in " ".join(process.cmdline()) else []
        except psutil.Error:
            continue
    return found


def test_each_result_of_each_index_is_a_part_of_one_worker(simulated_study):
    models = all_results(simulated_study)
    indexes = (
        *(models, models.replication, explanations(models)),
        group_results(simulated_study),
    )
    named = [name.replace("_", " ") for index in indexes for name in fits.result_names(index)]
    workers = [worker(simulated_study) for worker in fits.WORKERS if worker not in OF_OTHER_THINGS]
    assert sorted(name for worker in workers for name, _ in worker) == sorted(named)
    assert set(fits.result_names(models)) >= fits.WITHOUT_FORECASTS
    assert set(fits.result_names(explanations(models))) >= fits.EXPLAINED_ALONE


def test_a_part_computes_its_result():
    done = []
    for _, compute in fits._parts(Noted(done)):
        compute()
    assert done == ["first", "second one"]
