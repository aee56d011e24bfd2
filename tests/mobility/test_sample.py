"""The sample and its accounting, and labels against definitions worked by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.sample import (
    analysis_sample,
    binary,
    label_table,
    minority_sample,
    quartile,
    with_labels,
)


def test_the_published_sample_loses_seven_zones(study):
    minority, zones = minority_sample(study), analysis_sample(study)
    assert (len(study.zones), len(minority), len(zones)) == (741, 478, 471)
    lost = minority[~minority["cz"].isin(zones["cz"])]
    assert "Reno" in set(lost["zone"])
    assert lost[TARGET].isna().all()


def test_corrected_sample_has_targets_and_the_original_need_not(simulated_study):
    assert analysis_sample(simulated_study)[TARGET].notna().all()
    minority = minority_sample(simulated_study)
    assert set(minority["cz"]) == simulated_study.sample.zones & set(simulated_study.zones["cz"])


def test_identifier_and_cohort_size_are_not_features():
    assert not {"cz", "zone", "state", "children", "frac_black", TARGET} & set(FEATURES)


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
    zones = with_labels(minority_sample(simulated_study).dropna(subset=["am"]))
    assert (label_table(zones).groupby("task")["zones"].sum() == len(zones)).all()
