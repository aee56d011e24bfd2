"""The pooled rank taken apart: it adds up, and it finds what was put in."""

import numpy as np
import pandas as pd
import pytest

from analysis.mobility.groups.decomposition import (
    PARTS,
    decompose,
    poverty_factors,
    shares_alone,
    slope_table,
    variance_table,
)
from analysis.mobility.groups.results import GroupResults

GROUPS = ("white", "black", "hispanic")


def made_up(size=300, seed=1, within=0.0, mix=1.0, factors=(1.0, 1.0, 1.0)):
    """Zones whose pooled rank moves with a trait through shares, through ranks, or both."""
    random = np.random.default_rng(seed)
    trait = random.normal(size=size)
    black = np.clip(0.25 + 0.1 * mix * trait, 0.02, 0.7)
    share = np.column_stack([1 - black - 0.15, black, np.full(size, 0.15)])
    rank = np.column_stack([np.full(size, level) for level in (45.0, 33.0, 41.0)])
    rank += within * trait[:, None] + 0.5 * random.normal(size=rank.shape)
    poor = share * factors
    pooled = (poor * rank).sum(1) / poor.sum(1)
    zones = pd.DataFrame({"cz": np.arange(size), "state": random.choice(list("ABCDEFGH"), size),
                          "trait": trait})  # fmt: skip
    columns = {"all": (pooled, np.full(size, 1000.0))} | {
        group: (rank[:, k], 1000 * share[:, k]) for k, group in enumerate(GROUPS)
    }
    table = pd.concat([
        zones[["cz", "state"]].assign(group=group, estimate=estimate, se=0.1, children=children)
        for group, (estimate, children) in columns.items()
    ])  # fmt: skip
    return zones, table.reset_index(drop=True)


def adds_up(found):
    left = found.zones["pooled"] - found.average
    np.testing.assert_allclose(left, found.zones[list(PARTS)].sum(axis=1), atol=1e-9)
    parts = found.zones.filter(like="within_")
    np.testing.assert_allclose(parts.sum(axis=1), found.zones["within"], atol=1e-9)
    shares = found.zones[[name for name in found.zones if name.startswith("share_")]]
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_two_groups_by_hand():
    """Kitagawa's own formula, where there are no others."""
    zones = pd.DataFrame({"cz": [1, 2], "state": ["A", "B"]})
    ranks = {
        "all": [45 * 0.8 + 30 * 0.2, 41 * 0.4 + 34 * 0.6],
        "white": [45, 41],
        "black": [30, 34],
    }
    counts = {"all": [100, 100], "white": [80, 40], "black": [20, 60]}
    table = pd.concat(
        [
            zones.assign(group=name, estimate=ranks[name], se=1.0, children=counts[name])
            for name in ranks
        ]
    )
    found = decompose(zones, table)
    adds_up(found)
    composition = (0.8 - 0.6) * (45 + 43) / 2 + (0.2 - 0.4) * (30 + 32) / 2
    within = (45 - 43) * (0.8 + 0.6) / 2 + (30 - 32) * (0.2 + 0.4) / 2
    first = found.zones.iloc[0]
    assert (first["composition"], first["within"]) == pytest.approx((composition, within))


def test_what_runs_through_shares_alone_is_composition():
    zones, table = made_up(within=0.0)
    found = decompose(zones, table)
    adds_up(found)
    row = slope_table(zones, found.zones, ("trait",)).iloc[0]
    assert row["composition"] == pytest.approx(row["pooled"], abs=0.1)
    assert row["within_low"] < 0 < row["within_high"]
    assert np.corrcoef(shares_alone(found), found.zones["composition"])[0, 1] > 0.99


def test_what_runs_through_ranks_alone_is_within():
    zones, table = made_up(within=1.0, mix=0.0)
    row = slope_table(zones, decompose(zones, table).zones, ("trait",)).iloc[0]
    assert row["composition"] == pytest.approx(0, abs=0.05)
    assert row["within"] == pytest.approx(zones["trait"].std(ddof=0), abs=0.05)


def test_a_group_that_is_not_shown_counts_among_the_others():
    zones, table = made_up()
    hidden = table[(table["group"] != "hispanic") | (table["cz"] % 2 == 0)]
    found = decompose(zones, hidden)
    adds_up(found)
    odd = found.zones["cz"] % 2 == 1
    assert (found.zones.loc[odd, "within_hispanic"] == 0).all()
    assert found.zones.loc[odd, "share_others"].to_numpy() == pytest.approx(0.15)


def test_parts_of_variance_and_of_slopes_add_up(simulated_study):
    results = GroupResults(simulated_study)
    adds_up(results.decomposition)
    assert results.variance_parts["share"].sum() == pytest.approx(1, abs=1e-9)
    slopes = results.slope_parts
    np.testing.assert_allclose(
        slopes["composition"] + slopes["within"], slopes["pooled"], atol=1e-9
    )


def test_variance_by_numpy(simulated_study):
    parts = GroupResults(simulated_study).decomposition.zones
    cov = np.cov(parts["composition"], parts["within"])
    table = variance_table(parts).set_index("part")["share"]
    assert table["composition"] == pytest.approx(cov[0, 0] / cov.sum())
    assert table["together"] == pytest.approx(2 * cov[0, 1] / cov.sum())


def test_neither_order_nor_names_matter():
    zones, table = made_up()
    one = decompose(zones, table)
    mixed = decompose(zones.sample(frac=1, random_state=1), table.sample(frac=1, random_state=2))
    ordered = mixed.zones.sort_values("cz", ignore_index=True)
    pd.testing.assert_frame_equal(ordered, one.zones, check_exact=False, rtol=1e-9, atol=1e-9)


def test_shares_of_poor_children_are_found():
    zones, table = made_up(within=0.5, factors=(1.0, 1.6, 2.0))
    # others are absent here, so that their factor and rank are free
    found = poverty_factors(zones, table)
    assert found["black"] == pytest.approx(1.6, abs=0.05)
    assert found["hispanic"] == pytest.approx(2.0, abs=0.1)
    exact = decompose(zones, table, found)
    adds_up(exact)
