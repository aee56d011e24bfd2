"""Made-up commuting zones for simulated data: real counties, grouped within their states.

The real assignment of counties to commuting zones is raw data. This one is invented, so that
maps of simulated data still show whole, nearly contiguous areas.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd
import shapefile

from analysis.data.states import POSTAL_BY_FIPS
from analysis.data.tables import ZONE_COUNT

_SHAPES = "gz_2010_us_050_00_500k.shp"
_FIRST_ZONE, _ZONE_STEP = 100, 53


def make_up_zones() -> pd.DataFrame:
    """Group the counties of each state into zones.

    Returns
    -------
    pandas.DataFrame
        One row a county: county (FIPS code), state (postal code), cz. Zones are numbered
        from east to west, state by state, as the real ones are roughly.
    """
    counties = _county_centers()
    order = counties.groupby("state")["x"].mean().sort_values(ascending=False).index
    sizes = counties["state"].value_counts().loc[order]
    groups = []
    for state, zone_count in zip(order, _apportion(sizes.to_numpy(), ZONE_COUNT), strict=True):
        rows = np.flatnonzero(counties["state"] == state)
        groups += _split(rows, counties[["x", "y"]].to_numpy(), int(zone_count))
    zone = np.empty(len(counties), dtype="int64")
    for number, rows in enumerate(groups):
        zone[rows] = _FIRST_ZONE + _ZONE_STEP * number
    return counties.assign(cz=zone)[["county", "state", "cz"]].sort_values("county")


def _county_centers() -> pd.DataFrame:
    """Centers of the counties' bounding boxes, in degrees, for the states and DC."""
    path = files("_plotly_geo") / "package_data" / _SHAPES
    with shapefile.Reader(str(path), encoding="latin-1") as reader:
        fips = [(int(record["STATE"]), int(record["COUNTY"])) for record in reader.iterRecords()]
        boxes = np.array([shape.bbox for shape in reader.iterShapes()])
    centers = pd.DataFrame(
        {
            "county": [1000 * state + county for state, county in fips],
            "state": [POSTAL_BY_FIPS.get(state) for state, _ in fips],
            "x": (boxes[:, 0] + boxes[:, 2]) / 2,
            "y": (boxes[:, 1] + boxes[:, 3]) / 2,
        }
    )
    # Puerto Rico has no state here.
    return centers.dropna().reset_index(drop=True)


def _apportion(sizes: np.ndarray, total: int) -> np.ndarray:
    """Share out a total in proportion to sizes, at least 1 each, by largest remainders."""
    quotas = 1 + (total - len(sizes)) * (sizes - 1) / (sizes - 1).sum()
    shares = np.floor(quotas).astype(int)
    short = total - shares.sum()
    shares[np.argsort(shares - quotas, kind="stable")[:short]] += 1
    return shares


def _split(rows: np.ndarray, points: np.ndarray, parts: int) -> list[np.ndarray]:
    """Cut points in two across their longer side, and again, until there are enough parts."""
    if parts == 1:
        return [rows]
    here = points[rows]
    axis = int(np.argmax(np.ptp(here, axis=0)))
    ordered = rows[np.argsort(here[:, axis], kind="stable")]
    first = parts // 2
    cut = round(len(rows) * first / parts)
    return [*_split(ordered[:cut], points, first), *_split(ordered[cut:], points, parts - first)]
