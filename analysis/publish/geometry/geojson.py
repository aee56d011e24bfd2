"""Shapes in the form that plotly.js draws."""

from __future__ import annotations

import numpy as np
import shapely


def feature_collection(zones: np.ndarray, shapes: np.ndarray) -> dict:
    """GeoJSON of zones whose ``id`` is the commuting zone's number.

    Outer rings run clockwise: on a sphere, d3 fills the right-hand side of a
    ring, so that a ring the other way round (which RFC 7946 prescribes) would
    fill the whole world except the zone.
    """
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": str(zone),
                "properties": {},
                "geometry": {"type": "MultiPolygon", "coordinates": _polygons(shape)},
            }
            for zone, shape in zip(zones.tolist(), shapes, strict=True)
        ],
    }


def _polygons(shape: shapely.Geometry) -> list:
    parts = shapely.get_parts(shapely.orient_polygons(shape, exterior_cw=True))
    return [[_points(ring) for ring in shapely.get_rings(part)] for part in parts]


def line_coordinates(lines: np.ndarray) -> dict[str, list[float | None]]:
    """Lines as longitudes and latitudes with a gap (None) after each."""
    longitude: list[float | None] = []
    latitude: list[float | None] = []
    for line in lines:
        points = _points(line)
        longitude += [*(point[0] for point in points), None]
        latitude += [*(point[1] for point in points), None]
    return {"lon": longitude, "lat": latitude}


def _points(line: shapely.Geometry) -> list[list[float]]:
    return shapely.get_coordinates(line).tolist()
