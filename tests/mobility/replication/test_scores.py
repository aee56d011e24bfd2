"""How sure the medians over random splits are."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats.mstats import hdmedian

from analysis.mobility.replication import scores
from analysis.mobility.results import all_results


def test_a_median_is_that_of_harrell_and_davis():
    for size in (7, 200):
        values = np.random.default_rng(size).integers(70, 90, size) / 95
        assert scores.median(values) == pytest.approx(float(hdmedian(values)), rel=1e-12)


def test_a_median_does_not_depend_on_how_resamples_write_copies():
    values, times = np.array([0.2, 0.9, 0.4]), np.array([[2, 0, 3]])
    copies = np.repeat(values, times[0])
    assert scores._medians(values, times)[0] == pytest.approx(scores.median(copies), rel=1e-12)


def test_error_of_a_median_is_that_of_repeated_draws():
    rng = np.random.default_rng(5)
    # fives that share nothing: the normal theory's 1.2533 sd / sqrt(n)
    found = [scores.median_error(rng.normal(size=200)) for _ in range(30)]
    assert np.mean(found) == pytest.approx(1.2533 / np.sqrt(200), rel=0.15)
    # pairs that differ add their own error
    pairs = np.arange(200) % 10
    spread = rng.normal(size=200) + 3 * rng.normal(size=10)[pairs]
    assert scores.median_error(spread, pairs) > 2 * scores.median_error(spread)
    # each split with a pair of its own: the pairs are no sample beside the splits
    assert scores.median_error(spread, np.arange(200)) == scores.median_error(spread)


@pytest.mark.slow
def test_medians_are_surer_than_half_a_percentage_point(study):
    rows = all_results(study).replication.rows
    tested = rows[rows["quantity"].str.endswith("test accuracy")]
    assert len(tested) == 4
    assert tested["median_error"].max() < 0.005


def test_rows_say_how_sure_their_medians_are():
    quick = pd.DataFrame({"split": range(10), "test_accuracy": np.linspace(0.7, 0.9, 10)})
    quick = quick.assign(task="binary", model="random forest", train_accuracy=0.95, test_auc=0.9)
    searched = quick.assign(model="elastic net", pair=quick["split"] % 2)
    rows = scores.score_rows(pd.concat([quick, searched], ignore_index=True))
    rows = rows.set_index("quantity")
    assert rows.loc["binary, random forest: test accuracy", "searched"] == 0
    assert rows.loc["binary, elastic net: test accuracy", "searched"] == 2
    assert rows.loc["binary, elastic net: test accuracy", "median_error"] > 0
    assert rows.loc["binary, elastic net: train accuracy", "median_error"] < 1e-12
