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

from analysis.data.codebook import OWN_DEFINITIONS, build_codebook
from analysis.data.made_up_places import make_up_zones
from analysis.data.names import CHARACTERISTICS, COUNTIES, MOBILITY, TARGET
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

DOMAINS = MappingProxyType(
    {
        "Segregation": (
            "frac_black racial_segregation income_segregation segregation_poverty "
            "segregation_affluence commute_under_15"
        ),
        "Income inequality": "income_per_capita gini top1_share gini_bottom99 middle_class",
        "Tax": "local_tax_rate local_gov_spending tax_progressivity eitc_exposure",
        "K-12 education": "school_spending student_teacher_ratio test_scores dropout_rate",
        "College": "colleges_per_capita college_tuition college_graduation",
        "Local labor market": (
            "labor_force_participation manufacturing_share chinese_imports_growth teen_labor_force"
        ),
        "Migration": "migration_inflow migration_outflow foreign_born",
        "Social capital": "social_capital religious_share violent_crime",
        "Family structure": "single_mothers divorced married",
    }
)
"""Domain of each trait that the workbook's codebook defines."""

# Trait: shape, centre, spread, loadings on (urban, hardship, churn, west), share of the
# variance that lies between states. Centres and spreads are round numbers that look right.
_TRAITS = {
    "population": ("log", 1.1e5, 1.45, (1.0, 0.0, 0.1, 0.0), 0.1),
    "frac_black": ("logit", 0.03, 1.9, (0.3, 0.7, 0.0, -0.5), 0.5),
    "racial_segregation": ("logit", 0.11, 0.8, (0.8, 0.4, 0.0, -0.1), 0.1),
    "income_segregation": ("logit", 0.03, 0.8, (0.9, 0.1, 0.1, 0.0), 0.1),
    "segregation_poverty": ("logit", 0.028, 0.8, (0.9, 0.2, 0.1, 0.0), 0.1),
    "segregation_affluence": ("logit", 0.032, 0.8, (0.9, 0.1, 0.1, 0.0), 0.1),
    "commute_under_15": ("logit", 0.44, 0.7, (-0.7, -0.3, -0.1, 0.5), 0.3),
    "income_per_capita": ("log", 3.2e4, 0.16, (0.6, -0.6, 0.2, 0.0), 0.2),
    "top1_share": ("log", 10.0, 0.38, (0.4, 0.1, 0.3, 0.1), 0.1),
    "gini_bottom99": ("normal", 0.30, 0.06, (0.1, 0.8, 0.1, 0.0), 0.3),
    "middle_class": ("logit", 0.55, 0.33, (-0.3, -0.8, -0.1, 0.0), 0.3),
    "local_tax_rate": ("log", 0.022, 0.35, (0.1, -0.4, -0.1, 0.3), 0.5),
    "local_gov_spending": ("log", 2.1e3, 0.30, (0.2, -0.2, 0.1, 0.5), 0.4),
    "school_spending": ("log", 5.9, 0.18, (0.2, -0.4, -0.2, 0.2), 0.5),
    "student_teacher_ratio": ("normal", 16.5, 2.3, (0.5, 0.2, 0.2, 0.1), 0.5),
    "test_scores": ("normal", 0.0, 8.0, (-0.3, -0.7, -0.1, 0.2), 0.4),
    "dropout_rate": ("normal", 0.0, 0.02, (0.3, 0.6, 0.2, -0.1), 0.3),
    "colleges_per_capita": ("log", 0.018, 0.65, (-0.6, -0.1, -0.1, 0.2), 0.1),
    "college_tuition": ("log", 3.4e3, 0.75, (0.4, -0.2, -0.3, -0.3), 0.1),
    "college_graduation": ("normal", 0.0, 0.13, (0.2, -0.3, -0.2, -0.2), 0.1),
    "labor_force_participation": ("logit", 0.62, 0.24, (0.3, -0.7, 0.2, 0.1), 0.3),
    "manufacturing_share": ("logit", 0.13, 0.6, (0.0, 0.2, -0.4, -0.7), 0.3),
    "chinese_imports_growth": ("normal", 1.2, 1.3, (0.0, 0.2, -0.2, -0.5), 0.1),
    "teen_labor_force": ("log", 0.0047, 0.28, (-0.2, -0.7, -0.1, 0.1), 0.5),
    "migration_inflow": ("log", 0.0145, 0.5, (0.1, 0.0, 0.8, 0.2), 0.2),
    "migration_outflow": ("log", 0.0158, 0.35, (0.0, 0.0, 0.8, 0.2), 0.2),
    "foreign_born": ("logit", 0.025, 0.95, (0.6, 0.0, 0.4, 0.4), 0.4),
    "social_capital": ("normal", 0.1, 1.2, (-0.4, -0.6, -0.3, 0.2), 0.5),
    "religious_share": ("log", 0.53, 0.3, (-0.2, -0.1, -0.6, -0.3), 0.4),
    "violent_crime": ("log", 0.0013, 0.6, (0.5, 0.5, 0.2, 0.0), 0.3),
    "single_mothers": ("logit", 0.195, 0.27, (0.3, 0.8, 0.1, -0.2), 0.3),
    "divorced": ("logit", 0.096, 0.2, (0.1, 0.5, 0.4, 0.0), 0.3),
    "married": ("logit", 0.577, 0.17, (-0.3, -0.8, -0.1, 0.1), 0.2),
    "income_growth": ("normal", -0.002, 0.009, (-0.3, -0.3, 0.1, 0.1), 0.4),
}

