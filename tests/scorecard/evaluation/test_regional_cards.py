"""Cards of regions: what they cost where regions are alike, and gain where they are not."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from analysis.scorecard.build import run_study
from analysis.scorecard.card.card import make_card, read_card
from analysis.scorecard.evaluation.regional_cards import (
    _break_even_n,
    one_region,
    regional_cards,
)
from analysis.scorecard.evaluation.repeated_splits import split
from analysis.scorecard.metrics import auc
from analysis.scorecard.model.points import scores
from analysis.scorecard.output.files import write_study
from analysis.scorecard.output.summary import summary
from analysis.scorecard.selection.nested import searched_fit
from analysis.scorecard.survey.reading import Issues
from analysis.scorecard.survey.region_checks import check_region_sizes
from tests.scorecard.conftest import QUIET, TINY, simulated_survey
from tests.scorecard.worlds import cut, survey_of

ONE = replace(TINY, l1_ratios=(1.0,), questions=4)


def world(households, seed, *, alike):
    """Four questions count in all regions alike, or another four in each of two regions."""
    rng = np.random.default_rng(seed)
    codes = np.column_stack([cut(rng.normal(size=households), (0.4, 0.7)) for _ in range(8)])
    region = (np.arange(households) // 20) % 2
    own = codes[:, :4].sum(axis=1)
    if not alike:
        own = np.where(region == 0, own, codes[:, 4:].sum(axis=1))
    poor = rng.random(households) < expit(1.5 * (3 - own))
    survey = survey_of(codes, [3] * 8, poor, rng)
    return replace(survey, region=region, stratum=region, regions=("A", "B"))


def priced(survey):
    held = split(survey, ONE)
    train = survey.take(~held)
    fit = searched_fit(train, train.lines[0].poor, ONE)
    card = make_card(train, fit, None, {})
    return held, regional_cards(survey, held, card, ONE, QUIET, complete=False)


def test_regions_that_differ_are_served_better_by_cards_of_their_own():
    survey = world(2400, 1, alike=False)
    held, own = priced(survey)
    row = own.accuracy_cost.set_index("region").loc["all"]
    assert row["auc_less_national_low"] > 0.03
    assert row["log_loss_less_national_high"] < 0
    asked = [{question.name for question in one.questions} for one in own.cards]
    assert asked == [{f"q{j}" for j in range(4)}, {f"q{j}" for j in range(4, 8)}]
    # fewer households than there are would have done
    assert own.break_even_n[0] < (~held).sum() / 2


def test_the_price_is_what_the_cards_do_on_the_same_households():
    survey = world(1200, 2, alike=True)
    held, own = priced(survey)
    price = own.accuracy_cost.set_index("region")
    test = one_region(survey.take(held), 1)
    mine = own.cards[1]
    names = [item.name for item in survey.items]
    codes = test.codes[:, [names.index(question.name) for question in mine.questions]]
    p = mine.probability(scores(mine.points, codes), test.region)
    expected = auc(p, test.lines[0].poor, test.weight)
    assert price.loc["B", "auc"] == pytest.approx(expected)
    assert price.loc["B", "fitted_households"] == (~held & (survey.region == 1)).sum()
    assert mine.regions == ("B",)
    # where regions are alike, half the households can't do better than all of them
    assert price.loc["all", "log_loss_less_national"] > 0
    assert price.loc["all", "half_log_loss"] > price.loc["all", "log_loss"]
    assert own.break_even_n[0] > (~held).sum() / 2


def test_the_households_needed_are_those_at_which_two_curves_meet():
    """L(n) = 0.30 + 20/n on 100 households, against a country's card that loses 0.35."""
    poor, weight = np.array([True, False] * 50), np.ones(100)

    def losing(value):
        return np.where(poor, np.exp(-value), 1 - np.exp(-value))

    draws = np.ones((3, 100))
    halves = np.array([losing(0.30 + 20 / 50)] * 2)
    found = _break_even_n(100, losing(0.30 + 20 / 100), halves, losing(0.35), poor, weight, draws)
    np.testing.assert_allclose(found, 400)
    never = _break_even_n(100, losing(0.5), halves, losing(0.25), poor, weight, draws)
    assert np.isinf(never).all()


def test_regions_that_are_too_small_are_named_in_one_sentence():
    survey = simulated_survey(1000, 3)
    found = Issues()
    check_region_sizes(survey, found)
    (error,) = found.errors
    assert error.startswith("cards: 5 regions are too small for a card of their own (")
    assert "Capital with 200 households in 10 areas" in error
    assert "300 households in 12 areas" in error
    one = Issues()
    whole = replace(survey, region=np.zeros(1000, int), regions=("All",))
    check_region_sizes(whole, one)
    assert "there is but one region" in one.errors[0]


def test_check_refuses_cards_of_small_regions(files):
    files.spec["cards"] = "region"
    assert any(error.startswith("cards: 5 regions are too small") for error in files.errors())
    files.spec["cards"] = "village"
    assert any(error.startswith("cards: ") and "'village'" in error for error in files.errors())


@pytest.mark.slow
def test_a_build_writes_a_folder_for_each_region_and_says_the_price(tmp_path):
    survey = replace(world(2400, 5, alike=False), regional_cards=True)
    study = run_study(survey, replace(ONE, repeats=1), runner=QUIET)
    written = write_study(study, tmp_path)
    assert {"regions.csv", "regions"} <= {path.name for path in written}
    for name in ("a", "b"):
        card = read_card(tmp_path / "regions" / name / "scorecard.json")
        assert card.groups and card.build_info["auc"] > 0.8
        assert (tmp_path / "regions" / name / "scorecard.pdf").stat().st_size > 1000
    assert "A card for each region, less the country's card" in summary(study)
    write_study(study, tmp_path)  # again, over what is there
