"""Variants of the analysis: which there are, and which traits and rows each one has."""

import pytest

from analysis.data.names import FEATURES
from analysis.mobility.robust.sensitivity import (
    METRICS,
    Variant,
    trait_sets,
    variant_scores,
    variants,
)


def test_each_set_of_traits_differs_from_the_main_one_as_it_says():
    without, more = trait_sets().values()
    assert set(FEATURES) - set(without) == {
        "tax_progressivity",
        "college_graduation",
        "migration_inflow",
        "migration_outflow",
        "income_growth",
        "teen_labor_force",
    }
    assert set(more) - set(FEATURES) == {"frac_black"}


def test_only_sets_of_traits_change_the_traits_and_they_change_nothing_else(simulated_study):
    found = variants(simulated_study)
    main = found[0]
    assert main.kind == "main"
    for variant in found:
        assert (variant.features != FEATURES) == (variant.kind == "traits")
        if variant.kind == "traits":
            assert variant.zones is main.zones


@pytest.mark.slow
def test_a_variant_is_scored_on_its_own_traits(simulated_zones):
    few = ("married", "dropout_rate")
    zones = simulated_zones.iloc[::3].reset_index(drop=True)
    table = variant_scores(Variant("traits", "few", zones, few), zones)
    related = zones[list(few)].corrwith(zones["am"], method="spearman").abs()
    assert table["strongest"].unique().tolist() == [related.idxmax()]
    assert table["strongest_r"].abs().to_numpy() == pytest.approx(related.max())
    assert set(table["metric"]) == set(METRICS)
    plain = variant_scores(Variant("main", "as it is", zones), zones)
    assert (plain[["difference", "difference_low", "difference_high"]] == 0).all(axis=None)
    apart = table["estimate"].to_numpy() - plain["estimate"].to_numpy()
    assert table["difference"].to_numpy() == pytest.approx(apart)
    assert table["difference"].between(table["difference_low"], table["difference_high"]).all()
