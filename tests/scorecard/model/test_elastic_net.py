"""The solver against the optimality conditions, glum, statsmodels and itself."""

import numpy as np
import pytest
import statsmodels.api as sm
from glum import GeneralizedLinearRegressor
from scipy.special import expit

from analysis.scorecard.model.design_matrix import encode
from analysis.scorecard.model.elastic_net import fit_paths
from analysis.scorecard.sampling.bootstrap import folds_of


@pytest.fixture(scope="module")
def problem(small):
    design = encode(small)
    fold = folds_of(small.cluster, small.stratum, 4, np.random.default_rng(0))
    return design, small.lines[0].poor, small.weight, fold


def dense(design):
    regions = (design.region[:, None] == np.arange(design.regions)).astype(float)
    return regions, design.dense()


@pytest.mark.parametrize("l1_ratio", [0.2, 1.0])
def test_every_point_of_every_path_meets_the_optimality_conditions(problem, l1_ratio):
    design, poor, weight, fold = problem
    tolerance = 1e-7
    paths = fit_paths(
        design, poor, weight, l1_ratio=l1_ratio, lambdas=20, fold=fold, tolerance=tolerance
    )
    regions, answers = dense(design)
    for replicate in range(5):
        used = np.ones(len(poor), dtype=bool) if replicate == 0 else fold != replicate - 1
        share = weight[used] / weight[used].sum()
        for at, lambda_ in enumerate(paths.lambdas):
            beta, gamma = paths.beta[at, :, replicate], paths.gamma[at, :, replicate]
            eta = regions @ gamma + answers @ beta
            residual = share * (expit(eta) - poor)[used]
            slope = answers[used].T @ residual + lambda_ * (1 - l1_ratio) * beta
            zero = beta == 0
            worst = max(
                np.abs(regions[used].T @ residual).max(),
                np.abs(slope + lambda_ * l1_ratio * np.sign(beta))[~zero].max(initial=0.0),
                (np.abs(slope[zero]) - lambda_ * l1_ratio).max(initial=0.0),
            )
            assert worst <= 1.01 * tolerance * paths.lambdas[0]
    assert (paths.beta[0] == 0).all(axis=0)[0], "the largest penalty must leave nothing in"
    assert (paths.beta[-1, :, 0] != 0).sum() > 20


def test_agrees_with_glum(problem):
    design, poor, weight, _ = problem
    regions, answers = dense(design)
    lambdas = np.array([0.02, 0.004])
    paths = fit_paths(design, poor, weight, l1_ratio=0.5, lambdas=lambdas, tolerance=1e-9)
    for at, lambda_ in enumerate(lambdas):
        unpenalized = [0.0] * design.regions
        glm = GeneralizedLinearRegressor(
            family="binomial", alpha=lambda_, l1_ratio=0.5, fit_intercept=False,
            P1=unpenalized + [1.0] * design.columns, P2=unpenalized + [1.0] * design.columns,
            gradient_tol=1e-9, max_iter=500,
        )  # fmt: skip
        glm.fit(np.hstack([regions, answers]), poor.astype(float), sample_weight=weight)
        ours = np.concatenate([paths.gamma[at, :, 0], paths.beta[at, :, 0]])
        np.testing.assert_allclose(ours, glm.coef_, atol=2e-5)


def test_without_penalty_it_is_the_weighted_fit_of_statsmodels(problem):
    design, poor, weight, _ = problem
    paths = fit_paths(design, poor, weight, l1_ratio=0.5, lambdas=np.array([1e-9]), tolerance=1e-10)
    ours = np.concatenate([paths.gamma[0, :, 0], paths.beta[0, :, 0]])
    features = np.hstack(dense(design))
    for kind in ("freq_weights", "var_weights"):
        model = sm.GLM(
            poor.astype(float), features, family=sm.families.Binomial(),
            **{kind: weight / weight.mean()},
        )  # fmt: skip
        np.testing.assert_allclose(ours, model.fit(tol=1e-12).params, atol=1e-4)


