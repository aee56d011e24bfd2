"""The original's models over random splits: what is left out changes nothing."""

import numpy as np
import pandas as pd
import pytest

from analysis.mobility.predict.elastic_net_search import PUBLISHED_CS
from analysis.mobility.replication import repeats
from analysis.mobility.replication import splits as redone
from analysis.mobility.replication.results import Replication
from analysis.mobility.replication.table import original_labels, original_table


@pytest.fixture(scope="module")
def original(study):
    """Values and true classes of the original's table."""
    table, labels = original_table(study), original_labels(study)
    return repeats.values_of(table, labels["binary"], False), labels


@pytest.mark.parametrize(
    ("task", "splits"),
    [
        ("binary", 10),
        pytest.param("binary", redone.SEARCHED["binary"], marks=pytest.mark.slow),
        pytest.param("quartiles", 5, marks=pytest.mark.slow),
    ],
)
def test_the_values_of_c_left_out_are_never_chosen(original, monkeypatch, task, splits):
    values, labels = original
    truth, folds = labels[repeats.LABELS[task]].to_numpy(int), redone.INNER_FOLDS[task]
    for train, test in repeats.random_splits(len(truth), splits):
        short = redone._search_split(values, truth, train, test, folds)
        with monkeypatch.context() as patch:
            patch.setattr(redone, "SEARCHED_CS", PUBLISHED_CS)
            full = redone._search_split(values, truth, train, test, folds)
        for name in ("penalty", "mix", "inner_accuracy", "test_accuracy"):
            assert short[name] == full[name]


@pytest.mark.parametrize("task", ["binary", "quartiles"])
def test_a_single_fit_is_that_of_the_search(original, task):
    values, labels = original
    truth = labels[repeats.LABELS[task]].to_numpy(int)
    train, test = repeats.random_splits(len(truth), 1)[0]
    first, _ = repeats.scaled(values, train, test)
    known = truth[train]
    l1_ratios, C = np.array([0.25]), PUBLISHED_CS[26]
    walk = PUBLISHED_CS[:27]
    whole = redone.path(first, known, walk, l1_ratios, redone.GRID_TOLERANCE)
    short = redone.down_to(first, known, C, 0.25)
    probabilities_of = [redone.probabilities(first, fitted)[-1, 0] for fitted in (whole, short)]
    assert np.abs(probabilities_of[0] - probabilities_of[1]).max() < 0.02
    assert np.mean(probabilities_of[0].argmax(axis=1) == probabilities_of[1].argmax(axis=1)) > 0.99


def test_splits_come_in_fives_that_test_every_zone_once():
    splits = repeats.random_splits(478, 12)
    assert len(splits) == 12
    for start in (0, 5):
        tested = np.concatenate([test for _, test in splits[start : start + 5]])
        assert sorted(tested) == list(range(478))
    assert {len(test) for _, test in splits} == {95, 96}
    assert not set(splits[0][0]) & set(splits[0][1])


def test_times_of_searches_are_not_among_the_results(simulated_study, monkeypatch):
    """Else two builds of the same would differ."""
    timed = pd.DataFrame({"split": [0], "seconds": [1.0]})
    monkeypatch.setattr(redone, "quick_splits", lambda *_: timed.drop(columns="seconds"))
    monkeypatch.setattr(redone, "grid_splits", lambda *_: timed)
    assert list(Replication(simulated_study).splits.columns) == ["split"]
