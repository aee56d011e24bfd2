"""Larger parts of the country held out, and distance to the nearest known zone."""

import numpy as np

from analysis.data.states import (
    DIVISION_BY_POSTAL,
    NAME_BY_POSTAL,
    POSTAL_BY_FIPS,
    REGION_BY_POSTAL,
)
from analysis.mobility.predict import classifiers, extrapolation
from analysis.mobility.predict.folds import STATES, folds
from analysis.mobility.predict.out_of_fold import predict
from analysis.mobility.predict.pipelines import matrix, preparation
from tests.mobility.conftest import PLANTED


def test_every_state_has_one_division_and_each_division_one_region():
    assert len(POSTAL_BY_FIPS) == len(NAME_BY_POSTAL) == 51
    assert len(set(DIVISION_BY_POSTAL.values())) == 9
    pairs = {(DIVISION_BY_POSTAL[state], REGION_BY_POSTAL[state]) for state in NAME_BY_POSTAL}
    assert len(pairs) == 9
    assert set(REGION_BY_POSTAL.values()) == {"Northeast", "Midwest", "South", "West"}


def test_no_part_of_the_country_is_in_training_and_test():
    states = np.array(sorted(NAME_BY_POSTAL))
    for by, count in ((DIVISION_BY_POSTAL, 9), (REGION_BY_POSTAL, 4)):
        repeat = extrapolation.parts(states, by)
        assert len(repeat) == count
        assert sorted(np.concatenate([test for _, test in repeat])) == list(range(51))
        for train, test in repeat:
            assert not {by[s] for s in states[train]} & {by[s] for s in states[test]}


def test_distance_is_that_to_the_nearest_known_zone(planted):
    plain = predict(planted, PLANTED, "label_binary", classifiers.logistic, STATES, 1)
    table = extrapolation.training_distance(planted[list(PLANTED)], PLANTED, plain)
    values = matrix(planted, PLANTED)
    train, test = folds(STATES, plain.truth, plain.states, 1)[0][0]
    steps = preparation().fit(values[train])
    known, zone = steps.transform(values[train]), steps.transform(values[test[:1]])
    expected = np.sqrt(((known - zone) ** 2).mean(axis=1)).min()
    assert np.isclose(table["distance"].iloc[test[0]], expected)
    assert table["third"].value_counts().tolist() == [100, 100, 100]
