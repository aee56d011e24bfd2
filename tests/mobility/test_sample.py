"""The sample and its accounting."""

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.sample import analysis_sample, minority_sample


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
    assert len(FEATURES) == 37
