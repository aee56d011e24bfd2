"""Areas on the sphere, by an equal-area projection."""

from __future__ import annotations

import numpy as np
import shapely

EARTH_RADIUS_KM = 6371.0072  # of the sphere with the area of the WGS 84 ellipsoid


def area_km2(shapes: np.ndarray) -> np.ndarray:
    """Areas of shapes given in degrees of longitude and latitude.

    Lambert's cylindrical equal-area projection, x = R * lon and
    y = R * sin(lat), keeps areas exactly on the sphere (Snyder 1987, *Map
    Projections: A Working Manual*, equations 10-1 and 10-2).

    Parameters
    ----------
    shapes : array of shapely geometries

    Returns
    -------
    ndarray of float
        Square kilometers.
    """
    return shapely.area(shapely.transform(shapes, _equal_area))


def _equal_area(degrees: np.ndarray) -> np.ndarray:
    longitude, latitude = np.radians(degrees).T
    return EARTH_RADIUS_KM * np.column_stack([longitude, np.sin(latitude)])
