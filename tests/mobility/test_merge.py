"""The sample and its accounting."""

import pytest

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.merge import analysis_sample, funnel, minority_sample
from analysis.mobility.missing import missing_by_feature


def test_funnel_of_the_published_sample(study):
    table = funnel(study)
    assert table["zones"].tolist() == [741, 741, 478, 471]
    assert table["dropped"].tolist() == [0, 0, 263, 7]
    assert "Reno (NV)" in table["why"].iloc[-1]


def test_every_dropped_row_is_counted(simulated_study):
    table = funnel(simulated_study)
    losses = table["zones"].shift(1) - table["zones"]
    assert losses.iloc[1:].tolist() == table["dropped"].iloc[1:].tolist()
    assert table["zones"].iloc[-1] == len(analysis_sample(simulated_study))


def test_corrected_sample_has_targets_and_the_original_need_not(simulated_study):
    assert analysis_sample(simulated_study)[TARGET].notna().all()
    minority = minority_sample(simulated_study)
    assert set(minority["cz"]) == simulated_study.sample.zones & set(simulated_study.zones["cz"])


def test_identifier_and_cohort_size_are_not_features():
    assert not {"cz", "zone", "state", "children", "frac_black", TARGET} & set(FEATURES)
    assert len(FEATURES) == 37


def test_missing_counts_agree_with_a_count_by_hand(simulated_study):
    zones = analysis_sample(simulated_study)
    table = missing_by_feature(zones).set_index("feature")
    for name in FEATURES:
        by_hand = sum(value != value for value in zones[name])
        assert table["missing"].get(name, 0) == by_hand
    assert table["share"].to_numpy() == pytest.approx(table["missing"] / len(zones))