# Share of zones where a trait is hidden, apart from those that are too small for tax records.
_HIDDEN = {
    "local_gov_spending": 0.003,
    "school_spending": 0.013,
    "student_teacher_ratio": 0.04,
    "test_scores": 0.05,
    "dropout_rate": 0.20,
    "chinese_imports_growth": 0.026,
    "migration_inflow": 0.023,
    "migration_outflow": 0.023,
    "social_capital": 0.026,
    "violent_crime": 0.036,
}
_NO_COLLEGE = 0.21
_TOO_SMALL = 32
_FROM_TAX_RECORDS = ("top1_share", "gini_bottom99", "middle_class", "teen_labor_force")

# Other outcomes: centre, change per standard deviation of the target, noise, share hidden.
_OUTCOMES = {
    "rm": (0.325, -0.02, 0.06, 0.0),
    "q1_to_q5": (0.100, 0.035, 0.01, 0.0),
    "am_college": (42.5, 6.0, 6.0, 0.0),
    "rm_college": (0.675, -0.04, 0.09, 0.0),
    "am_teen_birth": (23.0, -3.5, 3.0, 0.06),
    "rm_teen_birth": (-0.28, 0.02, 0.07, 0.06),
    "am_female": (44.7, 5.0, 1.2, 0.06),
    "rm_female": (0.334, -0.02, 0.06, 0.06),
    "am_male": (42.8, 5.4, 1.2, 0.06),
    "rm_male": (0.321, -0.02, 0.06, 0.06),
    "am_male_individual": (47.4, 5.0, 1.8, 0.06),
    "rm_male_individual": (0.296, -0.02, 0.06, 0.06),
    "am_cost_adjusted": (44.9, 5.4, 1.5, 0.0),
    "rm_cost_adjusted": (0.318, -0.02, 0.06, 0.0),
    "am_2011": (43.7, 4.8, 1.2, 0.0),
    "rm_2011": (0.294, -0.01, 0.05, 0.0),
    "am_single_parents": (40.5, 4.2, 2.0, 0.16),
    "rm_single_parents": (0.314, -0.01, 0.06, 0.16),
    "am_married_parents": (46.1, 4.8, 1.2, 0.02),
    "rm_married_parents": (0.285, -0.01, 0.06, 0.02),
    "am_8385": (45.0, 5.2, 1.0, 0.0),
    "rm_8385": (0.311, -0.02, 0.06, 0.0),
    "am_8085": (44.8, 5.4, 0.7, 0.0),
    "rm_8085": (0.314, -0.02, 0.06, 0.0),
    "am_white80": (45.9, 4.5, 1.5, 0.15),
    "rm_white80": (0.300, -0.01, 0.06, 0.15),
    "am_poverty_line": (74.4, 5.5, 2.5, 0.0),
    "rm_poverty_line": (0.295, -0.05, 0.04, 0.0),
    "am_college_quality": (39.5, 3.5, 1.8, 0.0),
    "rm_college_quality": (0.174, -0.01, 0.03, 0.0),
}


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
    states, place = np.unique(zones["state"], return_inverse=True)
    factors = 0.9 * random.normal(size=(len(zones), 4)) + random.normal(size=(len(states), 4))[
        place
    ] * np.array([0.1, 0.5, 0.3, 0.8])
    for name, (shape, centre, spread, loadings, between) in _TRAITS.items():
        common = factors @ np.array(loadings)
        own = _standard(
            np.sqrt(between) * random.normal(size=len(states))[place]
            + np.sqrt(1 - between) * random.normal(size=len(zones))
        )
        uniqueness = np.sqrt(max(0.15, 1 - np.square(loadings).sum()))
        score = _standard(common + uniqueness * own)
        zones[name] = _shaped(shape, centre, spread, score)
    zones["population"] = zones["population"].round()
    zones["urban"] = (factors[:, 0] > np.quantile(factors[:, 0], 0.56)).astype("float64")
    zones["gini"] = zones["gini_bottom99"] + zones["top1_share"] / 100
    zones["tax_progressivity"] = random.choice([0, 0, 0.5, 1, 2.5], len(states))[place]
    zones["eitc_exposure"] = random.choice([0, 0, 0, 0, 2, 8.0], len(states))[place]
    signal = sum(beta * _standard(zones[name]) for name, beta in TRUTH.items())
    state_effect = STATE_SD * random.normal(size=len(states))[place]
    noise = NOISE_SD * random.normal(size=len(zones))
    zones[TARGET] = INTERCEPT + signal + state_effect + noise
    return zones


