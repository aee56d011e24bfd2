"""The wild bootstrap against plain loops, its invariances, and its size on known nulls."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.mobility.associate import wild_bootstrap
from analysis.mobility.associate.wild_bootstrap import (
    design,
    p_values,
    sign_draws,
    statistics,
    wild_test,
)

SIZES = (1, 2, 4, 5, 6, 7, 9, 12)


def uneven(sizes=SIZES, slope=0.5, seed=3):
    """Rows of clusters of very unequal size: outcome, regressor, two other columns, cluster."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    x = rng.normal(size=len(sizes))[cluster] + rng.normal(size=len(cluster))
    other = 0.5 * x + rng.normal(size=len(cluster))
    y = slope * x - other + rng.normal(size=len(sizes))[cluster] + rng.normal(size=len(cluster))
    return y, x, np.column_stack([np.ones(len(x)), other]), cluster


def clustered(y, design_matrix, cluster):
    return sm.OLS(y, design_matrix).fit(
        cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True
    )


def p_by_loop(y, x, controls, cluster, null=0.0):
    """Every combination of signs, one regression each."""
    whole = np.column_stack([x, controls])
    actual = clustered(y, whole, cluster)
    t = (actual.params[0] - null) / actual.bse[0]
    restricted = sm.OLS(y - null * x, controls).fit()
    reached = []
    for signs in product((1, -1), repeat=cluster.max() + 1):
        flipped = restricted.fittedvalues + null * x + np.array(signs)[cluster] * restricted.resid
        drawn = clustered(flipped, whole, cluster)
        reached.append(abs(drawn.params[0] - null) / drawn.bse[0] >= abs(t) * (1 - 1e-9))
    return np.mean(reached)


def test_all_signs_give_the_p_value_of_a_plain_loop():
    y, x, controls, cluster = uneven()
    found = wild_test(y, x, cluster, controls)
    fit = clustered(y, np.column_stack([x, controls]), cluster)
    assert found.estimate == pytest.approx(fit.params[0])
    assert found.std_error == pytest.approx(fit.bse[0])
    assert found.p_value == p_by_loop(y, x, controls, cluster)
    assert found.clusters == len(SIZES)
    # an end of the interval parts what the loop rejects from what it does not
    for end, out in ((found.low, -1e-3), (found.high, 1e-3)):
        assert p_by_loop(y, x, controls, cluster, end) > 0.05
        assert p_by_loop(y, x, controls, cluster, end + out) <= 0.05


def test_random_signs_come_close_to_all_of_them():
    y, x, controls, cluster = uneven((*SIZES, 3, 5, 1, 8, 2), 0.2)
    exact = wild_test(y, x, cluster, controls).p_value
    drawn = wild_test(y, x, cluster, controls, draws=2000).p_value
    assert 0.01 < exact < 0.9
    assert drawn == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 2000))


def test_an_intercept_a_cluster_may_be_taken_off_beforehand():
    y, x, _, cluster = uneven()
    dummies = pd.get_dummies(cluster).to_numpy(float)

    def less_mean(values):
        return values - pd.Series(values).groupby(cluster).transform("mean").to_numpy()

    short = wild_test(less_mean(y), less_mean(x), cluster, np.empty((len(x), 0)))
    long = wild_test(y, x, cluster, dummies)
    assert short.estimate == pytest.approx(long.estimate)
    assert short.p_value == long.p_value == p_by_loop(y, x, dummies, cluster)
    assert (short.low, short.high) == pytest.approx((long.low, long.high), rel=1e-3)


def test_order_of_rows_and_names_of_clusters_do_not_matter():
    y, x, controls, cluster = uneven(tuple(range(1, 31)), 0.1)
    plain = wild_test(y, x, cluster, controls, draws=500)
    rng = np.random.default_rng(0)
    order = rng.permutation(len(y))
    names = rng.permutation([f"S{k}" for k in range(30)])
    moved = wild_test(y[order], x[order], names[cluster][order], controls[order], draws=500)
    assert plain.p_value == moved.p_value
    assert (plain.low, plain.high) == pytest.approx((moved.low, moved.high))


def test_units_do_not_matter():
    y, x, controls, cluster = uneven(tuple(range(1, 21)))
    plain = wild_test(y, x, cluster, controls, draws=500)
    scaled = wild_test(1e6 * y + 3, 1e-4 * x - 7, cluster, controls, draws=500)
    assert scaled.p_value == plain.p_value
    assert np.array([scaled.low, scaled.high]) / 1e10 == pytest.approx([plain.low, plain.high])


