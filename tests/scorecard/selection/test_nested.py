"""The choice of questions: finds a known truth, and depends on nothing that it shouldn't."""

import functools
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from analysis.scorecard.model.design_matrix import encode
from analysis.scorecard.sampling.bootstrap import draw, folds_of
from analysis.scorecard.sampling.bootstrap import test_rows as held_rows
from analysis.scorecard.selection.frequency import question_strength
from analysis.scorecard.selection.nested import JUDGING_SHARE, select
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import EXCHANGE, FREQUENCY, Settings, rng_of
from analysis.scorecard.survey.simulate import TRUE_QUESTIONS
from analysis.scorecard.survey.survey import Item
from tests.scorecard.conftest import QUIET, TINY, chosen_fit, simulated_survey

PAPER = replace(TINY, rule=FREQUENCY)


def names(selection):
    return set(selection.candidates.query("chosen")["question"])


def chosen(survey, settings=PAPER, runner=QUIET):
    return select(survey, survey.lines[0].poor, settings, runner)


@pytest.fixture(scope="module")
def usual(small):
    """What the paper's rule chooses on the small survey by one process that keeps nothing."""
    return chosen(small)


@pytest.fixture(scope="module")
def exchanged(small):
    """What exchanges choose there."""
    return chosen(small, TINY)


@pytest.fixture(scope="module", params=[EXCHANGE, FREQUENCY])
def each(request):
    """Settings of either rule, and what it chooses."""
    name = {EXCHANGE: "exchanged", FREQUENCY: "usual"}[request.param]
    return replace(TINY, rule=request.param), request.getfixturevalue(name)


@pytest.mark.slow
@pytest.mark.parametrize("rule", [EXCHANGE, FREQUENCY])
def test_the_true_questions_are_found_in_nine_of_ten_seeds(rule):
    resamples = 12 if rule == FREQUENCY else 1
    settings = replace(TINY, rule=rule, resamples=resamples, l1_ratios=(1.0,), seed=1)
    found = 0
    for seed in range(10):
        survey = simulated_survey(1500, seed)
        fit = chosen_fit(survey, settings)
        found += {survey.items[j].name for j in fit.questions} == set(TRUE_QUESTIONS)
    assert found >= 9


def test_workers_and_order_do_not_matter(small, each):
    settings, one = each
    two = chosen(small, settings, Runner(jobs=2, folder=None, progress=False))
    assert one.candidates.equals(two.candidates)
    assert one.nested.equals(two.nested)
    np.testing.assert_array_equal(one.fit.gamma, two.fit.gamma)


@pytest.mark.slow
def test_a_dask_cluster_of_two_processes_gives_the_same(small, usual):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
        dashboard_address=None,
    ) as cluster:  # fmt: skip
        there = chosen(small, runner=Runner(dask=cluster.scheduler_address, folder=None))
    here = usual
    assert here.candidates.equals(there.candidates)
    np.testing.assert_array_equal(here.fit.gamma, there.fit.gamma)


def test_the_scale_of_weights_changes_nothing(small, each):
    settings, one = each
    other = chosen(replace(small, weight=small.weight * 512.0), settings)
    assert names(one) == names(other)
    np.testing.assert_array_equal(one.samples, other.samples)
    np.testing.assert_allclose(one.fit.gamma, other.fit.gamma, rtol=1e-9)


def test_a_household_duplicated_with_half_its_weight_changes_nothing(small, usual):
    rows = np.concatenate([np.arange(len(small)), [11, 400]])
    twin = small.take(rows)
    weight = twin.weight.copy()
    weight[[11, 400, -2, -1]] /= 2
    one, other = usual, chosen(replace(twin, weight=weight))
    assert names(one) == names(other)
    np.testing.assert_allclose(one.strengths, other.strengths, atol=2e-3)
    for a, b in zip(one.fit.beta, other.fit.beta, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-3)


def test_relabelling_answers_changes_nothing_but_labels(small, each):
    items = tuple(
        Item(item.name, item.text, tuple(f"<{answer}>" for answer in item.answers))
        for item in small.items
    )
    settings, one = each
    other = chosen(replace(small, items=items), settings)
    assert one.candidates.equals(other.candidates)
    np.testing.assert_array_equal(one.fit.gamma, other.fit.gamma)


def test_the_order_of_answers_does_not_matter(small, usual):
    """The commonest answer is the base, wherever it stands in the list."""
    codes = small.codes.copy()
    items = list(small.items)
    for j, item in enumerate(items):
        codes[:, j] = len(item.answers) - 1 - codes[:, j]
        items[j] = Item(item.name, item.text, item.answers[::-1])
    one = usual
    other = chosen(replace(small, codes=codes, items=tuple(items)))
    assert names(one) == names(other)
    for a, b in zip(one.fit.beta, other.fit.beta, strict=True):
        np.testing.assert_allclose(a, b[::-1], atol=2e-3)


