"""Size of association with mobility, domain by domain, and the children it concerns.

Associations of places with places: a lever is a trait that policy might move, not one
that was shown to move anything.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from analysis.data.names import FEATURES, TARGET
from analysis.mobility.associate.weightings import (
    draws_with_estimate,
    standard,
    with_ends,
    with_interval,
)
from analysis.mobility.associate.wild_bootstrap import DRAWS, wild_test
from analysis.mobility.explain.importance import domains
from analysis.store.cache import cached

RESAMPLES = 500
SEED = 1965
WORST = 0.25


@cached
def lever_table(
    zones: pd.DataFrame,
    codebook: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    *,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Association of each trait with the target, alone and beside the other domains.

    All coefficients are standard deviations of the target per standard deviation
    of the trait, by least squares over the zones where the trait is known; 95 %
    intervals are all values that the restricted wild cluster bootstrap by state does
    not reject (`wild_bootstrap.wild_test`).

    Returns
    -------
    DataFrame
        By domain, strongest first within it: ``domain``, ``feature``, ``leads``
        (whether it is the strongest of its domain), ``alone``, ``alone_low``,
        ``alone_high``; ``joint``, ``joint_low``, ``joint_high`` (beside the
        leading trait of every other domain, mean-imputed); ``within``,
        ``within_low``, ``within_high`` (states compared only with themselves:
        an intercept a state; missing where the trait does not vary within
        states); ``worst`` ("lowest" or "highest", the end that goes with low
        mobility), ``cut`` (value that bounds the worst quarter of zones),
        ``zones`` (in it), ``children`` (in those zones), ``share_of_children``,
        ``n`` (zones where the trait is known). Children of zones where the trait
        is unknown are counted in no quarter.
    """
    groups = domains(codebook, features)
    alone = {name: _association(zones, name, [], draws) for name in features}
    leaders = {
        domain: max(names, key=lambda name: abs(alone[name][0])) for domain, names in groups.items()
    }
    rows = []
    for domain, names in groups.items():
        others = [leader for other, leader in leaders.items() if other != domain]
        for name in sorted(names, key=lambda name: -abs(alone[name][0])):
            row = {"domain": domain, "feature": name, "leads": name == leaders[domain]}
            for what, slope in (
                ("alone", alone[name]),
                ("joint", _association(zones, name, others, draws)),
                ("within", _within_states(zones, name, draws)),
            ):
                row |= dict(zip(with_ends(what), slope, strict=True))
            rows.append(row | _worst_quarter(zones, name, alone[name][0]))
    return pd.DataFrame(rows)


@cached
def domain_table(
    zones: pd.DataFrame,
    codebook: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> pd.DataFrame:
    """How much of the variation of the target goes with each domain.

    Traits are mean-imputed. Adjusted R² is used, so that a domain with more
    traits has no advantage by number alone. Intervals resample states; copies of
    a state make a resample easier to fit, so they lean a little upwards.

    Returns
    -------
    DataFrame
        Largest ``alone`` first: ``domain``, ``features`` (how many), ``alone``,
        ``alone_low``, ``alone_high`` (adjusted R² of the domain by itself),
        ``unique``, ``unique_low``, ``unique_high`` (adjusted R² of all domains
        minus that of all others). ``attrs["all"]`` is that of all domains.
    """
    groups = domains(codebook, features)
    x = zones[list(features)].fillna(zones[list(features)].mean()).to_numpy(float)
    x = standard(x)
    y = zones[TARGET].to_numpy(float)
    columns = {name: [features.index(one) for one in of] for name, of in groups.items()}
    every = list(range(len(features)))
    counts = draws_with_estimate(zones["state"].to_numpy(), resamples, seed)
    draws = {name: np.empty((len(counts), 2)) for name in groups}
    # Small problems run faster on one thread each.
    with threadpool_limits(1):
        for k, weights in enumerate(counts):
            moments = _moments(x, y, weights)
            whole = _adjusted_r2(moments, every)
            for name, of in columns.items():
                rest = [column for column in every if column not in of]
                draws[name][k] = _adjusted_r2(moments, of), whole - _adjusted_r2(moments, rest)
    rows = []
    for name, of in groups.items():
        alone, unique = draws[name].T
        rows.append((name, len(of), *with_interval(alone), *with_interval(unique)))
    table = pd.DataFrame(rows, columns=["domain", "features", *with_ends("alone", "unique")])
    table = table.sort_values("alone", ascending=False, ignore_index=True)
    table.attrs = {"all": float(_adjusted_r2(_moments(x, y, counts[0]), every))}
    return table


def _association(
    zones: pd.DataFrame, feature: str, others: list[str], draws: int
) -> tuple[float, float, float]:
    """Standardized slope of one trait with its interval, others held equal."""
    known = zones[zones[feature].notna()]
    traits = known[others].astype(float)
    controls = np.column_stack([np.ones(len(known)), traits.fillna(traits.mean())])
    x = standard(known[feature].to_numpy(float))
    return _slope(known, standard(known[TARGET].to_numpy(float)), x, controls, draws)


def _within_states(zones: pd.DataFrame, feature: str, draws: int) -> tuple[float, float, float]:
    """Slope among zones of the same state, in the same standard deviations."""
    known = zones[zones[feature].notna()]
    both = standard(known[[feature, TARGET]].astype(float))
    x, y = (both - both.groupby(known["state"]).transform("mean")).to_numpy().T
    if np.var(x) < 1e-3:
        return np.nan, np.nan, np.nan
    return _slope(known, y, x, np.empty((len(known), 0)), draws)


def _slope(
    known: pd.DataFrame, y: np.ndarray, x: np.ndarray, controls: np.ndarray, draws: int
) -> tuple[float, float, float]:
    test = wild_test(y, x, known["state"].to_numpy(), controls, draws=draws)
    return test.estimate, test.low, test.high


def _worst_quarter(zones: pd.DataFrame, feature: str, slope: float) -> dict:
    values = zones[feature]
    cut = float(values.quantile(WORST if slope > 0 else 1 - WORST))
    inside = values <= cut if slope > 0 else values >= cut
    children = zones["children"]
    return {
        "worst": "lowest" if slope > 0 else "highest",
        "cut": cut,
        "zones": int(inside.sum()),
        "children": float(children[inside].sum()),
        "share_of_children": float(children[inside].sum() / children.sum()),
        "n": int(values.notna().sum()),
    }


def _moments(
    x: np.ndarray, y: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Centered cross products: x with x, x with y, y with y, and the number of rows."""
    n = weights.sum()
    x = x - weights @ x / n
    y = y - weights @ y / n
    weighted = x * weights[:, None]
    return weighted.T @ x, weighted.T @ y, float(weights @ y**2), float(n)


def _adjusted_r2(moments: tuple[np.ndarray, np.ndarray, float, float], of: list[int]) -> float:
    xx, xy, yy, n = moments
    slopes, _, rank, _ = np.linalg.lstsq(xx[np.ix_(of, of)], xy[of], rcond=1e-10)
    unexplained = (yy - slopes @ xy[of]) / yy
    return float(1 - unexplained * (n - 1) / (n - 1 - rank))
