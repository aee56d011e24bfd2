"""Regressions against published figures, statsmodels' own tools, and a known truth."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.outliers_influence import variance_inflation_factor

from analysis.data.names import FEATURES
from analysis.data.simulate import TRUTH, simulate_whole_zones
from analysis.errors import ReportError
from analysis.mobility.associate import regression, wild_bootstrap
from analysis.mobility.associate.wild_bootstrap import wild_test
from tests.mobility.conftest import PLANTED


def test_national_check_gives_the_known_figures(study):
    fitted = regression.national_check(study.zones)
    assert fitted.nobs == 693
    assert round(fitted.rsquared, 3) == 0.784
    table = regression.coefficient_table(fitted, "national check").set_index("feature").round(3)
    known = {
        "single_mothers": (-0.492, 0.063),
        "commute_under_15": (0.359, 0.042),
        "social_capital": (0.152, 0.043),
        "dropout_rate": (-0.094, 0.047),
        "gini_bottom99": (0.001, 0.049),
    }
    for name, (coefficient, error) in known.items():
        assert table.loc[name, "coefficient"] == pytest.approx(coefficient, abs=1e-9)
        assert table.loc[name, "std_error"] == pytest.approx(error, abs=1e-9)


def test_clustered_errors_by_hand(planted):
    fitted = regression.sample_regression(planted, PLANTED)
    design = planted[list(PLANTED)]
    design = sm.add_constant((design - design.mean()) / design.std(ddof=0)).to_numpy()
    target = (planted["am"] - planted["am"].mean()) / planted["am"].std(ddof=0)
    weights = np.linalg.solve(design.T @ design, design.T @ target)
    error = target.to_numpy() - design @ weights
    meat = np.zeros((7, 7))
    for state in planted["state"].unique():
        rows = (planted["state"] == state).to_numpy()
        score = design[rows].T @ error[rows]
        meat += np.outer(score, score)
    groups, size = planted["state"].nunique(), len(planted)
    inverse = np.linalg.inv(design.T @ design)
    small = groups / (groups - 1) * (size - 1) / (size - 7)
    expected = np.sqrt(np.diag(small * inverse @ meat @ inverse))
    np.testing.assert_allclose(fitted.params, weights, atol=1e-10)
    np.testing.assert_allclose(fitted.bse, expected)


def test_the_samples_table_is_the_wild_bootstrap_beside_the_other_features(planted):
    table = regression.sample_table(planted, "sample", PLANTED, draws=999).set_index("feature")
    fitted = regression.sample_regression(planted, PLANTED)
    values = planted[[*PLANTED, "am"]]
    values = (values - values.mean()) / values.std(ddof=0)
    others = sm.add_constant(values[list(PLANTED[1:])]).to_numpy()
    codes = np.unique(planted["state"], return_inverse=True)[1]
    expected = wild_test(values["am"], values["x0"], codes, others, draws=999)
    row = table.loc["x0"]
    assert row["coefficient"] == pytest.approx(expected.estimate)
    assert row["std_error"] == pytest.approx(fitted.bse["x0"]) == pytest.approx(expected.std_error)
    assert row["p_value"] == expected.p_value
    assert row[["ci_low", "ci_high"]].tolist() == pytest.approx([expected.low, expected.high])
    assert (table["p_adjusted"] >= table["p_value"]).all()


def test_inflation_against_statsmodels(simulated_zones):
    table = regression.collinearity(simulated_zones).set_index("feature")
    frame = simulated_zones[list(regression.INDEPENDENT)]
    frame = frame.fillna(frame.mean())
    design = sm.add_constant((frame - frame.mean()) / frame.std()).to_numpy()
    for name in ("single_mothers", "population", "gini_bottom99"):
        place = regression.INDEPENDENT.index(name) + 1
        expected = variance_inflation_factor(design, place)
        assert table.loc[name, "without_repeats"] == pytest.approx(expected, rel=1e-6)
    assert np.isnan(table.loc["gini", "without_repeats"])


def test_partial_residuals_have_the_slope_of_the_full_regression(planted):
    table = regression.partial_residuals(planted.assign(zone="z"), ("x0", "x1"), PLANTED)
    fitted = regression.sample_regression(planted, PLANTED)
    for name, part in table.groupby("feature"):
        slope = np.polyfit(part["value"], part["residual"], 1)[0]
        scale = planted["am"].std(ddof=0) / planted[name].std(ddof=0)
        assert slope == pytest.approx(fitted.params[name] * scale)


def test_constant_features_are_left_out_and_infinite_ones_refused(planted):
    frame = planted.assign(flat=2.0, gone=np.nan)
    fitted = regression.sample_regression(frame, (*PLANTED, "flat", "gone"))
    assert list(fitted.params.index) == ["const", *PLANTED]
    with pytest.raises(ReportError, match="infinite"):
        regression.sample_regression(planted.assign(x0=np.inf), PLANTED)


@pytest.mark.slow
def test_true_features_are_found_and_null_ones_are_not_called_significant(monkeypatch):
    """Forty simulated countries with a known sparse truth and effects of states."""
    monkeypatch.setattr(wild_bootstrap, "FINE_DRAWS", 3999)
    found, wrong_family = [], 0
    for seed in range(40):
        zones = simulate_whole_zones(seed)
        table = regression.sample_table(zones, "simulated", draws=999).set_index("feature")
        strongest = sorted(TRUTH, key=lambda name: -abs(TRUTH[name]))[:3]
        found.append(table.loc[strongest, "p_adjusted"] < 0.05)
        # gini_bottom99 is no part of the truth, nor is any other feature outside it.
        null = table.drop(index=list(TRUTH))
        wrong_family += (null["p_adjusted"] < 0.05).any()
    assert np.mean(found) > 0.9
    # At 5 per cent, 40 families of true nulls err twice on average, and seldom 6 times.
    assert wrong_family <= 6


def test_all_features_but_the_repeated_one_enter():
    assert set(FEATURES) - set(regression.INDEPENDENT) == {"gini"}