def test_a_lane_is_the_fit_without_its_fold_and_its_loss_the_fold_s(problem):
    design, poor, weight, fold = problem
    paths = fit_paths(design, poor, weight, l1_ratio=1.0, lambdas=15, fold=fold, tolerance=1e-8)
    inside = np.flatnonzero(fold != 2)
    alone = fit_paths(
        design.take(inside), poor[inside], weight[inside],
        l1_ratio=1.0, lambdas=paths.lambdas, tolerance=1e-8,
    )  # fmt: skip
    np.testing.assert_allclose(paths.beta[:, :, 3], alone.beta[:, :, 0], atol=2e-5)
    regions, answers = dense(design.take(np.flatnonzero(fold == 2)))
    eta = regions @ alone.gamma[7, :, 0] + answers @ alone.beta[7, :, 0]
    loss = -np.where(poor[fold == 2], np.log(expit(eta)), np.log(expit(-eta)))
    expected = np.average(loss, weights=weight[fold == 2])
    assert paths.held_out[7, 2] == pytest.approx(expected, abs=1e-6)


def test_the_scale_of_weights_does_not_matter(problem):
    design, poor, weight, fold = problem
    one = fit_paths(design, poor, weight, l1_ratio=0.6, lambdas=10, fold=fold)
    other = fit_paths(design, poor, 1000 * weight, l1_ratio=0.6, lambdas=10, fold=fold)
    np.testing.assert_allclose(one.beta, other.beta, atol=1e-9)


def test_a_household_split_in_two_halves_changes_nothing(problem):
    design, poor, weight, fold = problem
    rows = np.concatenate([np.arange(len(poor)), [5, 9]])
    halved = weight.copy()
    halved[[5, 9]] /= 2
    one = fit_paths(design, poor, weight, l1_ratio=0.6, lambdas=10, fold=fold, tolerance=1e-8)
    two = fit_paths(
        design.take(rows), poor[rows], halved[rows],
        l1_ratio=0.6, lambdas=10, fold=fold[rows], tolerance=1e-8,
    )  # fmt: skip
    np.testing.assert_allclose(one.beta, two.beta, atol=1e-6)


def test_a_region_without_poor_households_ends_with_a_probability_of_nearly_zero(problem):
    design, poor, weight, fold = problem
    poor = poor & (design.region != 1)
    paths = fit_paths(design, poor, weight, l1_ratio=1.0, lambdas=10, fold=fold)
    assert np.isfinite(paths.beta).all()
    assert (paths.gamma[:, 1] < -5).all()


@pytest.mark.parametrize("l1_ratio", [0.2, 1.0])
def test_a_path_that_ends_early_is_the_first_part_of_the_whole(problem, l1_ratio):
    design, poor, weight, fold = problem
    given = {"l1_ratio": l1_ratio, "lambdas": 60, "fold": fold}
    whole = fit_paths(design, poor, weight, **given)
    short = fit_paths(design, poor, weight, **given, patience=6)
    many = len(short.lambdas)
    assert many < len(whole.lambdas)
    assert (short.held_out == whole.held_out[:many]).all()
    assert (short.beta == whole.beta[:many]).all()
    for rule in ("least", "1se"):
        assert short.best(rule) == whole.best(rule)
    losses, _ = short.loss()
    assert losses.argmin() == many - 7


def test_penalty_rules_on_a_known_curve(problem):
    design, poor, weight, fold = problem
    paths = fit_paths(design, poor, weight, l1_ratio=1.0, lambdas=20, fold=fold)
    mean, error = paths.loss()
    assert paths.best("least") == mean.argmin()
    assert mean[paths.best("1se")] <= mean.min() + error[mean.argmin()]
    assert (mean[: paths.best("1se")] > mean.min() + error[mean.argmin()]).all()
