"""Linear regressions of the target with errors that allow for states.

The national check keeps the clustered t test of the table that it repeats; the sample's
own regression is tested by the restricted wild cluster bootstrap, since its states are too
few and too uneven for that test.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS, RegressionResults
from statsmodels.stats.multitest import multipletests
from statsmodels.tools.tools import add_constant

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.associate.weightings import standard
from analysis.mobility.associate.wild_bootstrap import DRAWS, wild_test
from analysis.mobility.predict.pipelines import empty_features, matrix
from analysis.store.cache import cached

# The five correlates of Chetty et al. (2014), Table VI.
NATIONAL = (
    "commute_under_15",
    "gini_bottom99",
    "dropout_rate",
    "social_capital",
    "single_mothers",
)
LEVEL = 0.05
MISSING_DROPOUT = "dropout_missing"

# The Gini coefficient is the sum of two other features.
INDEPENDENT = tuple(name for name in FEATURES if name != "gini")


def national_check(zones: pd.DataFrame) -> RegressionResults:
    """Regress the target on five correlates over all zones that have them.

    After Chetty, Hendren, Kline and Saez (2014, Table VI): all variables
    standardized over the zones used; missing dropout rates set to the mean of
    those known, with an indicator; errors clustered by state.

    Parameters
    ----------
    zones
        All zones, with ``state``, the five correlates and the target.
    """
    others = [name for name in NATIONAL if name != "dropout_rate"]
    used = zones.dropna(subset=[TARGET, *others])
    gaps = used["dropout_rate"].isna()
    used = used.assign(dropout_rate=used["dropout_rate"].fillna(used["dropout_rate"].mean()))
    design = standard(used[list(NATIONAL)])
    if gaps.any():
        design[MISSING_DROPOUT] = gaps.astype(float)
    return _fit(standard(used[TARGET]), design, used["state"])


def sample_regression(
    zones: pd.DataFrame, features: tuple[str, ...] = INDEPENDENT, target: str = TARGET
) -> RegressionResults:
    """Regress the standardized target on standardized features; gaps filled with means."""
    return _fit(standard(zones[target]), _design(zones, features), zones["state"])


def coefficient_table(fitted, model: str) -> pd.DataFrame:
    """Tidy coefficients of a regression, without the constant.

    Returns
    -------
    DataFrame
        ``model, feature, coefficient`` (standard deviations of the target per
        standard deviation of the feature), ``std_error`` (clustered by state),
        ``ci_low, ci_high`` (95 %, t with states - 1 degrees of freedom),
        ``p_value, p_adjusted`` (Holm, over the features), ``n, states,
        r_squared``; largest coefficient first.
    """
    limits = fitted.conf_int()
    table = pd.DataFrame(
        {
            "model": model,
            "feature": fitted.params.index,
            "coefficient": fitted.params.to_numpy(),
            "std_error": fitted.bse.to_numpy(),
            "ci_low": limits[0].to_numpy(),
            "ci_high": limits[1].to_numpy(),
            "p_value": fitted.pvalues.to_numpy(),
        }
    )
    table = table[table["feature"] != "const"]
    table["p_adjusted"] = multipletests(table["p_value"], method="holm")[1]
    table["n"] = int(fitted.nobs)
    table["states"] = int(fitted.df_resid_inference) + 1
    table["r_squared"] = fitted.rsquared
    return table.sort_values("coefficient", key=np.abs, ascending=False, ignore_index=True)


@cached
def sample_table(
    zones: pd.DataFrame,
    model: str,
    features: tuple[str, ...] = INDEPENDENT,
    target: str = TARGET,
    *,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Tidy coefficients of the sample's regression, tested by the wild bootstrap.

    Returns
    -------
    DataFrame
        As `coefficient_table`, but for ``ci_low, ci_high`` (95 %, all values that the
        restricted wild cluster bootstrap by state does not reject), ``p_value`` (of the
        same) and ``p_adjusted`` (Holm).
    """
    fitted = sample_regression(zones, features, target)
    table = coefficient_table(fitted, model)
    design, outcome = fitted.model.exog, fitted.model.endog
    states, bar = zones["state"].to_numpy(), LEVEL / len(table)
    for row, feature in enumerate(table["feature"]):
        index = fitted.model.exog_names.index(feature)
        others = np.delete(design, index, axis=1)
        test = wild_test(outcome, design[:, index], states, others, draws=draws, bar=bar)
        table.loc[row, ["ci_low", "ci_high", "p_value"]] = test.low, test.high, test.p_value
    table["p_adjusted"] = multipletests(table["p_value"], method="holm")[1]
    return table


