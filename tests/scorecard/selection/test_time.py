"""Builds end in good time, say how far they are, and leave nothing behind."""

import contextlib
import functools
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.scorecard.evaluation.baselines import every_question
from analysis.scorecard.model.design_matrix import encode
from analysis.scorecard.model.elastic_net import SEPARABLE, fit_paths, log_loss
from analysis.scorecard.output.files import selection_table
from analysis.scorecard.sampling.bootstrap import folds_of
from analysis.scorecard.selection.frequency import Task, TrainingData, resample_once
from analysis.scorecard.selection.nested import searched_fit, select
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import FREQUENCY, PROFILES, rng_of
from tests.scorecard.conftest import TINY
from tests.scorecard.worlds import separable


@pytest.fixture(scope="module")
def hard():
    """As many households and candidates as a real survey had that took hours."""
    return separable(1925, 51, 1, noise=0.01)


def paths_of(survey, **options):
    fold = folds_of(survey.cluster, survey.stratum, 5, rng_of(1))
    return fit_paths(
        encode(survey), survey.lines[0].poor, survey.weight, l1_ratio=1.0, fold=fold, **options
    )


def test_a_path_ends_once_held_out_loss_has_risen(hard):
    paths = paths_of(hard, lambdas=50, patience=5)
    mean, _ = paths.loss()
    assert paths.stopped == "rising"
    assert len(mean) - 1 - mean.argmin() == 5
    assert paths.steps < 1000


def test_a_path_ends_where_the_fit_all_but_separates_the_classes():
    survey = separable(400, 6, 2, noise=0.0)
    design = encode(survey)
    lambdas = 0.2 * np.geomspace(1, 1e-8, 60)
    paths = fit_paths(design, survey.lines[0].poor, survey.weight, l1_ratio=1.0, lambdas=lambdas)
    assert paths.stopped == "separable"
    eta = design.dense() @ paths.beta[-1, :, 0] + paths.gamma[-1, survey.region, 0]
    left = np.average(log_loss(eta, survey.lines[0].poor), weights=survey.weight)
    rate = np.array(
        [
            np.average(
                survey.lines[0].poor[survey.region == r], weights=survey.weight[survey.region == r]
            )
            for r in range(4)
        ]
    )
    null = np.average(
        log_loss(np.log(rate / (1 - rate))[survey.region], survey.lines[0].poor),
        weights=survey.weight,
    )  # fmt: skip
    assert left < (1 - SEPARABLE) * null * 1.01
    assert len(paths.lambdas) < 60


def test_a_survey_whose_answers_nearly_tell_the_status_takes_seconds(hard):
    poor = hard.lines[0].poor
    quick = PROFILES["quick"]
    paths_of(hard, lambdas=2)  # compiles
    start = time.process_time()
    resample_once(TrainingData.of(hard, poor, quick), Task(-1, 1.0, 0))
    every_question(hard, poor, hard, 1.0, quick)
    searched_fit(hard, poor, replace(quick, l1_ratios=(1.0,)))
    assert time.process_time() - start < 30


def test_the_selection_file_says_how_paths_ended(card_study):
    told = selection_table(card_study)["paths"].unique()
    assert len(told) == 1
    counts = [int(n) for n in re.findall(r"(\d+) (?:to the|ended)", told[0])]
    assert sum(counts) == TINY.resamples


def test_another_number_of_questions_finds_the_resamples(small, tmp_path, monkeypatch):
    from analysis.scorecard.selection import frequency

    paper = replace(TINY, rule=FREQUENCY, resamples=2, l1_ratios=(1.0,))
    runner = Runner(folder=tmp_path, progress=False)
    select(small, small.lines[0].poor, paper, runner)

    def never(*_):
        raise AssertionError("a resample was done again")

    functools.update_wrapper(never, frequency.resample_once)
    monkeypatch.setattr(frequency, "resample_once", never)
    fewer = select(small, small.lines[0].poor, replace(paper, questions=6), runner)
    assert fewer.candidates["chosen"].sum() == 6


def test_a_second_line_has_the_same_questions(card_study, small):
    from analysis.scorecard.build import run_study

    quiet = Runner(folder=None, progress=False)
    one, two = (
        run_study(small, replace(TINY, resamples=2), line=line, runner=quiet, compared=False)
        for line in (None, "poorest-20")
    )
    assert one.selection.fit.questions == two.selection.fit.questions
    assert two.card.lines[0].name == "poorest-20"
    assert one.card.points != two.card.points


def test_progress_is_told_in_lines_where_there_is_no_terminal(small, capsys, monkeypatch):
    from analysis.scorecard.selection import runner

    monkeypatch.setattr(runner, "EVERY", 0.0)
    paper = replace(TINY, rule=FREQUENCY, resamples=2, l1_ratios=(1.0,))
    select(small, small.lines[0].poor, paper, Runner(folder=None))
    assert re.search(
        r"choosing the questions: 1 of 2, about [\d:]+ left\n", capsys.readouterr().err
    )
    select(small, small.lines[0].poor, paper, Runner(folder=None, progress=False))
    assert capsys.readouterr().err == ""


BUILD = """
import sys
from pathlib import Path
from analysis.__main__ import main
from analysis.scorecard.selection import runner
runner.paths.CACHE = Path(sys.argv[1])
sys.exit(main(["scorecard", "build", "simulated", "--jobs", "2", "--out", sys.argv[1] + "/out"]))
"""


def descendants(pid):
    """Living processes below one, by /proc."""
    parents = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(entry)] = int(fields[1])
    found, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return found - {pid}


def alive(pids):
    def state(pid):
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return "Z"

    return [pid for pid in pids if state(pid) != "Z"]


@pytest.mark.slow
@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks at /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_build_that_is_stopped_leaves_no_process_behind(how, tmp_path):
    child = subprocess.Popen([sys.executable, "-c", BUILD, str(tmp_path)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    workers = set()
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and child.poll() is None:
            workers = descendants(child.pid)
            done = [line for file in tmp_path.glob("scorecard/*.jsonl") for line in file.open()]
            if len(workers) >= 2 and len(done) > 4:
                break
            time.sleep(0.1)
        assert child.poll() is None and len(workers) >= 2
        child.send_signal(how)
        child.wait(timeout=30)
        deadline = time.monotonic() + 15
        while alive(workers) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not alive(workers)
    finally:
        for pid in [child.pid, *workers]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        child.wait()
