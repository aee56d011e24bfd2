"""Labels against definitions worked by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.mobility.sample import binary, label_table, quartile, with_labels


def test_binary_splits_at_the_mean():
    assert binary(pd.Series([1.0, 2.0, 9.0])).tolist() == [0, 0, 1]


def test_a_value_equal_to_the_threshold_is_not_above_it():
    assert binary(pd.Series([1.0, 4.0, 5.0]), threshold=4.0).tolist() == [0, 0, 1]


def test_quartiles_are_of_equal_size_and_ordered():
    values = pd.Series(np.random.default_rng(1).normal(size=400))
    codes = quartile(values)
    assert codes.value_counts().tolist() == [100] * 4
    assert (
        values.groupby(codes).max().iloc[:-1].lt(values.groupby(codes).min().shift(-1)[:-1]).all()
    )


@pytest.mark.parametrize("label", [binary, quartile])
def test_a_missing_target_is_refused(label):
    with pytest.raises(ValueError, match="without missing"):
        label(pd.Series([1.0, np.nan, 3.0, 4.0]))


def test_label_table_counts_every_zone_once_a_task(simulated_study):
    from analysis.mobility.sample import minority_sample

    zones = with_labels(minority_sample(simulated_study).dropna(subset=["am"]))
    assert (label_table(zones).groupby("task")["zones"].sum() == len(zones)).all()
