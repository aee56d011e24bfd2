"""Resampling households in place of areas."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.scorecard.evaluation.household_draws import unit_effect
from tests.scorecard.conftest import TINY

COPIES = 4


def with_copies(study):
    """The study with each held-out household repeated by its neighbours, who say nothing new."""
    held = np.flatnonzero(study.is_test)
    rows = np.concatenate([np.flatnonzero(~study.is_test), np.tile(held, COPIES)])
    return replace(study, survey=study.survey.take(rows), is_test=study.is_test[rows])


@pytest.fixture(scope="module")
def effects(card_study):
    asked = replace(TINY, intervals=400)
    return [
        unit_effect(study.survey, study.is_test, study.card, study.selection, asked)
        for study in (card_study, with_copies(card_study))
    ]


def test_neighbours_who_say_nothing_new_narrow_only_the_interval_from_households(effects):
    plain, copied = effects
    # the variance of a mean falls with the number of units drawn: a fourth of it is left
    assert copied.narrower / plain.narrower == pytest.approx(COPIES**-0.5, rel=0.15)
    widths = [effect.bias_areas[2] - effect.bias_areas[1] for effect in effects]
    assert widths[0] == pytest.approx(widths[1], rel=1e-6)


def test_areas_drawn_apart_from_their_traits_give_the_interval_of_households(effects):
    # simulated areas are gathered at random, so that neighbours are no more alike than strangers
    assert effects[0].narrower == pytest.approx(1, abs=0.35)


def test_the_cards_differ_by_the_questions_named(effects, card_study):
    for effect in effects:
        own = set(card_study.selection.candidates.query("chosen")["question"])
        assert effect.shared + len(effect.added) == effect.shared + len(effect.dropped) == len(own)
        assert set(effect.dropped) <= own and not set(effect.added) & own
        for estimate, low, high in (effect.auc, effect.bias_areas, effect.bias_households):
            assert low <= estimate <= high
