"""Each child counted once: statsmodels, scikit-learn, and weights that change nothing."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, roc_auc_score
from statsmodels.stats.weightstats import DescrStatsW

from analysis.data.names import TARGET
from analysis.mobility.associate.children import (
    COLUMNS,
    concentration,
    correlation_pairs,
    score_pairs,
)
from analysis.mobility.predict.out_of_fold import Predictions

TRAITS = ("single_mothers", "dropout_rate")


@pytest.fixture(scope="module")
def found(simulated_zones):
    rng = np.random.default_rng(2)
    probability = rng.uniform(size=(2, len(simulated_zones)))
    return Predictions(
        simulated_zones["cz"].to_numpy(),
        simulated_zones["state"].to_numpy(str),
        simulated_zones["label_binary"].to_numpy(),
        np.stack([1 - probability, probability], axis=2),
    )


def test_correlations_by_children_are_statsmodels(simulated_zones):
    table = correlation_pairs(simulated_zones, TRAITS).set_index("feature")
    for trait in TRAITS:
        pair = simulated_zones[[trait, TARGET, "children"]].dropna()
        weighted = DescrStatsW(pair[[trait, TARGET]], weights=pair["children"]).corrcoef[0, 1]
        row = table.loc[trait]
        assert row["by_zone"] == pytest.approx(pair[trait].corr(pair[TARGET]))
        assert row["by_child"] == pytest.approx(weighted)
        assert row["difference"] == pytest.approx(row["by_child"] - row["by_zone"])
        assert row["n"] == len(pair)
        for what in ("by_zone", "by_child"):
            assert row[f"{what}_low"] < row[what] < row[f"{what}_high"]


@pytest.mark.parametrize("each", [1.0, 17.0])
def test_equal_weights_change_nothing(simulated_zones, found, each):
    same = simulated_zones.assign(children=each)
    for table in (correlation_pairs(same, TRAITS), score_pairs(found, np.full(len(same), each))):
        for end in ("", "_low", "_high"):
            assert table[f"by_child{end}"].to_numpy() == pytest.approx(table[f"by_zone{end}"])
            assert table[f"difference{end}"].to_numpy() == pytest.approx(0, abs=1e-9)


def test_the_order_of_zones_does_not_matter(simulated_zones):
    shuffled = simulated_zones.sample(frac=1, random_state=1)
    first, second = (correlation_pairs(z, TRAITS) for z in (simulated_zones, shuffled))
    assert first[list(COLUMNS)].to_numpy() == pytest.approx(second[list(COLUMNS)].to_numpy())


def test_scores_by_children_are_scikit_learns(simulated_zones, found):
    children = simulated_zones["children"].to_numpy(float)
    table = score_pairs(found, children).set_index("metric")
    probabilities_of = [repeat[:, 1] for repeat in found.probability]
    expected = {
        "accuracy": [
            accuracy_score(found.truth, c >= 0.5, sample_weight=children) for c in probabilities_of
        ],
        "AUC": [roc_auc_score(found.truth, c, sample_weight=children) for c in probabilities_of],
    }
    for metric, values in expected.items():
        assert table.loc[metric, "by_child"] == pytest.approx(np.mean(values))


@pytest.mark.needs_data
def test_fifty_zones_hold_most_of_the_children(study):
    from analysis.mobility.sample import analysis_sample

    children = analysis_sample(study)["children"].tolist()
    largest = sum(sorted(children, reverse=True)[:50]) / sum(children)
    assert concentration(analysis_sample(study)["children"])[50] == pytest.approx(largest)
    assert round(largest, 2) == 0.56
