"""The simulator: the reader's schema, the truth that it promises, and its made-up places."""

import numpy as np
import pandas as pd
import pytest

from analysis.data.made_up_places import _apportion, make_up_zones
from analysis.data.names import CHARACTERISTICS, COUNTIES, FEATURES, MOBILITY
from analysis.data.simulate import (
    INTERCEPT,
    NOISE_SD,
    SEED,
    STATE_SD,
    TRUTH,
    simulate,
    simulate_whole_zones,
)
from analysis.data.states import POSTAL_BY_FIPS

FRAMES = ("zones", "counties", "codebook", "table5", "table8")
DTYPES = {"identifier": "int64", "text": "str"}


@pytest.mark.needs_data
@pytest.mark.parametrize("frame", FRAMES)
def test_the_schema_is_that_of_the_reader(study, simulated_study, frame):
    real, simulated = getattr(study, frame), getattr(simulated_study, frame)
    pd.testing.assert_series_equal(real.dtypes, simulated.dtypes)
    assert type(real.index) is type(simulated.index)


@pytest.mark.needs_data
def test_the_codebook_is_that_of_the_reader_but_for_its_words(study, simulated_study):
    same = ["title", "original", "unit", "domain", "table", "kind"]
    pd.testing.assert_frame_equal(study.codebook[same], simulated_study.codebook[same])


@pytest.mark.needs_data
def test_values_are_missing_about_as_often_as_in_the_real_data(study, simulated_study):
    real = study.zones.isna().mean()
    assert (simulated_study.zones.isna().mean() - real).abs().max() < 0.05


@pytest.mark.parametrize(
    ("frame", "columns"),
    [("table8", CHARACTERISTICS), ("table5", MOBILITY), ("counties", COUNTIES)],
)
def test_columns_kinds_and_bounds_are_those_declared(simulated_study, frame, columns):
    table = getattr(simulated_study, frame)
    assert list(table.columns) == [column.name for column in columns]
    for column in columns:
        values = table[column.name]
        assert values.dtype == DTYPES.get(column.kind, "float64")
        if column.kind not in DTYPES:
            low, high = column.bounds
            assert values.dropna().between(low, high).all(), column.name


def test_sizes(simulated_study):
    assert simulated_study.simulated
    assert len(simulated_study.zones) == 741
    assert simulated_study.zones["am"].notna().sum() == 709
    counts = {name: sample.count for name, sample in simulated_study.samples.items()}
    assert counts == {"tract": 478, "list": 478, "county": 382}


def test_names_cannot_be_taken_for_real_ones(simulated_study):
    assert simulated_study.zones["zone"].str.fullmatch(r"Zone \d{5}").all()
    assert simulated_study.counties["county_name"].str.fullmatch(r"County \d{5}").all()
    assert simulated_study.codebook["definition"].str.contains("Simulated").sum() >= 60


def test_the_same_seed_gives_the_same_data():
    first, again, other = simulate(SEED)[0], simulate(SEED)[0], simulate(SEED + 1)[0]
    pd.testing.assert_frame_equal(first.characteristics, again.characteristics)
    pd.testing.assert_frame_equal(first.counties, again.counties)
    assert not first.mobility["am"].equals(other.mobility["am"])


def test_hiding_changes_no_value_that_it_leaves(simulated_study):
    whole = simulate_whole_zones().set_index("cz")
    seen = simulated_study.zones.set_index("cz")
    for name in ("am", *FEATURES):
        left = seen[name].dropna()
        pd.testing.assert_series_equal(left, whole.loc[left.index, name])


def test_the_known_relation_is_recovered_by_least_squares():
    """Over 20 seeds, the mean error of each coefficient is within 4 of its standard errors."""
    errors = []
    names = list(FEATURES)
    names.remove("gini")  # the sum of two others
    truth = np.array([TRUTH.get(name, 0.0) for name in names])
    places = make_up_zones()
    for seed in range(20):
        zones = simulate_whole_zones(seed, places)
        x = zones[names].to_numpy()
        x = (x - x.mean(axis=0)) / x.std(axis=0)
        design = np.column_stack([np.ones(len(x)), x])
        fit = np.linalg.lstsq(design, zones["am"].to_numpy(), rcond=None)[0]
        errors.append(fit[1:] - truth)
    mean, spread = np.mean(errors, axis=0), np.std(errors, axis=0, ddof=1)
    assert (np.abs(mean) < 4 * spread / np.sqrt(len(errors))).all()


def test_what_the_traits_leave_is_noise_and_an_effect_of_the_state():
    zones = simulate_whole_zones()
    traits = zones[list(TRUTH)]
    score = (traits - traits.mean()) / traits.std(ddof=0)
    rest = zones["am"] - INTERCEPT - score @ np.array(list(TRUTH.values()))
    within = rest - rest.groupby(zones["state"]).transform("mean")
    degrees = len(zones) - zones["state"].nunique()
    assert np.sqrt((within**2).sum() / degrees) == pytest.approx(NOISE_SD, rel=0.1)
    between = rest.groupby(zones["state"]).mean().std()
    assert STATE_SD * 0.7 < between < STATE_SD * 1.8


def test_each_zone_is_a_group_of_counties_of_its_state(simulated_study):
    counties = simulated_study.counties
    assert counties["county"].is_unique
    assert set(counties["cz"]) == set(simulated_study.zones["cz"])
    assert (counties["county"] // 1000).map(POSTAL_BY_FIPS).eq(counties["state"]).all()
    assert not counties[["cz", "state"]].drop_duplicates()["cz"].duplicated().any()
    assert simulated_study.zones["state"].nunique() == 51
    whole = counties.merge(simulated_study.zones[["cz", "state"]], on="cz")
    assert (whole["state_x"] == whole["state_y"]).all()


def test_shares_add_up_and_leave_none_out():
    shares = _apportion(np.array([1, 3, 254, 67, 8]), 100)
    assert shares.sum() == 100
    assert shares.min() == 1
    assert (shares <= [1, 3, 254, 67, 8]).all()
