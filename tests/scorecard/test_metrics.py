"""Weighted measures against scikit-learn, statsmodels and counting by hand."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from analysis.scorecard import metrics
from analysis.scorecard.evaluation.accuracy import calibration_line
from analysis.scorecard.sampling.intervals import cluster_weights
from analysis.scorecard.survey.survey import weighted_quantile


@pytest.fixture
def drawn():
    rng = np.random.default_rng(2)
    probability = rng.integers(1, 1000, 500) / 1000
    poor = rng.random(500) < probability**1.3
    return probability, poor, rng.uniform(0.5, 4, 500)


def test_against_scikit_learn(drawn):
    p, poor, w = drawn
    assert metrics.auc(p, poor, w) == pytest.approx(roc_auc_score(poor, p, sample_weight=w))
    assert metrics.loss(p, poor, w) == pytest.approx(log_loss(poor, p, sample_weight=w))
    assert metrics.brier(p, poor, w) == pytest.approx(brier_score_loss(poor, p, sample_weight=w))


def test_calibration_line_is_the_weighted_logit_regression(drawn):
    p, poor, w = drawn
    x = sm.add_constant(np.log(p / (1 - p)))
    model = sm.GLM(poor.astype(float), x, family=sm.families.Binomial(), var_weights=w)
    np.testing.assert_allclose(calibration_line(p, poor, w), model.fit().params, rtol=1e-6)


def test_no_calibration_line_fits_best_where_the_poor_are_parted_from_the_others():
    poor = np.array([False, False, True, True])
    p = np.array([0.2, 0.4, 0.6, 0.8])
    assert np.isnan(calibration_line(p, poor, np.ones(4))).all()


def test_a_calibration_line_far_from_the_first_guess_is_found():
    rng = np.random.default_rng(2)
    x = rng.normal(size=4000) * 3
    poor = rng.random(4000) < expit(0.05 * x - 4)
    p, w = expit(x), np.full(4000, 2.0)
    model = sm.GLM(poor, sm.add_constant(x.clip(*logit([5e-4, 1 - 5e-4]))), sm.families.Binomial())
    np.testing.assert_allclose(calibration_line(p, poor, w), model.fit().params, rtol=1e-6)


def test_the_weighted_quantile_of_integer_weights_is_that_of_repeated_values():
    rng = np.random.default_rng(3)
    values, times = rng.normal(size=80), rng.integers(1, 6, 80)
    repeated = np.repeat(values, times)
    for share in (0.1, 0.4, 0.5, 0.97):
        expected = np.quantile(repeated, share, method="inverted_cdf")
        assert weighted_quantile(values, times.astype(float), share) == expected
        assert weighted_quantile(values, 7.3 * times, share) == expected


def test_bootstrap_weights_give_the_design_variance_of_a_mean(small):
    """With areas drawn within strata: against the textbook formula for a weighted total."""
    rng = np.random.default_rng(4)
    samples = cluster_weights(small, 3000, rng)
    poor = small.lines[0].poor.astype(float)
    boot = (samples @ poor).var()
    expected = 0.0
    for stratum in np.unique(small.stratum):
        here = small.stratum == stratum
        totals = np.array(
            [
                (small.weight * poor)[here & (small.cluster == c)].sum()
                for c in np.unique(small.cluster[here])
            ]
        )
        expected += len(totals) * totals.var(ddof=1)
    assert boot == pytest.approx(expected, rel=0.1)
