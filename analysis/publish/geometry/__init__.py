"""Shapes of commuting zones, merged from counties and simplified for the screen.

:func:`zone_geometry` merges the county shapes of the ``plotly-geo`` package by
the county crosswalk of the data; :func:`write_script` puts the outcome beside
the pages, once for the whole site.
"""

from analysis.publish.geometry.build import (
    CountyGeometry,
    Geometry,
    county_geometry,
    report_county_geometry,
    report_geometry,
    zone_geometry,
)
from analysis.publish.geometry.script import write_script

__all__ = [
    "CountyGeometry",
    "Geometry",
    "county_geometry",
    "report_county_geometry",
    "report_geometry",
    "write_script",
    "zone_geometry",
]
