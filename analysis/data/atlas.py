"""The Opportunity Atlas: how children of each group fare, by county and by commuting zone.

For children born between 1978 and 1983 whose parents stood at the 25th percentile of the
national income distribution: their own household's income rank in 2014-15, and whether they
were in prison or jail on 1 April 2010, by race, ethnicity and gender, each with a standard
error (Chetty, Friedman, Hendren, Jones and Porter 2018).
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.data.samples import read_numbers
from analysis.errors import ReportError

GROUPS = MappingProxyType({"all": "pooled", "white": "white", "black": "black", "hispanic": "hisp"})
"""Groups of children, and what the source calls them."""
GENDERS = MappingProxyType({"all": "pooled", "female": "female", "male": "male"})
OUTCOMES = MappingProxyType({"rank": "kfr", "incarcerated": "jail"})
RANGES = MappingProxyType({"kfr": (0.0, 1.0), "jail": (-0.5, 1.0)})
"""Of an estimate: a share can come out a little below 0 where few children stand behind it."""
COUNTY_COUNT = range(3_200, 3_230)
COLUMNS = ("cz", "group", "gender", "outcome", "estimate", "se", "children")


def names_of(group: str, gender: str, outcome: str) -> tuple[str, str, str]:
    """The source's columns of an estimate, its standard error and its number of children."""
    group, gender = GROUPS[group], GENDERS[gender]
    estimate = f"{OUTCOMES[outcome]}_{group}_{gender}_p25"
    return estimate, f"{estimate}_se", f"{group}_{gender}_count"


def read_atlas(path: Path) -> pd.DataFrame:
    """Read the outcomes of the counties.

    Returns
    -------
    DataFrame
        One row a county with ``county`` (FIPS code), ``cz``, and for each group, gender and
        outcome the columns of `names_of`: shares (0 to 1), their standard errors, children.

    Raises
    ------
    ReportError
        If a column is missing, a county stands twice, or a value can't be what it should be.
    """
    cells = [names_of(*cell) for cell in product(GROUPS, GENDERS, OUTCOMES)]
    numbers = list(dict.fromkeys(name for cell in cells for name in cell))
    table = read_numbers(path, ["state", "county", "cz", *numbers])
    if len(table) not in COUNTY_COUNT:
        raise ReportError(
            f"{path} has {len(table):,} rows where some {COUNTY_COUNT[0]:,} counties are expected: "
            "get it again."
        )
    table["county"] += 1000 * table.pop("state")
    if table["county"].isna().any() or table["county"].duplicated().any():
        raise ReportError(f"{path} has a county without a code, or one that stands twice.")
    for estimate, error, count in cells:
        low, high = RANGES[estimate.partition("_")[0]]
        if not table[estimate].dropna().between(low, high).all():
            raise ReportError(
                f"{path} has a value outside {low:g} to {high:g} in its column {estimate!r}."
            )
        if (table[error] <= 0).any() or (table[count] < 0).any():
            raise ReportError(f"{path} has a value that is not positive in {error!r} or {count!r}.")
    return table


def zones_by_group(counties: pd.DataFrame) -> pd.DataFrame:
    """From counties to commuting zones.

    A zone's estimate is the mean of its counties', each weighted by its children of the group.
    Its standard error takes the errors of counties as independent:
    sqrt(Σ (n se)²) / Σ n. Counties without an estimate or a number of children count for nothing.

    Parameters
    ----------
    counties : DataFrame
        See `read_atlas`.

    Returns
    -------
    DataFrame
        One row a zone, group, gender and outcome that is known: the columns `COLUMNS`;
        ``estimate`` and ``se`` in ranks (0 to 100) or in percent.
    """
    parts = []
    for group, gender, outcome in product(GROUPS, GENDERS, OUTCOMES):
        estimate, error, count = names_of(group, gender, outcome)
        known = counties.dropna(subset=["cz", estimate, error, count])
        n = known[count]
        sums = (
            pd.DataFrame({"n": n, "mean": n * known[estimate], "square": (n * known[error]) ** 2})
            .groupby(known["cz"].astype(int))
            .sum()
        )
        sums = sums[sums["n"] > 0]
        parts.append(
            pd.DataFrame(
                {
                    "cz": sums.index,
                    "group": group,
                    "gender": gender,
                    "outcome": outcome,
                    "estimate": 100 * sums["mean"].to_numpy() / sums["n"].to_numpy(),
                    "se": 100 * np.sqrt(sums["square"].to_numpy()) / sums["n"].to_numpy(),
                    "children": sums["n"].to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]