def test_strength_is_the_weighted_spread_of_a_question_s_part(small):
    design = encode(small)
    beta = np.random.default_rng(0).normal(size=design.columns)
    found = question_strength(design, beta, small.weight)
    part = design.dense()[:, design.question == 3] @ beta[design.question == 3]
    mean = np.average(part, weights=small.weight)
    expected = np.sqrt(np.average((part - mean) ** 2, weights=small.weight))
    assert found[3] == pytest.approx(expected)


def test_splits_keep_areas_whole_and_strata_in_proportion(small):
    rng = np.random.default_rng(0)
    fold = folds_of(small.cluster, small.stratum, 5, rng)
    held = held_rows(small.cluster, small.stratum, "cluster", rng)
    times = draw(small.cluster, small.stratum, "cluster", 0.5, rng)
    for c in np.unique(small.cluster):
        here = small.cluster == c
        assert len(set(fold[here])) == len(set(held[here])) == len(set(times[here])) == 1
    assert set(fold) == set(range(5))
    assert held.mean() == pytest.approx(1 / 3, abs=0.06)
    for s in np.unique(small.stratum):
        assert times[small.stratum == s].sum() > 0
    households = draw(small.cluster, small.stratum, "household", 0.5, rng)
    assert households.sum() == len(small) // 2


def test_resamples_of_one_place_are_the_same_whatever_came_before():
    one = rng_of(3, 1, 2).random(4)
    rng_of(3, 1, 1).random(100)
    np.testing.assert_array_equal(one, rng_of(3, 1, 2).random(4))
    assert (one != rng_of(3, 2, 1).random(4)).all()


WORKER = """
import sys
from pathlib import Path
from analysis.scorecard.selection.runner import Runner
from tests.scorecard.conftest import simulated_survey
from tests.scorecard.selection.test_nested import PAPER, chosen
chosen(simulated_survey(1200, 3), PAPER, Runner(folder=Path(sys.argv[1]), progress=False))
"""


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_stopped(small, usual, tmp_path, monkeypatch):
    child = subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path)])
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and child.poll() is None:
            kept = [line for f in tmp_path.glob("*.jsonl") for line in f.read_text().splitlines()]
            if len([line for line in kept if line]) >= 5:
                break
            time.sleep(0.02)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    (file,) = tmp_path.glob("*.jsonl")
    lines = [line.partition(" ")[2] for line in file.read_text().splitlines()]
    before = [json.loads(line)[0] for line in lines if line.endswith("]")]
    judging = -(-TINY.resamples // JUDGING_SHARE)
    total = TINY.resamples + judging * TINY.outer_folds * len(TINY.l1_ratios)
    assert 5 <= len(before) < total
    with file.open("a") as torn:
        torn.write('["0/1/2", [0.1, 0.')  # the line that a kill cuts short

    done = []
    from analysis.scorecard.selection import frequency

    original = frequency.resample_once

    def counted(material, task):
        done.append(task.name)
        return original(material, task)

    functools.update_wrapper(counted, original)
    monkeypatch.setattr(frequency, "resample_once", counted)
    resumed = chosen(small, runner=Runner(folder=tmp_path, progress=False))
    monkeypatch.undo()
    assert not set(done) & set(before)
    assert len(done) + len(before) == total
    assert resumed.candidates.equals(usual.candidates)


def test_other_settings_do_not_find_the_resamples_of_these(small, tmp_path):
    runner = Runner(folder=tmp_path, progress=False)
    one = replace(PAPER, resamples=2, l1_ratios=(1.0,))
    chosen(small, one, runner)
    chosen(small, replace(one, seed=6), runner)
    assert len(list(tmp_path.glob("*.jsonl"))) == 2


def test_a_refused_dask_address_is_one_sentence(small):
    from analysis.errors import ReportError

    with pytest.raises(ReportError, match="No Dask cluster answers"):
        chosen(small, runner=Runner(dask="tcp://127.0.0.1:9", folder=None, progress=False))


def test_defaults_are_those_of_the_two_profiles():
    from analysis.scorecard.settings import PROFILES

    quick, full = PROFILES["quick"], PROFILES["full"]
    sizes = ("resamples", "folds", "n_lambdas", "outer_folds")
    assert [getattr(quick, size) for size in sizes] == [50, 5, 50, 3]
    assert [getattr(full, size) for size in sizes] == [100, 10, 100, 5]
    assert len(quick.l1_ratios) == len(full.l1_ratios) == 3
    assert full == Settings()
