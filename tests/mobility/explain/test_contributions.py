"""Contributions add up to what the model says, for every zone."""

import numpy as np
import pytest

from analysis.data.names import FEATURES
from analysis.mobility.explain.contributions import contributions
from analysis.mobility.explain.held_out import held_out_models
from analysis.mobility.explain.models import fitted
from analysis.mobility.predict.classifiers import elastic_net
from analysis.mobility.predict.out_of_fold import fit_unseen
from analysis.mobility.predict.pipelines import matrix
from analysis.mobility.sample import analysis_sample


@pytest.fixture(scope="module")
def sample(simulated_study):
    return analysis_sample(simulated_study)


@pytest.fixture(scope="module")
def model(sample):
    return fitted(sample)


@pytest.fixture(scope="module")
def held(sample):
    return held_out_models(sample, repeats=2)


def test_sums_are_the_models_own_log_odds_in_every_zone(simulated_study, model):
    zones = simulated_study.zones
    found = contributions(zones, model)
    probability = model.predict_proba(matrix(zones, FEATURES))[:, 1]
    total = found["intercept"] + found[list(FEATURES)].sum(axis=1)
    assert total.to_numpy() == pytest.approx(np.log(probability / (1 - probability)), abs=1e-8)
    assert total.to_numpy() == pytest.approx(found["log_odds"].to_numpy(), abs=1e-9)
    assert found["probability"].to_numpy() == pytest.approx(probability, abs=1e-12)
    assert list(found["cz"]) == list(zones["cz"])


def test_the_average_zone_gets_the_intercept_alone(sample, model):
    average = sample.head(1).copy()
    average[list(FEATURES)] = sample[list(FEATURES)].mean().to_numpy()[None]
    found = contributions(average, model).iloc[0]
    assert np.abs(found[list(FEATURES)].to_numpy(float)).max() < 1e-9
    assert found["log_odds"] == pytest.approx(float(model.intercept_[0]))


def test_a_missing_trait_adds_nothing(sample, model):
    name = "dropout_rate"
    found = contributions(sample, model)
    missing = sample[name].isna().to_numpy()
    assert missing.any()
    assert np.abs(found.loc[missing, name]).max() < 1e-12


def test_held_out_sums_hold_in_and_outside_the_sample(simulated_study, sample, model, held):
    zones = simulated_study.zones
    found = contributions(zones, model, held)
    total = found["intercept"] + found[list(FEATURES)].sum(axis=1)
    assert total.to_numpy() == pytest.approx(found["log_odds"].to_numpy(), abs=1e-9)
    assert list(found["cz"]) == list(zones["cz"])
    outside = ~zones["cz"].isin(sample["cz"]).to_numpy()
    alone = contributions(zones, model)
    assert found[outside].equals(alone[outside])


def test_a_held_out_zone_is_explained_by_models_without_its_state(sample, model, held):
    """Refitted by hand without the zone's fold, the mean of the repeats is the same."""
    values, labels = matrix(sample, FEATURES), sample["label_binary"].to_numpy()
    row = 7
    expected = []
    for test in held.tests:
        if row in test:
            train = np.setdiff1d(np.arange(len(sample)), test)
            assert sample["state"].iloc[row] not in set(sample["state"].iloc[train])
            states = sample["state"].to_numpy(str)
            again = fit_unseen(elastic_net(), values, labels, states, train)
            expected.append(contributions(sample.iloc[[row]], again)["log_odds"].iloc[0])
    found = contributions(sample, model, held)
    assert len(expected) == held.repeats == 2
    assert found["log_odds"].iloc[row] == pytest.approx(np.mean(expected), abs=1e-9)