def _standard(values: np.ndarray | pd.Series) -> np.ndarray:
    """Subtract the mean and divide by the standard deviation (divisor n)."""
    array = np.asarray(values)
    return (array - array.mean()) / array.std()


def _shaped(shape: str, centre: float, spread: float, score: np.ndarray) -> np.ndarray:
    """Turn standard scores into values with a median and a spread on the shape's scale."""
    if shape == "normal":
        return centre + spread * score
    if shape == "log":
        return centre * np.exp(spread * score)
    odds = centre / (1 - centre) * np.exp(spread * score)
    return odds / (1 + odds)


def _too_small(zones: pd.DataFrame) -> np.ndarray:
    """Whether a zone has too few children for estimates from tax records."""
    return (zones["population"].rank(method="first") <= _TOO_SMALL).to_numpy()


def _hide(whole: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Hide values as the source does: in the smallest zones, and here and there."""
    zones = whole.copy()
    zones.loc[_too_small(whole), list(_FROM_TAX_RECORDS)] = np.nan
    for name, share in _HIDDEN.items():
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
    for name, (centre, slope, noise, hidden) in _OUTCOMES.items():
        values = centre + slope * score + noise * random.normal(size=len(table))
        column = next(column for column in MOBILITY if column.name == name)
        table[name] = np.clip(values, *_inner_bounds(column.bounds))
        table.loc[random.random(len(table)) < hidden, name] = np.nan
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
        samples[name] = Sample(name, label, zones, len(zones))
    return MappingProxyType(samples)


def _codebook() -> pd.DataFrame:
    """The codebook, with a word on simulation in the place of the workbook's definitions."""
    words = {"Definition": "Simulated values", "Source": "Simulation"}
    domains = {name: domain for domain, names in DOMAINS.items() for name in names.split()}
    definitions = {
        normal(column.entry or column.header): {"group": domains[column.name], **words}
        for column in CHARACTERISTICS
        if column.name not in OWN_DEFINITIONS
    }
    descriptions = {
        normal(column.entry or column.header): {"Description": "Simulated values"}
        for column in MOBILITY
    }
    return build_codebook(definitions, descriptions)
