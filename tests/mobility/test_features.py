"""Mutual information, stability, clusters and learning on data whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_selection import mutual_info_classif
from sklearn.metrics import adjusted_rand_score

from analysis.data.simulate import TRUTH
from analysis.mobility.associate import mutual_information, stability
from analysis.mobility.associate.mutual_information import nearest_neighbor_information, with_noise
from analysis.mobility.describe import clusters
from analysis.mobility.predict import learning
from analysis.mobility.predict.folds import SCHEMES
from tests.mobility.conftest import PLANTED


def test_planted_features_lead_the_ranking(planted):
    frame = planted.assign(flat=1.0)
    table = mutual_information.information_table(frame, "binary", (*PLANTED, "flat"), 30, 20)
    assert set(table["feature"][:2]) == {"x0", "x1"}
    table = table.set_index("feature")
    assert table.loc["flat", "mutual_information"] == 0
    assert table.loc["x0", "rank_high"] <= 3
    # Ranks of features that say nothing are loose.
    assert (table.loc[["x2", "x3", "x4", "x5"]].eval("rank_high - rank_low") >= 2).all()
    first = table.loc[["x0", "x1"]]
    assert ((first["rank_low"] <= first["rank"]) & (first["rank"] <= first["rank_high"])).all()
    assert (first["mutual_information"] > first["null_high"]).all()


def test_information_of_a_known_distribution():
    """Two normals a distance apart: the integral of the mixture against the estimate."""
    rng = np.random.default_rng(1)
    truth = rng.integers(2, size=4000)
    frame = pd.DataFrame({"x": rng.normal(size=4000) + 2 * truth, "label_binary": truth})
    frame["state"] = np.arange(4000) % 40
    table = mutual_information.information_table(frame, "binary", ("x",), 10, 10)
    grid = np.linspace(-8, 10, 20_001)
    each = [np.exp(-((grid - m) ** 2) / 2) / np.sqrt(2 * np.pi) for m in (0, 2)]
    both = (each[0] + each[1]) / 2
    exact = sum(
        0.5 * np.trapezoid(np.where(p > 1e-300, p * np.log(np.maximum(p, 1e-300) / both), 0), grid)
        for p in each
    )
    assert table.loc[0, "mutual_information"] == pytest.approx(exact, abs=0.03)


def alike_in_states(seed):
    """Labels, a trait set by the state at random, and one that varies within states too."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 25, size=40)
    state = np.repeat(np.arange(40), sizes)
    am = rng.normal(size=40)[state] + 0.7 * rng.normal(size=len(state))
    law = rng.integers(12, size=40)[state].astype(float)
    mixed = rng.normal(size=40)[state] + 0.5 * rng.normal(size=len(state))
    frame = pd.DataFrame({"state": state, "law": law, "number": rng.random(40)[state]})
    return frame.assign(mixed=mixed, real=am + rng.normal(size=len(state)), label_binary=am > 0)


def test_a_number_dealt_to_states_at_random_has_no_excess():
    names = ("law", "number", "mixed", "real")
    tables = [
        mutual_information.information_table(
            alike_in_states(seed).astype({"label_binary": int}), "binary", names, 4, 40
        ).set_index("feature")
        for seed in range(8)
    ]
    raw = pd.concat([table["mutual_information"] for table in tables], axis=1).mean(axis=1)
    excess = pd.concat([table["excess"] for table in tables], axis=1)
    error = excess.std(axis=1) / np.sqrt(len(tables))
    assert raw["number"] > 0.15  # it recognizes states
    assert (excess.mean(axis=1) < 3 * error)[["law", "number", "mixed"]].all()
    assert (excess.loc["real"] > 0.1).all()


def test_dealing_keeps_values_and_their_likeness_within_states():
    frame, rng = alike_in_states(1), np.random.default_rng(5)
    states = frame["state"].to_numpy()
    permuted = mutual_information.permuter(frame["law"].to_numpy(), states)(rng)
    by_state = pd.Series(permuted).groupby(states)
    assert by_state.nunique().max() == 1
    assert sorted(by_state.first()) == sorted(frame.groupby("state")["law"].first())
    mixed = frame["mixed"].to_numpy()
    many = [mutual_information.permuter(mixed, states)(rng) for _ in range(200)]
    assert all(np.array_equal(np.sort(one), np.sort(mixed)) for one in many)
    wanted = mutual_information.intraclass_correlation(mixed, states)
    found = [mutual_information.intraclass_correlation(one, states) for one in many]
    assert np.mean(found) == pytest.approx(wanted, abs=0.06)
    # nothing is left of where the values were
    assert abs(np.mean([np.corrcoef(one, mixed)[0, 1] for one in many])) < 0.05


def test_likeness_is_the_anova_estimate_done_by_hand():
    values = np.array([1.0, 2.0, 3.0, 5.0, 6.0, 9.0, 8.0])
    code = np.array([0, 0, 0, 1, 1, 2, 2])
    between = (3 * (2 - 34 / 7) ** 2 + 2 * (5.5 - 34 / 7) ** 2 + 2 * (8.5 - 34 / 7) ** 2) / 2
    within = (2 + 0.5 + 0.5) / 4
    typical = (7 - (9 + 4 + 4) / 7) / 2
    expected = (between - within) / (between + (typical - 1) * within)
    assert mutual_information.intraclass_correlation(values, code) == pytest.approx(expected)


