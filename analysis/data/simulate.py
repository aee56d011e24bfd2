"""Simulated data with the schema of the real ones and a relation that is known.

Traits share four latent factors and an effect of the state, as the real ones seem to. The
target is a sparse linear function of the standardized traits (`TRUTH`) plus an effect of the
state and noise, so that a method can be asked whether it finds what was put in. Nothing here
is an estimate of anything real.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis import paths
from analysis.data.codebook import build_codebook
from analysis.data.made_up_places import make_up_zones
from analysis.data.names import CHARACTERISTICS, COUNTIES, MOBILITY, RANGES, TARGET
from analysis.data.samples import DEFINITIONS, LABELS, Sample
from analysis.data.tables import Tables
from analysis.data.workbook import normal

SEED = 20140929

TRUTH = MappingProxyType(
    {
        "single_mothers": -2.0,
        "commute_under_15": 1.4,
        "social_capital": 0.9,
        "dropout_rate": -0.7,
        "middle_class": 1.0,
        "teen_labor_force": 0.6,
    }
)
"""Ranks of the target per standard deviation of a trait; every other trait has 0.

Standard deviations are those over all zones (divisor n), before values are hidden.
"""

INTERCEPT = 44.0
STATE_SD = 1.2
NOISE_SD = 2.2

SAMPLE_COUNTS = MappingProxyType({"tract": 478, "list": 478, "county": 382})

_PARAMETERS = pd.read_csv(paths.COLUMNS).set_index("name")
"""The columns ``sim_…`` of ``data/columns.csv`` among others; see ``data/README.md``."""

_NO_COLLEGE = 0.21
_TOO_SMALL = 32
_FROM_TAX_RECORDS = ("top1_share", "gini_bottom99", "middle_class", "teen_labor_force")


def simulate(seed: int = SEED) -> tuple[Tables, Mapping[str, Sample]]:
    """Simulate the workbook's tables and the definitions of the minority sample.

    Parameters
    ----------
    seed : int
        The same seed gives the same data.

    Returns
    -------
    Tables
        As the reader of the workbook gives them.
    mapping of str to Sample
        All three definitions; "tract" and "list" keep the same zones, as they should.
    """
    random = np.random.default_rng(seed)
    places = make_up_zones()
    whole = simulate_whole_zones(seed, places)
    traits = _hide(whole, random)
    tables = Tables(
        characteristics=traits[[column.name for column in CHARACTERISTICS]],
        mobility=_mobility(whole, random),
        counties=_counties(places, whole, random),
        codebook=_codebook(),
    )
    return tables, _samples(whole)


def simulate_whole_zones(seed: int = SEED, places: pd.DataFrame | None = None) -> pd.DataFrame:
    """Simulate the zones with no value hidden: the columns of Table 8 and the target.

    Parameters
    ----------
    places : pandas.DataFrame, optional
        As `make_up_zones` gives it.
    """
    # Another stream than that of the hidden values, for the same whole zones either way.
    random = np.random.default_rng([seed, 1])
    places = make_up_zones() if places is None else places
    zones = places.groupby("cz", as_index=False)["state"].first()
    zones["zone"] = [f"Zone {cz:05d}" for cz in zones["cz"]]
    states, code = np.unique(zones["state"], return_inverse=True)
    factors = 0.9 * random.normal(size=(len(zones), 4))
    factors += random.normal(size=(len(states), 4))[code] * np.array([0.1, 0.5, 0.3, 0.8])
    for trait in _parameters(8).itertuples():
        loadings = np.array([trait.sim_urban, trait.sim_hardship, trait.sim_churn, trait.sim_west])
        own = _standard(
            np.sqrt(trait.sim_state_share) * random.normal(size=len(states))[code]
            + np.sqrt(1 - trait.sim_state_share) * random.normal(size=len(zones))
        )
        uniqueness = np.sqrt(max(0.15, 1 - np.square(loadings).sum()))
        score = _standard(factors @ loadings + uniqueness * own)
        zones[trait.Index] = _shaped(trait.sim_shape, trait.sim_center, trait.sim_spread, score)
    zones["population"] = zones["population"].round()
    zones["urban"] = (factors[:, 0] > np.quantile(factors[:, 0], 0.56)).astype("float64")
    zones["gini"] = zones["gini_bottom99"] + zones["top1_share"] / 100
    zones["tax_progressivity"] = random.choice([0, 0, 0.5, 1, 2.5], len(states))[code]
    zones["eitc_exposure"] = random.choice([0, 0, 0, 0, 2, 8.0], len(states))[code]
    signal = sum(beta * _standard(zones[name]) for name, beta in TRUTH.items())
    state_effect = STATE_SD * random.normal(size=len(states))[code]
    noise = NOISE_SD * random.normal(size=len(zones))
    zones[TARGET] = INTERCEPT + signal + state_effect + noise
    return zones


def _parameters(table: int) -> pd.DataFrame:
    """Parameters of the simulated variables of one table of the workbook, by name."""
    return _PARAMETERS[(_PARAMETERS["table"] == table) & _PARAMETERS["sim_center"].notna()]


def _standard(values: np.ndarray | pd.Series) -> np.ndarray:
    """Subtract the mean and divide by the standard deviation (divisor n)."""
    array = np.asarray(values)
    return (array - array.mean()) / array.std()


def _shaped(shape: str, center: float, spread: float, score: np.ndarray) -> np.ndarray:
    """Turn standard scores into values with a median and a spread on the shape's scale."""
    if shape == "normal":
        return center + spread * score
    if shape == "log":
        return center * np.exp(spread * score)
    odds = center / (1 - center) * np.exp(spread * score)
    return odds / (1 + odds)