def test_the_interval_holds_zero_exactly_where_the_test_does_not_reject():
    verdicts = []
    for seed in range(40):
        y, x, controls, cluster = uneven(tuple(range(1, 16)), 0.3, seed)
        found = wild_test(y, x, cluster, controls, draws=199)
        verdicts.append(found.p_value <= 0.05)
        assert (found.low > 0 or found.high < 0) == verdicts[-1]
    assert 0 < sum(verdicts) < 40


def test_too_few_clusters_leave_the_interval_open():
    """Sixteen combinations of signs can't give a p-value below an eighth."""
    found = wild_test(*uneven((3, 5, 2, 6))[:2], uneven((3, 5, 2, 6))[3])
    assert (found.low, found.high) == (-np.inf, np.inf)
    assert found.p_value >= 1 / 8


def test_a_p_value_near_the_bar_gets_more_draws(monkeypatch):
    y, x, controls, cluster = uneven(tuple(range(1, 21)), 0.3)
    monkeypatch.setattr(wild_bootstrap, "FINE_DRAWS", 30_000)
    coarse = wild_test(y, x, cluster, controls, draws=99)
    assert coarse.p_value * 100 == pytest.approx(round(coarse.p_value * 100))
    fine = wild_test(y, x, cluster, controls, draws=99, bar=coarse.p_value)
    assert fine.p_value * 30_000 == pytest.approx(round(fine.p_value * 30_000), abs=1.1)
    far = wild_test(y, x, cluster, controls, draws=99, bar=coarse.p_value / 3)
    assert far.p_value == coarse.p_value


def test_what_cannot_be_tested_is_refused():
    with pytest.raises(ValueError, match="two clusters"):
        wild_test([1.0, 2, 3], [1.0, 3, 2], [0, 0, 0])
    with pytest.raises(ValueError, match="nothing is left"):
        wild_test([1.0, 2, 3, 5], [2.0, 2, 2, 2], [0, 0, 1, 1])


def null_rates(sizes, trials, *, whole, seed=1, slope=0.0):
    """How often normal-theory t with clustered errors, and the bootstrap, reject at 5%.

    Regressor and error have an effect of the cluster and one of the row, as in the first
    simulations of Cameron, Gelbach and Miller (2008); with ``whole`` the regressor is the
    same in all rows of a cluster.
    """
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    signs = sign_draws(len(sizes), 199)
    rejected = []
    for _ in range(trials):
        effects, error = rng.normal(size=(2, len(sizes)))[:, cluster]
        x = effects + (0 if whole else rng.normal(size=len(cluster)))
        y = slope * x + error + rng.normal(size=len(cluster))
        plan = design(x, cluster)
        top, spread = statistics(plan, (y - y.mean())[:, None], signs)
        t = abs(top[0, 0]) / np.sqrt(plan.correction * spread[0, 0])
        rejected.append((2 * stats.norm.sf(t) <= 0.05, p_values(top, spread)[0] <= 0.05))
    return np.mean(rejected, axis=0)


def test_size_with_few_uneven_clusters():
    """A small version of the next test: the usual test errs too often, this one does not."""
    usual, wild = null_rates((1, 1, 2, 3, 5, 8, 12, 20, 30, 40), 400, whole=True)
    assert usual > 0.15
    assert wild < 0.08
    assert null_rates((4,) * 30, 100, whole=True, slope=0.8)[1] > 0.8


@pytest.mark.slow
def test_published_finding_that_ten_per_cent_and_more_become_five():
    """Cameron, Gelbach and Miller (2008): with five to thirty clusters of thirty rows,
    tests of 5% reject over 10% of true nulls, and the wild bootstrap about 5%."""
    few, half = (null_rates((30,) * count, 2000, whole=False) for count in (6, 10))
    assert few[0] > 0.12 and half[0] > 0.1
    assert half[1] == pytest.approx(0.05, abs=0.02)
    many = null_rates((30,) * 30, 1500, whole=False)
    assert 0.05 < many[0] < half[0]
    assert many[1] == pytest.approx(0.05, abs=0.02)


@pytest.mark.slow
def test_intervals_cover_a_known_slope():
    covered = []
    for seed in range(400):
        y, x, controls, cluster = uneven(tuple(range(1, 26)), 0.4, seed)
        found = wild_test(y, x, cluster, controls, draws=999)
        covered.append(found.low <= 0.4 <= found.high)
    # three standard errors around 95 of a hundred
    assert np.mean(covered) == pytest.approx(0.95, abs=0.035)
