"""The default rule: as good as others, true to the analyst's wishes, and plain about why."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit

from analysis.errors import ReportError
from analysis.scorecard.build import run_study
from analysis.scorecard.evaluation.baselines import stepwise_fits
from analysis.scorecard.metrics import auc
from analysis.scorecard.model.points import NO_CARD, whole_points
from analysis.scorecard.model.refit import direction, refit
from analysis.scorecard.model.small_logit import PRIOR, Fitter
from analysis.scorecard.sampling.bootstrap import folds_of
from analysis.scorecard.sampling.intervals import cluster_weights, interval
from analysis.scorecard.selection.candidate_table import candidate_table
from analysis.scorecard.selection.constraints import Limits
from analysis.scorecard.selection.exchange import eliminate_backward, search
from analysis.scorecard.settings import FREQUENCY, RULES
from tests.scorecard.conftest import QUIET, TINY, chosen_fit
from tests.scorecard.worlds import repeating

ONE = replace(TINY, resamples=1, l1_ratios=(1.0,))


def fitter_of(survey, folds=4, seed=0):
    fold = folds_of(survey.cluster, survey.stratum, folds, np.random.default_rng(seed))
    return Fitter(survey, survey.lines[0].poor, fold)


@pytest.fixture(scope="module")
def fitter(small):
    return fitter_of(small)


def with_items(survey, **changes):
    """The survey with some items changed: ``name={...}``."""
    items = tuple(replace(item, **changes.get(item.name, {})) for item in survey.items)
    return replace(survey, items=items)


# -- small fits ----------------------------------------------------------------------------


def matrix_of(survey, questions):
    """Region dummies and answer dummies without the commonest answers, in the fitter's order."""
    columns = [(survey.region == r) for r in range(len(survey.regions))]
    for j in sorted(questions):
        count = len(survey.items[j].answers)
        weight = np.bincount(survey.codes[:, j], weights=survey.weight, minlength=count)
        columns += [survey.codes[:, j] == k for k in range(count) if k != weight.argmax()]
    return np.column_stack(columns).astype(float)


