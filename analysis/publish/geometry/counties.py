"""County shapes of 2016 from the ``plotly-geo`` package."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import shapefile
import shapely
from shapely.geometry import shape

from analysis.errors import ReportError

# The shapes of 2016 are preferred to the package's shapes of 2010: they form
# a valid coverage, those of 2010 do not match along state borders.
NAME = "cb_2016_us_county_500k"

# Puerto Rico and the island territories follow the states in the code list;
# the data cover the fifty states and the District of Columbia.
FIRST_TERRITORY = 60_000


def shape_file() -> Path:
    """Path of the county shape file without its suffix.

    Raises
    ------
    ReportError
        The ``plotly-geo`` package is not installed.
    """
    package = find_spec("_plotly_geo")
    if package is None or package.origin is None:
        raise ReportError(
            "The county shapes are missing because the package plotly-geo is not installed; "
            "run pip install -r requirements.txt."
        )
    return Path(package.origin).parent / "package_data" / NAME


def checksum() -> str:
    """SHA-256 of the shapes, which is part of the key of what is made of them."""
    return hashlib.sha256(shape_file().with_suffix(".shp").read_bytes()).hexdigest()


@cache
def read_counties() -> tuple[np.ndarray, np.ndarray]:
    """Codes and polygons of all counties of the states.

    Returns
    -------
    codes : ndarray of int
        FIPS codes, state * 1000 + county.
    polygons : ndarray of shapely geometries
        In degrees of longitude and latitude, edge-matched with one another.
    """
    codes, polygons = [], []
    with shapefile.Reader(str(shape_file()), encoding="latin-1") as reader:
        for row in reader.iterShapeRecords(fields=["GEOID"]):
            code = int(row.record["GEOID"])
            if code < FIRST_TERRITORY:
                codes.append(code)
                polygons.append(shape(row.shape.__geo_interface__))
    polygons = np.array(polygons)
    if not shapely.coverage_is_valid(polygons):
        raise RuntimeError(f"{NAME} does not form a valid coverage")
    return np.array(codes), polygons
