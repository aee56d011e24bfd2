"""Intercepts of regions: what each kind fits, which is chosen, and what follows for the card."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from analysis.scorecard.card.card import make_card
from analysis.scorecard.card.lookup import other_line
from analysis.scorecard.evaluation.standard_errors import with_errors
from analysis.scorecard.model.refit import refit, with_tau
from analysis.scorecard.model.region_intercepts import (
    TAUS,
    choose_intercepts,
    held_out_losses,
    with_intercepts,
)
from analysis.scorecard.sampling.bootstrap import folds_of
from analysis.scorecard.settings import Stream
from tests.scorecard.conftest import TINY
from tests.scorecard.worlds import AREA, cut, survey_of


def world(tau, seed, *, regions=12, areas=6, area_effect=0.3):
    """Households in many regions whose intercepts have a known standard deviation."""
    rng = np.random.default_rng(seed)
    n = regions * areas * AREA
    area = np.arange(n) // AREA
    region = area % regions
    codes = np.column_stack([cut(rng.normal(size=n), (0.5, 0.75)) for _ in range(4)])
    eta = 1.2 * (codes - 1).sum(axis=1) * -1 - 0.5
    eta += tau * rng.normal(size=regions)[region]
    eta += area_effect * rng.normal(size=regions * areas)[area]
    survey = survey_of(codes, [3] * 4, rng.random(n) < expit(eta), rng)
    return replace(survey, region=region, stratum=region,
                   regions=tuple(f"R{r}" for r in range(regions)))  # fmt: skip


@pytest.fixture(scope="module")
def mixed():
    survey = world(0.5, 1)
    return survey, refit(survey, survey.lines[0].poor, [0, 1, 2, 3], (0.6,), TINY, 0)


def objective(survey, fit, tau):
    """Formula (1) with a ridge on the regions, written out with dense matrices."""
    dummies = [survey.codes[:, j] == k for j, b in zip(fit.questions, fit.beta, strict=True)
               for k in np.flatnonzero(b != 0)]  # fmt: skip
    regions = len(survey.regions) if tau > 0 else 1
    place = survey.region if tau > 0 else 0 * survey.region
    x = np.column_stack([place[:, None] == np.arange(regions), *dummies]).astype(float)
    w, y = survey.weight / survey.weight.sum(), survey.lines[0].poor

    def value(theta):
        eta, gamma, beta = x @ theta, theta[:regions], theta[regions:]
        ridge = ((gamma - gamma.mean()) ** 2).sum() / (len(w) * tau**2) if tau > 0 else 0.0
        net = (1 - fit.l1_ratio) / 2 * (beta**2).sum() + fit.l1_ratio * np.abs(beta).sum()
        return w @ (np.logaddexp(0, eta) - y * eta) + ridge / 2 + fit.lambda_ * net

    return value, x.shape[1], regions


@pytest.mark.parametrize("tau", [0.0, 0.2, 0.8])
def test_the_fit_is_the_least_of_its_objective(mixed, tau):
    survey, fit = mixed
    found = with_intercepts(survey, survey.lines[0].poor, fit, tau)
    value, size, regions = objective(survey, fit, tau)
    best = minimize(value, np.full(size, 0.1), method="BFGS", options={"gtol": 1e-9})
    gamma = found.gamma if tau > 0 else found.gamma[:1]
    told = [b for beta in found.beta for b in beta[beta != 0]]
    assert value(np.concatenate([gamma, told])) <= best.fun + 1e-9
    np.testing.assert_allclose(gamma, best.x[:regions], atol=2e-3)
    np.testing.assert_allclose(told, best.x[regions:], atol=2e-3)


def test_no_ridge_gives_the_fit_with_an_intercept_a_region_back(mixed):
    survey, fit = mixed
    pooled = with_intercepts(survey, survey.lines[0].poor, fit, 0.2)
    assert pooled.tau == 0.2 and np.ptp(pooled.gamma) < np.ptp(fit.gamma)
    again = with_intercepts(survey, survey.lines[0].poor, pooled, np.inf)
    np.testing.assert_allclose(again.gamma, fit.gamma, atol=1e-4)
    for one, other in zip(again.beta, fit.beta, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    assert with_tau(survey, survey.lines[0].poor, fit, np.inf) is fit


def test_held_out_losses_are_those_of_fits_without_each_fold(mixed):
    survey, fit = mixed
    poor = survey.lines[0].poor
    expected = np.zeros(len(survey))
    for deal in range(3):
        rng = TINY.rng(Stream.INTERCEPT_FOLDS, deal)
        fold = folds_of(survey.cluster, survey.stratum, TINY.folds, rng)
        for left in range(TINY.folds):
            inside = fold != left
            part = with_intercepts(survey.take(inside), poor[inside], fit, 0.4)
            eta = part.predictor(survey.take(~inside))
            expected[~inside] += np.logaddexp(0, eta) - poor[~inside] * eta
    found = held_out_losses(survey, poor, fit, TINY, 0.4)
    np.testing.assert_allclose(found, expected / 3, atol=1e-4)


def chosen(tau, seed, **how):
    survey = world(tau, seed, **how)
    poor = survey.lines[0].poor
    fit = refit(survey, poor, [0, 1, 2, 3], (1.0,), TINY, 0)
    return choose_intercepts(survey, poor, fit, TINY)


def test_regions_that_do_not_differ_get_one_intercept_or_nearly_so():
    found = chosen(0.0, 2)
    assert found.tau <= TAUS[0]
    losses = found.losses.set_index("tau")
    assert losses.loc[np.inf, "less"] > 0
    assert list(found.losses["kind"]) == ["national", *["pooled"] * len(TAUS), "separate"]
    assert losses.loc[found.tau, "less"] == 0


def test_regions_that_differ_much_keep_their_levels():
    found = chosen(1.5, 3, regions=6, areas=12)
    assert found.tau >= 0.4
    national = found.losses.iloc[0]
    assert national["kind"] == "national" and national["ci_low"] > 0


@pytest.mark.slow
def test_the_chosen_spread_follows_the_true_one_and_predicts_new_areas_at_least_as_well():
    """Thirty worlds: the chosen kind loses no more in new areas than any fixed one, on average."""
    lost = {"chosen": [], 0.0: [], 0.2: [], np.inf: []}
    medians = []
    for truth in (0.0, 0.3, 1.0):
        taus = []
        for seed in range(10):
            survey = world(truth, 100 + seed, areas=12)
            inside = survey.cluster % 24 < 12
            train, test = survey.take(inside), survey.take(~inside)
            fit = refit(train, train.lines[0].poor, [0, 1, 2, 3], (1.0,), TINY, 0)
            found = choose_intercepts(train, train.lines[0].poor, fit, TINY)
            taus.append(found.tau)
            for way, values in lost.items():
                tau = found.tau if way == "chosen" else way
                eta = with_intercepts(train, train.lines[0].poor, fit, tau).predictor(test)
                loss = np.logaddexp(0, eta) - test.lines[0].poor * eta
                values.append(np.average(loss, weights=test.weight))
        medians.append(np.median(taus))
    assert medians[0] <= medians[1] <= medians[2] and medians[0] < medians[2]
    mean = {way: np.mean(values) for way, values in lost.items()}
    assert mean["chosen"] <= min(mean[way] for way in (0.0, 0.2, np.inf)) + 1e-4


def test_the_survey_may_say_which_kind_it_wants(mixed):
    survey, fit = mixed
    for wish in ("national", "pooled", "separate"):
        found = choose_intercepts(replace(survey, intercepts=wish), survey.lines[0].poor, fit, TINY)
        assert found.kind == wish
        assert len(found.losses) == 2 + len(TAUS)  # all are measured


def test_a_survey_of_one_region_has_nothing_to_choose(mixed):
    survey, fit = mixed
    one = replace(survey, region=np.zeros(len(survey), int), regions=("All",))
    found = choose_intercepts(one, survey.lines[0].poor, replace(fit, gamma=fit.gamma[:1]), TINY)
    assert found.kind == "separate" and found.losses.empty


def test_one_intercept_gives_every_region_the_country_s_column(mixed):
    survey, fit = mixed
    poor = survey.lines[0].poor
    card = make_card(survey, with_intercepts(survey, poor, fit, 0.0), None, {})
    for lookup in (card.lines[0].lookup, card.lines[0].persons):
        assert set(lookup.regions) == {lookup.national}


@pytest.mark.parametrize("tau", [0.0, 0.3, np.inf])
def test_rounding_leaves_the_rate_where_it_was(mixed, tau):
    survey, fit = mixed
    poor = survey.lines[0].poor
    fit = with_intercepts(survey, poor, fit, tau)
    card = make_card(survey, fit, None, {})
    score = sum(np.array(q.points)[survey.codes[:, j]]
                for j, q in zip(fit.questions, card.questions, strict=True))  # fmt: skip
    said = np.average(card.probability(score, survey.region), weights=survey.weight)
    assert said == pytest.approx(np.average(poor, weights=survey.weight), abs=5e-4)


def test_another_line_s_regions_are_pooled_as_the_card_s(mixed):
    survey, _ = mixed
    rng = np.random.default_rng(0)
    score = rng.integers(0, 101, len(survey))
    poor = rng.random(len(survey)) < expit(1 - score / 25 + 0.8 * (survey.region % 3 - 1))
    at = (score, survey.region, len(survey.regions), survey.weight, poor)
    apart, pooled, one = (np.array(other_line(*at, tau).regions) for tau in (np.inf, 0.2, 0))
    width = [table[:, 40].std() for table in (apart, pooled, one)]
    assert width[0] > width[1] > width[2] == 0
    dummies = survey.region[:, None] == np.arange(len(survey.regions))
    x = np.column_stack([dummies, score / 100]).astype(float)
    model = LogisticRegression(C=1e4, fit_intercept=False, tol=1e-8, max_iter=1000)
    model.fit(x, poor, sample_weight=survey.weight / survey.weight.mean())
    grid = np.column_stack([np.eye(len(survey.regions)), np.full(len(survey.regions), 0.4)])
    np.testing.assert_allclose(apart[:, 40], 1000 * model.predict_proba(grid)[:, 1], atol=1)


def test_the_card_s_own_error_is_that_of_its_kind_of_intercepts(mixed):
    survey, fit = mixed
    poor = survey.lines[0].poor
    errors = {}
    for tau in (0.0, np.inf):
        again = with_intercepts(survey, poor, fit, tau)
        card = with_errors(make_card(survey, again, None, {}), survey, again, 3, samples=25)
        errors[tau] = np.array(card.lines[0].error)
    # a level of its own makes a region's rate more uncertain; the country's stays as it was
    assert np.median(errors[0.0][1:]) < 0.7 * np.median(errors[np.inf][1:])
    assert errors[0.0][0] == pytest.approx(errors[np.inf][0], rel=0.35)
