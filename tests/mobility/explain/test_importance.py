"""Importance where it is known which trait matters."""

import pandas as pd
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from analysis.data.names import FEATURES
from analysis.mobility.explain.held_out import held_out_models
from analysis.mobility.explain.importance import domains, importance_table
from analysis.mobility.predict.pipelines import matrix
from tests.mobility.explain.toys import toy_zones

NAMES = ("signal", "noise", "copy")


@pytest.fixture(scope="module")
def zones():
    zones = toy_zones({"signal": 2.0, "noise": 0.0}, seed=4)
    return zones.assign(copy=zones["signal"])


def table_of(zones, features, groups, model="elastic net"):
    found = importance_table(zones, groups, model, features, resamples=60)
    return found.set_index("name"), found.attrs


@pytest.mark.parametrize("model", ["elastic net", "random forest", "gradient boosting"])
def test_the_only_true_trait_is_large_and_noise_is_near_zero(zones, model):
    table, attrs = table_of(zones, ("signal", "noise"), {}, model)
    # Shuffled, the only signal leaves nothing better than chance.
    assert table.loc["signal", "auc_drop"] == pytest.approx(attrs["auc"] - 0.5, abs=0.1)
    assert table.loc["signal", "auc_low"] > 0.2
    assert abs(table.loc["noise", "auc_drop"]) < 0.02
    assert table.loc["noise", "log_loss_low"] < 0.02


def test_a_group_shows_what_copies_hide_from_each_other(zones):
    table, _ = table_of(zones, NAMES, {"both": ("signal", "copy")})
    alone = table.loc[["signal", "copy"], "auc_drop"]
    assert table.loc["both", "auc_drop"] > 2 * alone.max()
    assert table.loc["both", "features"] == 2
    assert table.loc["both", "kind"] == "group"


def test_nothing_shuffled_is_the_held_out_score(zones):
    features = ("signal", "noise")
    _, attrs = table_of(zones, features, {})
    held = held_out_models(zones, "elastic net", features, 1)
    values = matrix(zones, features)
    probability = pd.Series(0.0, index=range(len(zones)))
    for test, model in zip(held.tests, held.models, strict=True):
        probability.iloc[test] = model.predict_proba(values[test])[:, 1]
    assert attrs["auc"] == pytest.approx(roc_auc_score(zones["label_binary"], probability))
    assert attrs["log_loss"] == pytest.approx(log_loss(zones["label_binary"], probability))


def test_domains_cover_every_feature_once(simulated_study):
    groups = domains(simulated_study.codebook)
    members = [name for names in groups.values() for name in names]
    assert len(members) == len(set(members)) == len(FEATURES)
    assert set(groups["Family structure"]) == {"single_mothers", "divorced", "married"}