def collinearity(zones: pd.DataFrame, features: tuple[str, ...] = FEATURES) -> pd.DataFrame:
    """Variance inflation: how well the others predict each feature.

    The factor is 1 / (1 - R²) of the feature on all others (gaps filled with
    means). With an exact dependence among features some factors are infinite;
    ``without_repeats`` gives them without the Gini coefficient, which is the
    sum of two other features.

    Returns
    -------
    DataFrame
        ``feature, vif, without_repeats``, worst first.
    """
    design = _design(zones, features)
    kept = [name for name in design.columns if name in INDEPENDENT]
    table = pd.DataFrame({"feature": list(design.columns), "vif": _inflation(design.to_numpy())})
    clean = pd.Series(_inflation(design[kept].to_numpy()), index=kept)
    table["without_repeats"] = table["feature"].map(clean)
    worst = ["vif", "without_repeats"]
    return table.sort_values(worst, ascending=False, ignore_index=True)


def partial_residuals(
    zones: pd.DataFrame,
    shown: tuple[str, ...],
    features: tuple[str, ...] = INDEPENDENT,
    target: str = TARGET,
) -> pd.DataFrame:
    """Partial residuals: what is left of the target when all other features are taken out.

    Returns
    -------
    DataFrame
        ``feature, cz, zone, state, value`` (on the feature's own scale),
        ``residual`` (residual plus the feature's own part, in units of the
        target), ``line`` (that part alone); zones where the feature is missing
        are left out.
    """
    fitted = sample_regression(zones, features, target)
    deviation = zones[target].std(ddof=0)
    frames = []
    for feature in shown:
        own = fitted.params[feature] * _design(zones, features)[feature].to_numpy()
        frame = zones[["cz", "zone", "state"]].copy()
        frame.insert(0, "feature", feature)
        frame["value"] = zones[feature].to_numpy()
        frame["residual"] = (fitted.resid.to_numpy() + own) * deviation
        frame["line"] = own * deviation
        frames.append(frame.dropna(subset=["value"]))
    return pd.concat(frames, ignore_index=True)


def _fit(target: pd.Series, design: pd.DataFrame, states: pd.Series):
    _, groups = np.unique(states, return_inverse=True)
    return OLS(target, add_constant(design)).fit(
        cov_type="cluster", cov_kwds={"groups": groups}, use_t=True
    )


def _design(zones: pd.DataFrame, features: tuple[str, ...]) -> pd.DataFrame:
    """Standardized features, gaps at the mean; features that don't vary are left out."""
    matrix(zones, features)  # refuses infinite values
    frame = zones[list(features)]
    empty = empty_features(zones, features)
    frame = frame.drop(columns=empty)
    return standard(frame.fillna(frame.mean()))


def _inflation(design: np.ndarray) -> np.ndarray:
    factors = np.empty(design.shape[1])
    for index in range(design.shape[1]):
        others = np.delete(design, index, axis=1)
        weights, *_ = np.linalg.lstsq(others, design[:, index])
        left = ((design[:, index] - others @ weights) ** 2).mean()
        factors[index] = 1 / left if left > 1e-6 else np.inf
    return factors
