"""The ordinal model's exact gradient against statsmodels' own routes."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from statsmodels.miscmodels.ordinal_model import OrderedModel

from analysis.mobility.predict.quartiles import Ordinal, ProportionalOdds


@pytest.fixture(scope="module")
def graded():
    rng = np.random.default_rng(6)
    values = rng.normal(size=(400, 5))
    hidden = values @ np.array([1.5, -0.7, 0.3, 0, 0]) + rng.logistic(size=400)
    return values, np.digitize(hidden, np.quantile(hidden, [0.2, 0.5, 0.8]))


def test_gradient_is_that_of_the_likelihood(graded):
    values, labels = graded
    model = ProportionalOdds(labels, values, distr="logit")
    for seed in range(3):
        params = model.start_params + np.random.default_rng(seed).normal(size=8) / 3
        numeric = approx_fprime(params, model.loglike, 1e-6)
        np.testing.assert_allclose(model.score(params), numeric, rtol=1e-4, atol=2e-3)


def test_fit_is_that_of_statsmodels(graded):
    values, labels = graded
    theirs = OrderedModel(labels, values, distr="logit").fit(method="bfgs", disp=False, gtol=1e-6)
    ours = Ordinal().fit(values, labels)
    np.testing.assert_allclose(ours.coef_, theirs.params[:5], atol=1e-3)
    np.testing.assert_allclose(ours.predict_proba(values), theirs.predict(), atol=1e-3)
