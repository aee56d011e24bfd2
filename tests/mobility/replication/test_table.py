"""The published figures come out again."""

import pytest

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.replication import published_correlations as published
from analysis.mobility.replication.published import TRAITS
from analysis.mobility.replication.table import (
    original_labels,
    original_table,
    recomputed_mean_counts,
    replication_table,
)
from analysis.mobility.sample import minority_sample


def test_every_published_figure_is_reproduced(study):
    table = replication_table(study)
    assert len(table) == len(published.CORRELATIONS) + 6
    assert (table["difference"] == 0).all(), table[table["difference"] != 0]


def test_correlations_by_numpy(study):
    import numpy as np

    table = original_table(study)
    for name in ("single_mothers", "gini_bottom99", "married", "cz"):
        r = np.corrcoef(table[name], table[TARGET])[0, 1]
        assert round(r, 6) == published.CORRELATIONS[name]


def test_published_list_covers_all_columns_of_the_original():
    assert set(published.CORRELATIONS) == {"cz", "children", *FEATURES}


def test_filled_zones_are_not_above_the_mean(simulated_study):
    missing = minority_sample(simulated_study)[TARGET].isna()
    assert missing.any()
    assert (original_labels(simulated_study).loc[missing, "binary"] == 0).all()


def test_recomputed_counts_sum_to_the_sample(simulated_study):
    assert sum(recomputed_mean_counts(simulated_study)) == len(minority_sample(simulated_study))


def test_other_data_are_said_to_differ(simulated_study):
    table = replication_table(simulated_study)
    changed = table[table["difference"] != 0]
    assert len(changed) > 0
    assert changed["why"].str.startswith("Differs").all()


def test_gaps_are_filled_with_column_means(simulated_study):
    minority = minority_sample(simulated_study)
    name = minority[list(FEATURES)].isna().sum().idxmax()
    filled = original_table(simulated_study).loc[minority[name].isna(), name]
    assert filled.to_numpy() == pytest.approx(minority[name].mean())


def test_traits_of_the_original_are_its_own(study):
    """A trait that is added to this report is not in it; the original printed 37."""
    assert len(TRAITS) == 37 <= len(FEATURES)
    assert set(TRAITS) <= set(FEATURES)
    assert set(published.CORRELATIONS) <= {*TRAITS, "cz", "children"}
    assert list(original_table(study)) == ["cz", "children", *TRAITS, TARGET]