def ridge_fit(x, y, w, penalty):
    """Newton's method on a dense matrix."""
    theta = np.zeros(x.shape[1])
    for _ in range(60):
        p = expit(x @ theta)
        hessian = (x * (w * p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        theta -= np.linalg.solve(hessian, x.T @ (w * (p - y)) + penalty * theta)
    return theta


def test_a_small_fit_is_the_weighted_logistic_regression(small, fitter):
    questions = (0, 4, 9)
    x, y = matrix_of(small, questions), small.lines[0].poor.astype(float)
    fit = fitter.fit(questions)
    glm = sm.GLM(y, x, family=sm.families.Binomial(), freq_weights=small.weight).fit()
    np.testing.assert_allclose(fit.theta, glm.params, atol=0.03)  # but for the hint of a penalty
    penalty = np.full(x.shape[1], 1 / (PRIOR**2 * len(y)))
    penalty[: len(small.regions)] = 1e-9
    w = small.weight / small.weight.sum()
    np.testing.assert_allclose(fit.theta, ridge_fit(x, y, w, penalty), atol=2e-3)


def test_held_out_losses_are_those_of_fits_without_each_fold(small, fitter):
    questions = (1, 5, 6, 12)
    x, y = matrix_of(small, questions), small.lines[0].poor.astype(float)
    w = small.weight / small.weight.sum()
    penalty = np.full(x.shape[1], fitter.ridge)
    penalty[: len(small.regions)] = 1e-9
    expected = 0.0
    for fold in range(4):
        inside = fitter.fold != fold
        theta = ridge_fit(x[inside], y[inside], w[inside], penalty)
        eta = (x @ theta)[~inside]
        expected += w[~inside] @ (np.logaddexp(0, eta) - y[~inside] * eta)
    assert fitter.fit(questions, exact=True).held_out == pytest.approx(expected, abs=5e-6)
    # one step from the fit to all is close enough to rank by
    assert fitter.fit(questions).held_out == pytest.approx(expected, abs=3e-4)


def test_promise_ranks_as_the_gain_in_likelihood_does(fitter):
    fit = fitter.fit((0, 1, 2))
    score_statistics = fitter.score_statistics(fit)
    others = [j for j in range(len(score_statistics)) if j not in fit.questions]
    gain = [fit.loss - fitter.fit({*fit.questions, j}).loss for j in others]
    assert np.corrcoef(score_statistics[others] / 2, gain)[0, 1] > 0.99
    assert int(np.argmax(score_statistics)) == others[int(np.argmax(gain))]


# -- as good as others ---------------------------------------------------------------------


def gains(seed, households=2000):
    """AUC of the default less that of stepwise and of the paper's rule, on new households."""
    survey = repeating(3 * households, seed)
    here = np.arange(len(survey)) < households
    train, test = survey.take(here), survey.take(~here)
    poor = train.lines[0].poor
    ours = chosen_fit(train, ONE)
    paper = chosen_fit(train, replace(ONE, rule=FREQUENCY, resamples=8))
    # the same fit for the same questions, so that only the choice is compared
    steps = refit(train, poor, stepwise_fits(train, poor, 10)[-1].questions, (1.0,), ONE, -1)
    drawn = cluster_weights(test, 60, np.random.default_rng(seed))
    own = auc_by(ours, test)
    names = {train.items[j].name for j in ours.questions}
    others = [auc_by(other, test) for other in (steps, paper)]
    return names, [
        interval(lambda w, other=other: own(w) - other(w), test.weight, drawn) for other in others
    ]


def auc_by(fit, test):
    p, poor = expit(fit.predictor(test)), test.lines[0].poor
    return lambda w: auc(p, poor, w)


def test_questions_that_repeat_each_other_do_not_fill_the_card():
    names, (steps, paper) = gains(3, households=1200)
    assert names == {f"true{j}" for j in range(10)}
    assert steps[2] >= 0 and paper[2] >= 0


@pytest.mark.slow
def test_with_repeating_questions_the_default_is_at_least_as_good_in_ten_worlds():
    found, worse = 0, 0
    for seed in range(10):
        names, others = gains(seed)
        found += names == {f"true{j}" for j in range(10)}
        worse += sum(high < 0 for _, _, high in others)
    assert found >= 9
    assert worse == 0


# -- each earns its place ------------------------------------------------------------------


def test_what_gains_nothing_leaves_the_card(small):
    names = [item.name for item in small.items]
    true, idle = ("roof", "fuel", "children"), ("boat", "garden", "bicycle", "goats", "nets")
    chosen = [names.index(n) for n in (*true, *idle)]
    fitters = [fitter_of(small, seed=seed) for seed in range(3)]
    kept, lost = eliminate_backward(fitters, Limits.of(small, 10), chosen)
    left = {names[j] for j in kept}
    assert set(true) <= left
    assert len(left & set(idle)) <= 1  # chance may favour one of five
    assert all(lost[j] > 0 for j in kept)
    assert all(lost[j] <= 1e-6 for j in chosen if j not in kept)


def test_no_question_of_a_card_has_points_that_are_all_equal(small):
    fit = chosen_fit(small, ONE)
    assert all(len(set(points)) > 1 for points in whole_points(fit.beta).points)


def test_a_copy_is_named_with_the_question_that_it_repeats():
    survey = repeating(1200, 5)
    names = [item.name for item in survey.items]
    true = [names.index(f"true{j}") for j in range(10)]
    fit = refit(survey, survey.lines[0].poor, true, (1.0,), ONE, 0)
    table = candidate_table(
        survey, [fitter_of(survey)], Limits.of(survey, 10), fit,
        np.zeros((1, len(names)), dtype=bool), None, [set()], {},
    ).set_index("question")  # fmt: skip
    for j in range(3):
        for letter in "abcde":
            row = table.loc[f"copy{j}{letter}"]
            assert row["substitute"] == f"true{j}"
            assert row["explained"] > 0.9
            assert row["exchange_loss"] > 0
    assert (table.loc[[f"true{j}" for j in range(10)], "removal_loss"] > 0).all()
    assert table.loc["noise0", "why"] == "adds nothing" or table.loc["noise0", "addition_loss"] < 0


# -- what the analyst asks -----------------------------------------------------------------


def asked(survey, questions=10):
    limits = Limits.of(survey, questions)
    found = search(fitter_of(survey), limits, [])
    return {survey.items[j].name for j in found.questions}, limits


def test_locks_exclusions_groups_and_costs(small):
    locked = with_items(small, boat={"lock": True}, fuel={"exclude": True})
    names, _ = asked(locked, 5)
    assert "boat" in names and "fuel" not in names and len(names) == 5

    family = {name: {"group": "family"} for name in ("children", "school", "head_reads")}
    grouped = replace(with_items(small, **family), limits=(("family", 1),))
    names, _ = asked(grouped)
    assert len(names & set(family)) == 1

    dear = {name: {"cost": 4.0} for name in ("children", "fuel")}
    budgeted = replace(with_items(small, **dear), budget=6.0)
    names, limits = asked(budgeted)
    cost = {item.name: item.cost for item in budgeted.items}
    assert sum(cost[name] for name in names) <= 6
    # cheap questions that together say more are preferred to one dear question
    assert len(names) >= 3
    assert limits.against([0] * 7) == "budget"


def test_ordered_answers_get_points_in_order(small):
    names = [item.name for item in small.items]
    j = names.index("nets")
    # a middle answer that stands out
    rng = np.random.default_rng(0)
    poor = rng.random(len(small)) < np.where(small.codes[:, j] == 1, 0.6, 0.3)
    free = refit(small, poor, [0, j], (1.0,), ONE, 0)
    along = free.beta[free.questions.index(j)]
    assert np.diff(along).min() < 0 < np.diff(along).max()
    bound = with_items(small, nets={"ordered": True, "scale": 3})
    fit = refit(bound, poor, [0, j], (1.0,), ONE, 0)
    along = fit.beta[fit.questions.index(j)]
    share = np.bincount(small.codes[:, j], small.weight, 3)
    assert (np.diff(along) * direction(along, share) >= -1e-12).all()
    assert len(fit.beta[0]) == len(small.items[0].answers)


def test_the_order_is_kept_at_the_best_likelihood(small):
    """Against all ways to pool neighbours: the best that is in order is the constrained fit."""
    names = [item.name for item in small.items]
    j = names.index("children")
    rng = np.random.default_rng(1)
    bumps = np.array([0.2, 0.5, 0.35, 0.6])[np.minimum(small.codes[:, j], 3)]
    poor = rng.random(len(small)) < bumps
    bound = with_items(small, children={"ordered": True})
    fit = refit(bound, poor, [j], (1.0,), ONE, 0)
    (along,) = fit.beta
    assert (np.diff(along) >= -1e-9).all()
    assert along[1] == pytest.approx(along[2])  # the pair out of order is pooled
    assert along[0] < along[1] < along[3]


@pytest.mark.parametrize("rule", RULES)
def test_where_nothing_goes_with_poverty_one_sentence_says_so(small, rule):
    settings, refused = replace(TINY, rule=rule, resamples=2), []
    for seed in (1, 2, 3):
        rng = np.random.default_rng(seed)
        few = small.take(rng.permutation(len(small))[:400])
        lines = tuple(replace(line, poor=rng.random(len(few)) < 0.4) for line in few.lines)
        try:  # chance may show a question where there is none
            run_study(replace(few, lines=lines), settings, runner=QUIET, compared=False)
        except ReportError as error:
            refused.append(str(error))
    assert refused == [NO_CARD] * len(refused) != []
