"""Build the geometry of zones and counties, once for each crosswalk and each code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from analysis.publish.geometry import area, borders, codes, counties, geojson, merge
from analysis.store.cache import cached


@dataclass(frozen=True)
class Geometry:
    """Shapes of a map page.

    Parameters
    ----------
    zones : dict
        GeoJSON FeatureCollection, one feature a commuting zone, ``id`` its number.
    states : dict of str to list
        ``lon`` and ``lat`` of the lines between states, None between lines.
    """

    zones: dict
    states: dict


@dataclass(frozen=True)
class CountyGeometry:
    """Shapes of a page with a map of counties, coarser than those of the zones.

    Parameters
    ----------
    counties : dict
        GeoJSON FeatureCollection, one feature a county, ``id`` its code in the data.
    county_states : dict of str to list
        Lines between states along these shapes, as in `Geometry`.
    """

    counties: dict
    county_states: dict


@cache
def report_geometry() -> Geometry:
    """Geometry by the county crosswalk of the data that the report is built on."""
    from analysis.data import load

    return zone_geometry(load().counties)


@cache
def report_county_geometry() -> CountyGeometry:
    """Geometry of the counties of the data that the report is built on."""
    from analysis.data import load

    return county_geometry(load().counties)


def zone_geometry(counties_: pd.DataFrame) -> Geometry:
    """Geometry of the zones of a county crosswalk, from disk where it is there.

    Parameters
    ----------
    counties_ : DataFrame
        ``county`` (FIPS code) and ``cz``; rows without a zone are left out.

    Raises
    ------
    ReportError
        A county or a zone has no shape, or a shape no zone.
    """
    return build_geometry(_crosswalk(counties_), counties.checksum())


def county_geometry(counties_: pd.DataFrame) -> CountyGeometry:
    """Geometry of the counties of a crosswalk, from disk where it is there.

    Counties that have since become part of another have no shape of their own,
    see `codes.absorbed`.

    Parameters
    ----------
    counties_
        As for `zone_geometry`.

    Raises
    ------
    ReportError
        A county has no shape, or a shape no county.
    """
    return build_counties(_crosswalk(counties_), counties.checksum())


@cached
def build_geometry(crosswalk: dict[int, int], _checksum: str) -> Geometry:
    """Read the shapes of that checksum, merge, thin out and simplify them."""
    county_codes, county_shapes = counties.read_counties()
    zone_of = codes.assign_zones(county_codes.tolist(), crosswalk)
    exact = merge.merge_counties(county_codes, county_shapes, zone_of)
    zones, shapes = merge.merge_pieces(exact)
    true_area = dict(zip(zones.tolist(), area.area_km2(shapes).tolist(), strict=True))
    simple = merge.simplify(merge.drop_isles(exact), true_area)
    return Geometry(
        geojson.feature_collection(*merge.merge_pieces(simple)),
        geojson.line_coordinates(borders.state_borders(simple)),
    )


@cached
def build_counties(crosswalk: dict[int, int], _checksum: str) -> CountyGeometry:
    """Read the shapes of that checksum, thin out and simplify them."""
    county_codes, county_shapes = counties.read_counties()
    former = codes.former_codes(county_codes.tolist(), crosswalk)
    exact = merge.merge_counties(county_codes, county_shapes, former)
    simple = merge.simplify_counties(merge.drop_isles(exact))
    return CountyGeometry(
        geojson.feature_collection(*merge.merge_pieces(simple)),
        geojson.line_coordinates(borders.state_borders(simple)),
    )


def _crosswalk(counties_: pd.DataFrame) -> dict[int, int]:
    known = counties_.loc[counties_["cz"].notna() & (counties_["cz"] > 0)]
    return dict(zip(known["county"].astype(int), known["cz"].astype(int), strict=True))
