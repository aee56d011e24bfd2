"""The original's models over random splits: what is left out changes nothing."""

import numpy as np
import pandas as pd
import pytest

from analysis.mobility import replicate
from analysis.mobility import replication_models as redone
from analysis.mobility.elastic_net_search import PUBLISHED_PENALTIES
from analysis.mobility.replication import original_labels, original_table


@pytest.fixture(scope="module")
def original(study):
    """Values and true classes of the original's table."""
    table, labels = original_table(study), original_labels(study)
    return redone._values(table, labels["binary"], False), labels


def test_the_penalties_left_out_are_never_chosen(original, monkeypatch):
    values, labels = original
    truth, folds = labels["binary"].to_numpy(int), redone.INNER_FOLDS["binary"]
    for train, test in redone._splits(len(truth), redone.SEARCHED["binary"]):
        short = redone._grid(values, truth, train, test, folds)
        with monkeypatch.context() as patch:
            patch.setattr(redone, "SEARCHED_PENALTIES", PUBLISHED_PENALTIES)
            full = redone._grid(values, truth, train, test, folds)
        for name in ("penalty", "mix", "inner_accuracy", "test_accuracy"):
            assert short[name] == full[name]


@pytest.mark.parametrize("task", ["binary", "quartiles"])
def test_a_fit_of_one_pair_is_that_of_the_search(original, task):
    values, labels = original
    truth = labels[redone.LABELS[task]].to_numpy(int)
    train, test = redone._splits(len(truth), 1)[0]
    first, _ = redone._scaled(values, train, test)
    known = truth[train]
    mixes, penalty = np.array([0.25]), PUBLISHED_PENALTIES[26]
    walk = PUBLISHED_PENALTIES[:27]
    whole = redone.path(first, known, walk, mixes, redone.GRID_TOLERANCE)
    short = redone._down_to(first, known, penalty, 0.25)
    chances = [redone.probabilities(first, fitted)[-1, 0] for fitted in (whole, short)]
    assert np.abs(chances[0] - chances[1]).max() < 0.02
    assert np.mean(chances[0].argmax(axis=1) == chances[1].argmax(axis=1)) > 0.99


def test_splits_come_in_fives_that_test_every_zone_once():
    splits = redone._splits(478, 12)
    assert len(splits) == 12
    for start in (0, 5):
        tested = np.concatenate([test for _, test in splits[start : start + 5]])
        assert sorted(tested) == list(range(478))
    assert {len(test) for _, test in splits} == {95, 96}
    assert not set(splits[0][0]) & set(splits[0][1])


def test_error_of_a_median_is_that_of_repeated_draws():
    rng = np.random.default_rng(5)
    # fives that share nothing: the normal theory's 1.2533 sd / sqrt(n)
    found = [redone.median_error(rng.normal(size=200)) for _ in range(30)]
    assert np.mean(found) == pytest.approx(1.2533 / np.sqrt(200), rel=0.15)
    # pairs that differ add their own error
    pairs = np.arange(200) % 10
    spread = rng.normal(size=200) + 3 * rng.normal(size=10)[pairs]
    assert redone.median_error(spread, pairs) > 2 * redone.median_error(spread)


def test_what_was_not_run_in_full_is_not_there(simulated_study):
    assert replicate.full_replication(simulated_study) is None


def test_rows_say_how_sure_their_medians_are():
    quick = pd.DataFrame({"split": range(10), "test_accuracy": np.linspace(0.7, 0.9, 10)})
    quick = quick.assign(task="binary", model="random forest", train_accuracy=0.95, test_auc=0.9)
    searched = quick.assign(model="elastic net", pair=quick["split"] % 2)
    rows = redone.score_rows(pd.concat([quick, searched], ignore_index=True))
    rows = rows.set_index("quantity")
    assert rows.loc["binary, random forest: test accuracy", "searched"] == 0
    assert rows.loc["binary, elastic net: test accuracy", "searched"] == 2
    assert rows.loc["binary, elastic net: test accuracy", "median_error"] > 0
    assert rows.loc["binary, elastic net: train accuracy", "median_error"] < 1e-12
