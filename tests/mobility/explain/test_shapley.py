"""Exact Shapley values against the definition: a sum over all subsets."""

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import make_pipeline

from analysis.mobility.explain.models import score
from analysis.mobility.explain.shapley import shapley
from analysis.mobility.predict.elastic_net_search import ElasticNetSearch
from analysis.mobility.predict.pipelines import matrix, preparation
from tests.mobility.explain.toys import toy_zones

NAMES = ("a", "b", "c", "d")


@pytest.fixture(scope="module")
def zones():
    zones = toy_zones({"a": 1.0, "b": -0.7, "c": 0.4, "d": 0.0}, count=300, gaps=("b",))
    # Something that is not a sum of single traits, for trees to find.
    zones["label_binary"] = ((zones["a"] * zones["c"] > 0) | (zones["b"] > 1)).astype(int)
    return zones


def boosting():
    return HistGradientBoostingClassifier(max_iter=15, max_leaf_nodes=7, min_samples_leaf=5)


def forest():
    return make_pipeline(preparation(), RandomForestClassifier(8, random_state=0))


def elastic_net():
    return ElasticNetSearch(preparation=preparation())


def by_definition(model, row, background):
    """Shapley values of one row: every subset of traits, every background row."""
    many = len(row)

    def worth(chosen):
        mixed = background.copy()
        mixed[:, chosen] = row[list(chosen)]
        return score(model, mixed).mean()

    values = np.zeros(many)
    for place in range(many):
        others = [other for other in range(many) if other != place]
        for size in range(many):
            weight = factorial(size) * factorial(many - size - 1) / factorial(many)
            for chosen in combinations(others, size):
                gain = worth((*chosen, place)) - worth(chosen)
                values[place] += weight * gain
    return values


@pytest.mark.parametrize("build", [elastic_net, forest, boosting])
def test_brute_force_agrees(zones, build):
    values, labels = matrix(zones, NAMES), zones["label_binary"].to_numpy()
    model = build().fit(values, labels)
    known = zones["b"].notna()
    chosen = pd.concat([zones[known].head(8), zones[~known].head(4)])
    background = zones.iloc[100:140]
    assert np.isnan(matrix(chosen, NAMES)).any()
    assert np.isnan(matrix(background, NAMES)).any()
    found = shapley(model, chosen, background, NAMES)
    for place in range(len(chosen)):
        expected = by_definition(model, matrix(chosen, NAMES)[place], matrix(background, NAMES))
        assert found[list(NAMES)].iloc[place].to_numpy() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("build", [elastic_net, forest, boosting])
def test_values_and_baseline_add_up_to_the_score(zones, build):
    values, labels = matrix(zones, NAMES), zones["label_binary"].to_numpy()
    model = build().fit(values, labels)
    found = shapley(model, zones, zones, NAMES)
    total = found["baseline"] + found[list(NAMES)].sum(axis=1)
    assert total.to_numpy() == pytest.approx(score(model, values), abs=1e-9)
    assert found["baseline"].iloc[0] == pytest.approx(score(model, values).mean())


def test_a_trait_that_no_tree_uses_gets_nothing(zones):
    stumps = HistGradientBoostingClassifier(max_iter=1, max_leaf_nodes=2)
    model = stumps.fit(matrix(zones, NAMES), zones["label_binary"])
    sizes = shapley(model, zones, zones, NAMES)[list(NAMES)].abs().max()
    assert (sizes > 0).sum() == 1


def test_other_models_are_refused(zones):
    from sklearn.naive_bayes import GaussianNB

    values = np.nan_to_num(matrix(zones, NAMES))
    model = GaussianNB().fit(values, zones["label_binary"])
    with pytest.raises(TypeError, match="GaussianNB"):
        shapley(model, zones.fillna(0), zones.fillna(0), NAMES)