def _too_small(zones: pd.DataFrame) -> np.ndarray:
    """Whether a zone has too few children for estimates from tax records."""
    return (zones["population"].rank(method="first") <= _TOO_SMALL).to_numpy()


def _hide(whole: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Hide values as the source does: in the smallest zones, and here and there."""
    zones = whole.copy()
    zones.loc[_too_small(whole), list(_FROM_TAX_RECORDS)] = np.nan
    for name, share in _parameters(8)["sim_hidden"].items():
        if share > 0:
            zones.loc[random.random(len(zones)) < share, name] = np.nan
    # Zones without a college are mostly small.
    score = zones["population"].rank() / len(zones) + random.normal(0, 0.2, len(zones))
    colleges = ["colleges_per_capita", "college_tuition", "college_graduation"]
    zones.loc[score < np.quantile(score, _NO_COLLEGE), colleges] = np.nan
    return zones


def _mobility(whole: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Table 5 for the zones."""
    table = whole[["cz", "zone", "state", TARGET]].copy()
    table["children"] = np.maximum(251, (0.036 * whole["population"]).round())
    score = _standard(whole[TARGET])
    for outcome in _parameters(5).itertuples():
        noise = outcome.sim_spread * random.normal(size=len(table))
        values = outcome.sim_center + outcome.sim_target_slope * score + noise
        table[outcome.Index] = np.clip(values, *_inner_bounds(RANGES[outcome.kind]))
        table.loc[random.random(len(table)) < outcome.sim_hidden, outcome.Index] = np.nan
    values = [column.name for column in MOBILITY if column.kind not in ("identifier", "text")]
    table.loc[_too_small(whole), values] = np.nan
    # The source has zeros here, see `analysis.data.study.merge`.
    table.loc[_too_small(whole), "rm_college_quality"] = 0.0
    return table[[column.name for column in MOBILITY]]


def _inner_bounds(bounds: tuple[float, float]) -> tuple[float, float]:
    """Bounds drawn in by a hundredth of their distance, where they are finite."""
    low, high = bounds
    margin = (high - low) / 100 if np.isfinite(high - low) else 0.0
    return low + margin, high - margin


def _counties(
    places: pd.DataFrame, whole: pd.DataFrame, random: np.random.Generator
) -> pd.DataFrame:
    """Table 3: counties around the values of their zone."""
    table = places.merge(whole.drop(columns="state"), on="cz", validate="many_to_one")
    count = len(table)
    table["county_name"] = [f"County {county:05d}" for county in table["county"]]
    table["cz_name"] = table["zone"]
    weights = random.lognormal(size=count)
    share = weights / pd.Series(weights).groupby(table["cz"]).transform("sum")
    table["children"] = (0.036 * table["population"] * share).round()
    table["rm"] = 0.33 + 0.07 * random.normal(size=count)
    table["am"] = np.clip(table["am"] + 1.5 * random.normal(size=count), 1, 99)
    table["top1_share"] = table["top1_share"] / 100
    table["teen_birth_rate"] = np.clip(0.17 + 0.05 * random.normal(size=count), 0.01, 0.5)
    for who, level, sigma in (("parent", 1.6, 0.85), ("child", 1.1, 0.95)):
        median = level * table["income_per_capita"] * np.exp(0.1 * random.normal(size=count))
        table[f"mean_{who}_income"] = (median * np.exp(sigma**2 / 2)).round(-2)
        for name, deviate in _QUANTILES.items():
            table[f"{name}_{who}_income"] = (median * np.exp(sigma * deviate)).round(-2)
    table["iqr_income"] = table["p75_parent_income"] - table["p25_parent_income"]
    names = [column.name for column in COUNTIES]
    values = [column.name for column in COUNTIES if column.kind not in ("identifier", "text")]
    table.loc[table["children"] < 250, values] = np.nan
    return table[names]


_QUANTILES = {"p25": -0.6745, "median": 0.0, "p75": 0.6745, "p90": 1.2816, "p99": 2.3263}


def _samples(whole: pd.DataFrame) -> Mapping[str, Sample]:
    """Take the zones with the most black and foreign-born residents."""
    score = (whole["frac_black"] + whole["foreign_born"]).rank(ascending=False, method="first")
    samples = {}
    for name in DEFINITIONS:
        zones = frozenset(int(cz) for cz in whole.loc[score <= SAMPLE_COUNTS[name], "cz"])
        real = LABELS[name]
        label = f"Simulated zones that stand in for {real[0].lower()}{real[1:]}"
        samples[name] = Sample(name, label, zones)
    return MappingProxyType(samples)


def _codebook() -> pd.DataFrame:
    """The codebook, with a word on simulation in the place of the workbook's definitions."""
    words = {"Definition": "Simulated values"}
    definitions = {
        normal(column.entry): words | {"Source": "Simulation"} for column in CHARACTERISTICS
    }
    return build_codebook(definitions, {normal(column.entry): words for column in MOBILITY})
