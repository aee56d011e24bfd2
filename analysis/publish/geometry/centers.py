"""Where the marker of a zone stands."""

from __future__ import annotations

import pandas as pd
from shapely.geometry import shape


def zone_centers(counties: pd.DataFrame, shapes: dict) -> pd.DataFrame:
    """Middle of the county with the most children, for each zone.

    Parameters
    ----------
    counties : DataFrame
        ``county``, ``cz`` and ``children``; a zone whose counties all lack
        children takes the first of them.
    shapes : dict
        GeoJSON of the counties, see `CountyGeometry`.

    Returns
    -------
    DataFrame
        ``cz, lon, lat`` in degrees, one row a zone.
    """
    middle = {int(one["id"]): shape(one["geometry"]).centroid for one in shapes["features"]}
    drawn = counties[counties["county"].isin(list(middle)) & counties["cz"].notna()]
    order = drawn.sort_values("children", ascending=False, kind="stable", na_position="last")
    main = order.drop_duplicates("cz").sort_values("cz")
    return pd.DataFrame(
        {
            "cz": main["cz"].to_numpy(),
            "lon": [middle[code].x for code in main["county"]],
            "lat": [middle[code].y for code in main["county"]],
        }
    )
