"""Profiles of zones against independent computations."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import percentileofscore

from analysis.mobility.describe.profiles import (
    largest_differences,
    make_profiles,
    pushes,
    require_sums,
    similar_zones,
    standardized,
)

FEATURES = ("population", "urban", "gini", "dropout_rate", "single_mothers")


@pytest.fixture
def zones():
    """60 zones in four states with gaps, ties and one zone alone in its state."""
    random = np.random.default_rng(11)
    n = 60
    table = pd.DataFrame(
        {
            "cz": np.arange(100, 100 + n) * 7,
            "zone": [f"Place {i}" for i in range(n)],
            "state": ["DC", *random.choice(["CA", "TX", "NY"], n - 1)],
            "am": random.normal(42, 5, n).round(1),
            "population": random.lognormal(11, 1, n),
            "children": np.arange(1.0, n + 1) ** 2,
            "urban": random.integers(0, 2, n).astype(float),
            "gini": random.normal(0.4, 0.1, n).round(2),
            "dropout_rate": random.normal(0, 0.02, n),
            "single_mothers": random.uniform(0.1, 0.4, n),
        }
    )
    table.loc[[3, 4, 20], "dropout_rate"] = np.nan
    table.loc[[5, 6], "am"] = np.nan
    return table


@pytest.fixture
def contributions(zones):
    random = np.random.default_rng(5)
    table = pd.DataFrame(random.normal(size=(40, len(FEATURES))), columns=FEATURES)
    table["gini"] = 0.0
    table["intercept"] = -0.3
    table["log_odds"] = table.sum(axis=1)
    table["probability"] = 1 / (1 + np.exp(-table["log_odds"]))
    table.insert(0, "cz", zones["cz"].head(40))
    return table


def profiles_of(zones, **frames):
    return make_profiles(zones, pd.DataFrame(), frozenset(zones["cz"].head(40)), **frames)


def test_national_percentile_is_that_of_scipy(zones):
    standing = profiles_of(zones).standing
    known = zones["am"].dropna()
    for cz, value in zip(zones["cz"], zones["am"], strict=True):
        expected = np.nan if np.isnan(value) else percentileofscore(known, value, kind="rank")
        assert standing.loc[cz, "national_percentile"] == pytest.approx(expected, nan_ok=True)


def test_standing_among_children_counts_those_of_lower_zones(zones):
    standing = profiles_of(zones).standing["children_percentile"]
    known = zones.dropna(subset=["am"])
    for row in zones.itertuples():
        lower = known.loc[known["am"] < row.am, "children"].sum() / known["children"].sum()
        expected = np.nan if np.isnan(row.am) else 100 * lower
        assert standing[row.cz] == pytest.approx(expected, nan_ok=True)


def test_state_standing_counts_only_the_state(zones):
    standing = profiles_of(zones).standing
    for row in zones.dropna(subset=["am"]).itertuples():
        peers = zones.loc[zones["state"] == row.state, "am"].dropna()
        told = standing.loc[row.cz]
        assert told["state_percentile"] == pytest.approx(
            percentileofscore(peers, row.am, kind="rank")
        )
        assert told["state_rank"] == 1 + (peers > row.am).sum()
        assert told["state_below"] == (peers < row.am).sum()
        assert told["state_zones"] == len(peers)
    alone = standing.loc[zones.loc[zones["state"] == "DC", "cz"].item()]
    assert (alone["state_rank"], alone["state_zones"]) == (1, 1)


def test_feature_percentiles_are_those_of_scipy(zones):
    table = profiles_of(zones).percentiles
    for feature in FEATURES:
        values = zones[feature]
        for cz, value in zip(zones["cz"], values, strict=True):
            expected = (
                np.nan if np.isnan(value) else percentileofscore(values.dropna(), value, "rank")
            )
            assert table.loc[cz, feature] == pytest.approx(expected, nan_ok=True)


def test_similar_zones_match_brute_force(zones):
    found = profiles_of(zones, similar=4).similar
    raw = zones[list(FEATURES)]
    filled = raw.fillna(raw.median()).to_numpy()
    z = (filled - filled.mean(axis=0)) / filled.std(axis=0)
    distance = cdist(z, z) / np.sqrt(len(FEATURES))
    np.fill_diagonal(distance, np.inf)
    numbers = zones["cz"].to_numpy()
    for i, cz in enumerate(numbers):
        rows = found[found["cz"] == cz].sort_values("rank")
        nearest = np.argsort(distance[i])[:4]
        assert rows["neighbor"].tolist() == numbers[nearest].tolist()
        assert rows["distance"].to_numpy() == pytest.approx(distance[i][nearest])


def test_no_zone_is_similar_to_itself_and_few_zones_suffice(zones):
    few = similar_zones(standardized(zones.head(4), FEATURES), 10)
    assert (few["cz"] != few["neighbor"]).all()
    assert few.groupby("cz").size().tolist() == [3, 3, 3, 3]


def test_differences_are_the_largest_gaps_between_known_values(zones):
    profiles = profiles_of(zones)
    standard = standardized(zones, FEATURES)
    known = zones.set_index("cz")[list(FEATURES)].notna()
    for (cz, neighbor), rows in profiles.differences.groupby(["cz", "neighbor"]):
        gap = standard.loc[neighbor] - standard.loc[cz]
        told = gap[known.loc[cz] & known.loc[neighbor]].abs().sort_values(ascending=False)
        assert rows["feature"].tolist() == told[told > 0].index[:3].tolist()
        assert rows["gap"].to_numpy() == pytest.approx(gap[rows["feature"]].to_numpy())
        assert rows["share"].to_numpy() == pytest.approx(
            (gap[rows["feature"]] ** 2 / (gap**2).sum()).to_numpy()
        )


def test_all_differences_together_explain_the_distance(zones):
    standard = standardized(zones, FEATURES)
    known = pd.DataFrame(True, index=standard.index, columns=standard.columns)
    pairs = similar_zones(standard, 3)
    shares = largest_differences(standard, known, pairs, count=len(FEATURES))
    assert shares.groupby(["cz", "neighbor"])["share"].sum().to_numpy() == pytest.approx(1)


def test_a_feature_without_spread_or_values_separates_no_one(zones):
    same = zones.assign(urban=1.0, gini=np.nan)
    standard = standardized(same, FEATURES)
    assert (standard[["urban", "gini"]] == 0).all().all()
    assert np.isfinite(standard.to_numpy()).all()


def test_pushes_add_up_to_the_log_odds(contributions):
    for _, row in contributions.set_index("cz").drop(columns="probability").iterrows():
        up, down, rest = pushes(row, count=2)
        assert (up > 0).all() and (down < 0).all() and len(up) <= 2 and len(down) <= 2
        assert row["intercept"] + up.sum() + down.sum() + rest == pytest.approx(row["log_odds"])
        others = row[list(FEATURES)].drop([*up.index, *down.index])
        assert others.between(
            down.max() if len(down) == 2 else -np.inf, up.min() if len(up) == 2 else np.inf
        ).all()


def test_pushes_are_fewer_where_the_model_uses_few_features():
    row = pd.Series({"a": 0.5, "b": 0.0, "c": 0.0, "intercept": 0.1, "log_odds": 0.6})
    up, down, rest = pushes(row)
    assert up.to_dict() == {"a": 0.5}
    assert down.empty and rest == 0


def test_contributions_that_miss_the_log_odds_are_refused(zones, contributions):
    contributions.loc[7, "population"] += 0.001
    with pytest.raises(ValueError, match=f"zone {contributions.loc[7, 'cz']} miss"):
        profiles_of(zones, contributions=contributions)
    missing = contributions.set_index("cz").drop(columns="probability") * np.nan
    with pytest.raises(ValueError, match="miss its log-odds"):
        require_sums(missing, FEATURES)
    with pytest.raises(ValueError, match="shoe_size"):
        profiles_of(zones, contributions=contributions.assign(shoe_size=0.0))


def test_a_zone_twice_in_a_frame_is_refused(zones, contributions):
    twice = pd.concat([contributions, contributions.head(1)])
    with pytest.raises(ValueError, match="twice in the contributions"):
        profiles_of(zones, contributions=twice)


def test_models_are_optional(zones):
    profiles = profiles_of(zones)
    assert profiles.predictions is profiles.contributions is profiles.clusters is None
