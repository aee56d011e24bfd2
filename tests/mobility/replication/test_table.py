"""The published figures come out again."""

from dataclasses import replace

import pandas as pd
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
from analysis.store.reach import Symbol, reachable


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
    assert set(published.CORRELATIONS) == {"cz", "children", *TRAITS}


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


def test_a_trait_that_is_added_to_the_report_changes_nothing(simulated_study):
    """The original printed 37 traits; none of its redone models reads today's list."""
    assert len(TRAITS) == 37
    assert set(TRAITS) <= set(FEATURES)
    table = original_table(simulated_study)
    assert list(table) == ["cz", "children", *TRAITS, TARGET]
    more = replace(simulated_study, zones=simulated_study.zones.assign(rain=1.0))
    pd.testing.assert_frame_equal(original_table(more), table)
    features = Symbol("analysis.data.names", "FEATURES")
    for name in ("table", "repeats", "splits", "reports", "scores", "published_call"):
        assert features not in reachable(Symbol(f"analysis.mobility.replication.{name}", None))
