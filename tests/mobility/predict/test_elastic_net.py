"""The solver against optimality conditions written out again, and against scikit-learn."""

import warnings

import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV

from analysis.mobility.predict.elastic_net import path, probabilities
from analysis.mobility.predict.elastic_net_search import ElasticNetSearch
from analysis.mobility.predict.pipelines import preparation


def data(classes, size=150, width=8, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(size, width))
    values[:, -1] = values[:, 0] + values[:, 1]  # an exact dependence, as among the real features
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    score = values[:, 0] - values[:, 2] + rng.logistic(size=size)
    return values, np.digitize(score, np.quantile(score, np.arange(1, classes) / classes))


def missed(values, labels, weights, bases, C, l1_ratio):
    """Optimality conditions of scikit-learn's objective, divided by nC, by hand."""
    linear = values @ weights.T + bases
    if len(weights) == 1:
        error = expit(linear) - labels[:, None]
    else:
        error = softmax(linear, axis=1) - np.eye(len(weights))[labels]
    strength = 1 / (C * len(values))
    slope = error.T @ values / len(values) + strength * (1 - l1_ratio) * weights
    allowed = strength * l1_ratio
    zero = weights == 0
    parts = [np.abs(error.mean(axis=0)).max()]
    if zero.any():
        parts.append(max(np.abs(slope[zero]).max() - allowed, 0))
    if not zero.all():
        parts.append(np.abs(slope + allowed * np.sign(weights))[~zero].max())
    return max(parts)


@pytest.mark.parametrize("classes", [2, 4])
def test_every_solution_of_a_grid_meets_its_optimality_conditions(classes):
    values, labels = data(classes)
    Cs, l1_ratios = np.logspace(-3, 3, 9), np.array([0, 0.3, 0.95, 1.0])
    found = path(values, labels, Cs, l1_ratios, tolerance=1e-6)
    for i, C in enumerate(Cs):
        for j, l1_ratio in enumerate(l1_ratios):
            weights, bases = found.coefficients[i, j], found.intercepts[i, j]
            assert missed(values, labels, weights, bases, C, l1_ratio) < 1e-6
    # The grid runs from the empty model to one that uses nearly everything.
    assert (found.coefficients[0, 2] == 0).all()
    assert (found.coefficients[-1, 2] != 0).sum() > 5


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("l1_ratio", [0.0, 0.5])
def test_same_solution_as_scikit_learn(classes, l1_ratio):
    values, labels = data(classes)
    values = values[:, :-1]  # a dependence makes the ridge-free directions slow for saga
    other = LogisticRegression(C=0.4, l1_ratio=l1_ratio, solver="saga", tol=1e-10, max_iter=50_000)
    other.fit(values, labels)
    found = path(values, labels, np.array([0.4]), np.array([l1_ratio]), tolerance=1e-9)
    np.testing.assert_allclose(found.coefficients[0, 0], other.coef_, atol=1e-5)
    np.testing.assert_allclose(
        probabilities(values, found)[0, 0], other.predict_proba(values), atol=1e-6
    )


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("scoring", ["accuracy", "log_loss"])
def test_same_choice_as_scikit_learn(classes, scoring):
    values, labels = data(classes, seed=3)
    values = values[:, :-1]
    Cs, l1_ratios = np.logspace(-2, 0.5, 5), np.array([0.0, 0.5, 0.9])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = LogisticRegressionCV(
            Cs=Cs,
            l1_ratios=l1_ratios,
            cv=4,
            solver="saga",
            tol=1e-8,
            max_iter=20_000,
            scoring={"accuracy": "accuracy", "log_loss": "neg_log_loss"}[scoring],
            use_legacy_attributes=False,
        ).fit(values, labels)
    own = ElasticNetSearch(Cs, l1_ratios, splits=4, scoring=scoring, seed=None, tolerance=1e-8).fit(
        values, labels
    )
    assert (own.C_, own.l1_ratio_) == pytest.approx(
        (float(np.ravel(other.C_)[0]), float(np.ravel(other.l1_ratio_)[0]))
    )
    np.testing.assert_allclose(own.coef_, other.coef_, atol=1e-4)
    np.testing.assert_array_equal(own.predict(values), other.predict(values))


def test_solution_on_a_real_training_fold_is_optimal(study):
    from analysis.data.names import FEATURES
    from analysis.mobility.predict.folds import STATES, folds
    from analysis.mobility.sample import analysis_sample

    zones = analysis_sample(study)
    labels, states = zones["label_binary"].to_numpy(), zones["state"].to_numpy(str)
    train, _ = folds(STATES, labels, states, 1)[0][0]
    values = zones[list(FEATURES)].to_numpy()[train]
    model = ElasticNetSearch(preparation=preparation()).fit(values, labels[train])
    ready = model.preparation_.transform(values)
    gap = missed(ready, labels[train], model.coef_, model.intercept_, model.C_, model.l1_ratio_)
    assert gap < model.tolerance


def test_labels_need_not_be_numbers_from_zero():
    values, labels = data(2)
    model = ElasticNetSearch().fit(values, np.array(["low", "high"])[labels])
    assert set(model.predict(values)) == {"low", "high"}
    assert model.score(values, np.array(["low", "high"])[labels]) > 0.7


@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
def test_a_feature_that_never_varies_gets_no_weight(l1_ratio):
    rng = np.random.default_rng(5)
    features = np.column_stack([rng.normal(size=(60, 2)), np.zeros(60)])
    labels = (features[:, 0] + rng.normal(size=60) > 0).astype(int)
    fitted = path(features, labels, np.geomspace(0.01, 10, 5), np.array([l1_ratio]))
    assert np.isfinite(fitted.coefficients).all()
    assert (fitted.coefficients[..., 2] == 0).all()
    assert (fitted.coefficients[-1, ..., 0] != 0).all()
