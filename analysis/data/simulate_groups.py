"""Simulated outcomes of groups of children, with the layout of the real file and a known truth.

Each group's rank is a sparse linear function of standardized traits (`SLOPES`) plus an effect
of the state and noise; what all children of a place reach is the mean over its groups. So the
pooled outcome mixes two things that are known apart here: how the children of each group fare,
and which groups live where. Nothing here is an estimate of anything real.
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.data.atlas import GENDERS, GROUPS, names_of, zones_by_group
from analysis.data.social_capital import MEASURES
from analysis.data.tables import Tables

SEED = 20181001
LEVELS = MappingProxyType({"white": 45.0, "black": 33.0, "hispanic": 41.0, "other": 46.0})
"""Mean rank of each group."""
SLOPES = MappingProxyType(
    {
        "white": {"commute_under_15": 1.5, "manufacturing_share": -1.5},
        "black": {"income_growth": 1.2, "racial_segregation": -1.0},
        "hispanic": {"foreign_born": 1.2, "manufacturing_share": -1.0},
        "other": {"commute_under_15": 1.0},
    }
)
"""Ranks of a group per standard deviation of a trait over all zones; every other has 0."""
ZONE_SD, STATE_SD, COUNTY_SD = 1.5, 1.0, 0.7
RANK_SD = 27.0  # of the ranks of single children, which a standard error comes from
GENDER_GAP = 1.5  # girls stand so far above, and boys below, their group's rank
INCARCERATED = MappingProxyType({"white": 0.02, "black": 0.06, "hispanic": 0.025, "other": 0.01})
FEWEST = 20  # children of a group in a county, below which the source gives no estimate


def simulate_groups(tables: Tables, seed: int = SEED) -> pd.DataFrame:
    """Simulate what `analysis.data.atlas.zones_by_group` gives for the real file."""
    return zones_by_group(simulate_counties(tables, seed)[0])


def simulate_counties(tables: Tables, seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulate the counties' file, and the truth behind it.

    Returns
    -------
    DataFrame
        As `analysis.data.atlas.read_atlas` gives it.
    DataFrame
        True rank of each group (columns, "all" among them) by zone (index ``cz``), each
        county's rank weighted by its children of the group.
    """
    random = np.random.default_rng(seed)
    zones = tables.characteristics.set_index("cz")
    counties = tables.counties[["county", "cz", "children"]].reset_index(drop=True)
    size = np.maximum(counties["children"].fillna(100), 50).to_numpy() * 4
    children = _children(zones, size, counties["cz"])
    truth = {
        group: _zone_ranks(zones, group, random).loc[counties["cz"]].to_numpy()
        + COUNTY_SD * random.normal(size=len(counties))
        for group in LEVELS
    }
    total = sum(children.values())
    truth["all"] = sum(children[group] * truth[group] for group in LEVELS) / total
    table = counties[["county", "cz"]].copy()
    for group in GROUPS:
        count = total if group == "all" else children[group]
        jailed = (
            sum(children[name] * INCARCERATED[name] for name in LEVELS) / total
            if group == "all"
            else np.full(len(table), INCARCERATED[group])
        )
        for gender in GENDERS:
            n = count / (1 if gender == "all" else 2)
            shift = {"all": 0.0, "female": GENDER_GAP, "male": -GENDER_GAP}[gender]
            prison = jailed * {"all": 1.0, "female": 0.2, "male": 1.8}[gender]
            for outcome, mean, sd in (
                ("rank", (truth[group] + shift) / 100, RANK_SD / 100),
                ("incarcerated", prison, np.sqrt(prison * (1 - prison))),
            ):
                estimate, error, number = names_of(group, gender, outcome)
                se = sd / np.sqrt(np.maximum(n, 1))
                known = n >= FEWEST
                noisy = mean + se * random.normal(size=len(n))
                table[estimate] = np.where(known, noisy, np.nan)
                table[error] = np.where(known, se, np.nan)
                table[number] = np.where(known, n, np.nan)
    counted = children | {"all": total}
    means = {}
    for group in GROUPS:
        sums = pd.DataFrame({"n": counted[group], "rank": counted[group] * truth[group]})
        sums = sums.groupby(table["cz"]).sum()
        means[group] = sums["rank"] / sums["n"]
    return table, pd.DataFrame(means)


def simulate_social_capital(tables: Tables, seed: int = SEED) -> pd.DataFrame:
    """Simulate what `analysis.data.social_capital.zones_of_social_capital` gives."""
    random = np.random.default_rng([seed, 1])
    zones = tables.characteristics
    linked = -_standard(zones["single_mothers"])
    columns = {"cz": zones["cz"].to_numpy()}
    for name, (_, _, (low, high)) in MEASURES.items():
        score = 0.5 * linked + random.normal(size=len(zones))
        columns[name] = low + (high - low) * (0.5 + 0.1 * np.clip(score, -4, 4))
    return pd.DataFrame(columns)


def _children(zones: pd.DataFrame, size: np.ndarray, cz: pd.Series) -> dict[str, np.ndarray]:
    """Children of each group in each county."""
    black = zones["frac_black"].clip(0.002, 0.7)
    hispanic = (2 * zones["foreign_born"]).clip(0.01, 0.6) * (1 - black)
    shares = {"black": black, "hispanic": hispanic, "other": 0.05 * (1 - black - hispanic)}
    shares["white"] = 1 - sum(shares.values())
    return {group: size * shares[group].loc[cz].to_numpy() for group in LEVELS}


def _zone_ranks(zones: pd.DataFrame, group: str, random: np.random.Generator) -> pd.Series:
    states, index = np.unique(zones["state"], return_inverse=True)
    signal = sum(slope * _standard(zones[name]) for name, slope in SLOPES[group].items())
    state_effect = STATE_SD * random.normal(size=len(states))[index]
    own = ZONE_SD * random.normal(size=len(zones))
    return pd.Series(LEVELS[group] + signal + state_effect + own, index=zones.index)


def _standard(values: pd.Series) -> np.ndarray:
    values = values.to_numpy(float)
    return (values - values.mean()) / values.std()
