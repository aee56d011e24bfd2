"""The Social Capital Atlas: friendships between rich and poor, and civic life, by county.

Made from friendships on Facebook in 2022 (Chetty, Jackson, Kuchler, Stroebel and others 2022):
it was measured decades after the childhoods whose outcomes this report studies.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pandas as pd

from analysis.data.samples import read_numbers
from analysis.errors import ReportError

POOR, ALL = "num_below_p50", "pop2018"
"""What a county counts by: its children of poorer parents, or its residents."""

MEASURES = MappingProxyType(
    {
        "economic_connectedness": ("ec_county", POOR, (0.0, 2.0)),
        "exposure": ("exposure_grp_mem_county", POOR, (0.0, 2.0)),
        "friending_bias": ("bias_grp_mem_county", POOR, (-1.0, 1.0)),
        "clustering": ("clustering_county", ALL, (0.0, 1.0)),
        "support_ratio": ("support_ratio_county", ALL, (0.0, 1.0)),
        "volunteering": ("volunteering_rate_county", ALL, (0.0, 1.0)),
        "civic_organizations": ("civic_organizations_county", ALL, (0.0, 1.0)),
    }
)
"""Each measure: the source's column, what counties count by, and its range."""
TITLES = MappingProxyType(
    {
        "economic_connectedness": "Economic connectedness",
        "exposure": "Exposure to richer people",
        "friending_bias": "Friending bias",
        "clustering": "Clustering of friends",
        "support_ratio": "Friends with a friend in common",
        "volunteering": "Volunteering",
        "civic_organizations": "Civic organizations",
    }
)
COUNTY_COUNT = range(3_000, 3_150)


def read_social_capital(path: Path) -> pd.DataFrame:
    """Read the measures of the counties.

    Returns
    -------
    DataFrame
        One row a county: ``county`` (FIPS code), the two numbers that counties count by, and
        `MEASURES`.

    Raises
    ------
    ReportError
        If a column is missing, a county stands twice, or a value is out of range.
    """
    columns = {column: name for name, (column, _, _) in MEASURES.items()}
    table = read_numbers(path, ["county", POOR, ALL, *columns]).rename(columns=columns)
    if len(table) not in COUNTY_COUNT:
        raise ReportError(
            f"{path} has {len(table):,} rows where some {COUNTY_COUNT[0]:,} counties are expected: "
            "get it again."
        )
    if table["county"].isna().any() or table["county"].duplicated().any():
        raise ReportError(f"{path} has a county without a code, or one that stands twice.")
    for name, (column, _, (low, high)) in MEASURES.items():
        if not table[name].dropna().between(low, high).all():
            raise ReportError(
                f"{path} has a value outside {low:g} to {high:g} in its column {column!r}."
            )
    return table.astype({"county": int})


def zones_of_social_capital(measures: pd.DataFrame, counties: pd.DataFrame) -> pd.DataFrame:
    """From counties to commuting zones: means weighted by what each measure counts by.

    Parameters
    ----------
    measures : DataFrame
        See `read_social_capital`.
    counties : DataFrame
        ``county`` and the zone ``cz`` that holds it.

    Returns
    -------
    DataFrame
        One row a zone: ``cz`` and `MEASURES`, NaN where no county has a value.
    """
    zone = counties.set_index("county")["cz"]
    table = measures.assign(cz=measures["county"].map(zone)).dropna(subset=["cz"])
    columns = {}
    for name, (_, weight, _) in MEASURES.items():
        known = table.dropna(subset=[name, weight])
        sums = (known[name] * known[weight]).groupby(known["cz"]).sum()
        columns[name] = sums / known[weight].groupby(known["cz"]).sum()
    return pd.DataFrame(columns).rename_axis("cz").reset_index().astype({"cz": int})