@pytest.mark.parametrize("kind", ["continuous", "few values", "indicator", "rounded"])
@pytest.mark.parametrize("classes", [2, 4])
def test_information_is_that_of_scikit_learn(kind, classes):
    rng = np.random.default_rng(11)
    column = {
        "continuous": rng.normal(size=180),
        "few values": rng.integers(5, size=180).astype(float),
        "indicator": (rng.random(180) < 0.3).astype(float),
        "rounded": rng.normal(size=180).round(1),
    }[kind]
    for seed in range(4):
        labels = rng.integers(classes, size=180)
        labels[0] = classes  # a class of one
        own = nearest_neighbor_information(with_noise(column[:, None], seed)[:, 0], labels)
        other = mutual_info_classif(column[:, None], labels, random_state=seed)[0]
        assert own == pytest.approx(other, abs=1e-13)


def test_the_elastic_net_keeps_the_true_features(simulated_zones):
    table = stability.coefficient_stability(simulated_zones, resamples=6).set_index("feature")
    strongest = max(TRUTH, key=lambda name: abs(TRUTH[name]))
    assert table["coefficient"].abs().idxmax() == strongest
    for name in sorted(TRUTH, key=lambda name: -abs(TRUTH[name]))[:3]:
        assert np.sign(table.loc[name, "coefficient"]) == np.sign(TRUTH[name])
        assert table.loc[name, "kept"] >= 0.8
    null = table.drop(index=list(TRUTH))
    assert null["coefficient"].abs().median() < table.loc[strongest, "coefficient"].__abs__() / 4


def blobs(seed=0):
    rng = np.random.default_rng(seed)
    kind = np.repeat(np.arange(4), 40)
    centers = rng.normal(scale=4, size=(4, 6))
    zones = pd.DataFrame(centers[kind] + rng.normal(size=(160, 6)), columns=list(PLANTED))
    zones["am"] = 40 + kind + rng.normal(size=160)
    zones["state"], zones["zone"], zones["population"] = "AA", "Somewhere", np.arange(160.0)
    zones["label_binary"], zones["label_quartile"] = (kind > 1).astype(int), kind
    return zones, kind


def test_planted_clusters_are_found_and_numbered_by_mobility():
    zones, kind = blobs()
    found = clusters.cluster_zones(zones, PLANTED)
    assert adjusted_rand_score(kind, found) > 0.95
    means = zones["am"].groupby(found).mean()
    assert list(means.index) == [1, 2, 3, 4] and means.is_monotonic_increasing
    choice = clusters.choice_of_count(zones, PLANTED, largest=6).set_index("k")
    assert choice["silhouette"].idxmax() == 4
    assert choice.loc[4, "stability"] > 0.9
    assert choice["inertia"].is_monotonic_decreasing


def test_the_target_has_no_part_in_clusters():
    zones, _ = blobs()
    shuffled = zones.assign(am=zones["am"].to_numpy()[::-1], label_binary=0, label_quartile=0)
    first, second = (clusters.cluster_zones(frame, PLANTED) for frame in (zones, shuffled))
    assert adjusted_rand_score(first, second) == 1


def test_profiles_and_words():
    zones, _ = blobs()
    found = clusters.cluster_zones(zones, PLANTED)
    profile = clusters.profile(zones, found, PLANTED)
    first = profile[profile["cluster"] == 1].set_index("feature")
    expected = zones.loc[found == 1, "x0"].mean()
    assert first.loc["x0", "mean"] == pytest.approx(expected)
    score = (expected - zones["x0"].mean()) / zones["x0"].std(ddof=0)
    assert first.loc["x0", "score"] == pytest.approx(score)
    words = clusters.describe(profile, 1, {name: f"Title {name}" for name in PLANTED}, 3)
    assert words.count("title") == 3 and words.endswith(".") and words[0].isupper()
    table = clusters.cluster_table(zones, found)
    assert table["zones"].sum() == 160
    assert table[["low", "medium", "high", "excellent"]].sum(axis=1).to_numpy() == pytest.approx(1)


def test_learning_curve_rises(planted):
    table = learning.learning_curve(planted, PLANTED, repeats=1)
    assert set(table["scheme"]) == set(SCHEMES)
    auc = table[table["metric"] == "AUC"].groupby("share")["estimate"].mean()
    assert auc[1.0] > auc.iloc[0] - 0.01
    assert table["zones"].max() <= 0.85 * len(planted)


def test_regression_of_the_rank_itself(planted):
    found = learning.rank_regression(planted, PLANTED, repeats=1)
    table = found.scores.set_index(["model", "scheme", "metric"])["estimate"]
    # Signal 2² + 1.5², noise of a logistic distribution: R² near 0.66.
    expected = 6.25 / (6.25 + np.pi**2 / 3)
    assert table["elastic net", SCHEMES[0], "R²"] == pytest.approx(expected, abs=0.06)
    part = found.predictions.query("model == 'elastic net' and scheme == @SCHEMES[0]")
    rank = part[["am", "predicted"]].corr(method="spearman").iloc[0, 1]
    assert table["elastic net", SCHEMES[0], "rank correlation"] == pytest.approx(rank)
