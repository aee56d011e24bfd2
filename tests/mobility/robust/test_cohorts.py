"""The later cohort: read from the workbook a second time, counted by hand, and simulated."""

import numpy as np
import pandas as pd
import pytest
import xlrd

from analysis.data.locate import locate
from analysis.data.registry import WORKBOOK
from analysis.mobility.predict.out_of_fold import Predictions
from analysis.mobility.robust.cohorts import (
    agreement_table,
    cohort_scores,
    distance_table,
    later_labels,
    normal_agreement,
)
from analysis.mobility.sample import analysis_sample


@pytest.fixture(scope="module")
def zones(simulated_zones):
    """Simulated zones, of which some have no later cohort."""
    later = simulated_zones["am_8385"].where(np.arange(len(simulated_zones)) % 9 > 0)
    return simulated_zones.assign(am_8385=later)


@pytest.fixture(scope="module")
def found(zones):
    rng = np.random.default_rng(4)
    probability = np.clip(0.5 + 0.08 * (zones["am"] - zones["am"].mean()).to_numpy(), 0.05, 0.95)
    probability = np.clip(probability + rng.normal(0, 0.2, (3, len(zones))), 0.01, 0.99)
    return Predictions(
        zones["cz"].to_numpy(),
        zones["state"].to_numpy(str),
        zones["label_binary"].to_numpy(),
        np.stack([1 - probability, probability], axis=2),
    )


@pytest.mark.needs_data
def test_the_two_cohorts_agree_as_a_second_reading_of_the_workbook_says(study):
    """Table 5 read with xlrd alone: the columns by their headers, the cuts by NumPy."""
    sheet = xlrd.open_workbook(locate(WORKBOOK)).sheet_by_name("Online Data Table 5")
    rows = [sheet.row_values(k) for k in range(sheet.nrows)]
    header = next(row for row in rows if {"CZ", "AM, 80-82 Cohort"} <= set(row))
    first, second = header.index("AM, 80-82 Cohort"), header.index("AM, 83-85 Cohort")
    number, sample = header.index("CZ"), study.sample.zones
    pairs = [
        (row[first], row[second])
        for row in rows
        if row[number] in sample and all(isinstance(row[k], float) for k in (first, second))
    ]
    both = np.array(pairs)
    side = (both > both.mean(axis=0)).T
    quarter = np.array([np.searchsorted(np.quantile(c, [0.25, 0.5, 0.75]), c) for c in both.T])
    table = agreement_table(analysis_sample(study)).set_index("task")
    assert len(both) == table.loc["binary", "n"] == 471
    assert table.loc["binary", "estimate"] == pytest.approx((side[0] == side[1]).mean())
    assert table.loc["quartiles", "estimate"] == pytest.approx((quarter[0] == quarter[1]).mean())
    assert table["estimate"].round(3).tolist() == [0.917, 0.820]


def test_each_cohort_is_cut_by_its_own_rule(zones):
    labels = later_labels(zones)
    known = zones["am_8385"].dropna()
    assert labels.index.equals(known.index)
    assert (labels["later_binary"] == (known > known.mean())).all()
    assert (
        labels["later_quartile"].value_counts().between(len(known) // 4, len(known) / 4 + 1).all()
    )


def test_a_cohort_agrees_with_itself_and_a_shuffled_one_by_chance(simulated_zones):
    same = agreement_table(simulated_zones.assign(am_8385=simulated_zones["am"]))
    assert (same[["estimate", "ci_low", "ci_high"]] == 1).all(axis=None)
    shuffled = simulated_zones["am"].sample(frac=1, random_state=5).to_numpy()
    other = agreement_table(simulated_zones.assign(am_8385=shuffled))
    assert other["estimate"].to_numpy() == pytest.approx(other["by_chance"], abs=0.06)


def test_scores_of_either_cohort_by_hand(zones, found):
    table = cohort_scores(zones, found, "binary").set_index("metric")
    known = zones["am_8385"].notna().to_numpy()
    calls = found.probability[:, known, 1] >= 0.5
    later = (zones["am_8385"] > zones["am_8385"].mean()).to_numpy()[known]
    assert table.loc["accuracy", "earlier"] == pytest.approx((calls == found.truth[known]).mean())
    assert table.loc["accuracy", "later"] == pytest.approx((calls == later).mean())
    alike = (later == found.truth[known]).mean()
    row = table.loc["accuracy"]
    assert row["short"] == pytest.approx(alike - row["earlier"])
    assert row["short_low"] < row["short"] < row["short_high"]
    row = table.loc["AUC"]
    assert row["difference"] == pytest.approx(row["later"] - row["earlier"])
    assert row["later_low"] < row["later"] < row["later_high"]


def test_the_order_of_zones_does_not_matter(zones, found):
    order = np.random.default_rng(0).permutation(len(zones))
    moved = Predictions(
        found.cz[order], found.states[order], found.truth[order], found.probability[:, order]
    )
    shuffled = zones.iloc[order].reset_index(drop=True)
    for table in (lambda z, f: cohort_scores(z, f, "binary"), distance_table):
        first, second = table(zones, found), table(shuffled, moved)
        numbers = first.select_dtypes("number").columns
        assert first[numbers].to_numpy() == pytest.approx(second[numbers].to_numpy(), nan_ok=True)


def test_bands_of_distance_hold_every_zone_once(zones, found):
    table = distance_table(zones, found)
    known = zones["am_8385"].notna()
    far = (zones["am"] - zones["am"].mean()).abs()[known]
    hit = ((found.probability[:, :, 1] >= 0.5) == found.truth).mean(axis=0)[known.to_numpy()]
    assert table["zones"].sum() == known.sum()
    assert table["share_of_errors"].sum() == pytest.approx(1)
    band = ((far > 1) & (far <= 2)).to_numpy()
    row = table[table["above"] == 1].iloc[0]
    assert row["zones"] == band.sum()
    assert row["right"] == pytest.approx(hit[band].mean())
    labels = later_labels(zones)
    same = (labels["label_binary"] == labels["later_binary"]).to_numpy()
    assert row["agree"] == pytest.approx(same[band].mean())


@pytest.mark.parametrize("r", [0.0, 0.6, 0.964])
def test_agreement_of_normal_quantities_is_that_of_simulated_ones(r):
    pairs = np.random.default_rng(9).multivariate_normal([0, 0], [[1, r], [r, 1]], 200_000)
    same = ((pairs > 0)[:, 0] == (pairs > 0)[:, 1]).mean()
    assert normal_agreement(r) == pytest.approx(same, abs=0.004)


def test_simulated_cohorts_have_the_columns_of_the_real_ones(simulated_zones):
    assert pd.api.types.is_float_dtype(simulated_zones["am_8385"])
