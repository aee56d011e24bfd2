"""Mutual information, stability, clusters and learning on data whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_selection import mutual_info_classif
from sklearn.metrics import adjusted_rand_score

from analysis.data.simulate import TRUTH
from analysis.mobility import clusters, learning, mutual_information, stability
from analysis.mobility.folds import SCHEMES
from analysis.mobility.mutual_information import nearest_neighbour_information, with_noise

from .conftest import PLANTED


def test_planted_features_lead_the_ranking(planted):
    frame = planted.assign(flat=1.0)
    table = mutual_information.information_table(frame, "binary", (*PLANTED, "flat"), 30)
    assert set(table["feature"][:2]) == {"x0", "x1"}
    table = table.set_index("feature")
    assert table.loc["flat", "mutual_information"] == 0
    assert table.loc["x0", "rank_high"] <= 3
    # Ranks of features that say nothing are loose.
    assert (table.loc[["x2", "x3", "x4", "x5"]].eval("rank_high - rank_low") >= 2).all()
    assert ((table["rank_low"] <= table["rank"]) & (table["rank"] <= table["rank_high"])).all()


def test_information_of_a_known_distribution():
    """Two normals a distance apart: the integral of the mixture against the estimate."""
    rng = np.random.default_rng(1)
    truth = rng.integers(2, size=4000)
    frame = pd.DataFrame({"x": rng.normal(size=4000) + 2 * truth, "label_binary": truth})
    table = mutual_information.information_table(frame, "binary", ("x",), 10)
    grid = np.linspace(-8, 10, 20_001)
    each = [np.exp(-((grid - m) ** 2) / 2) / np.sqrt(2 * np.pi) for m in (0, 2)]
    both = (each[0] + each[1]) / 2
    exact = sum(
        0.5 * np.trapezoid(np.where(p > 1e-300, p * np.log(np.maximum(p, 1e-300) / both), 0), grid)
        for p in each
    )
    assert table.loc[0, "mutual_information"] == pytest.approx(exact, abs=0.03)


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
        own = nearest_neighbour_information(with_noise(column[:, None], seed)[:, 0], labels)
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
    centres = rng.normal(scale=4, size=(4, 6))
    zones = pd.DataFrame(centres[kind] + rng.normal(size=(160, 6)), columns=list(PLANTED))
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
