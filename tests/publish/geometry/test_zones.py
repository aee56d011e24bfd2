"""Shapes of the zones against the counties that they are merged from."""

import json
from itertools import pairwise

import numpy as np
import pytest
import shapefile
import shapely
from shapely.geometry import shape

from analysis.publish.geometry.area import area_km2
from analysis.publish.geometry.build import zone_geometry
from analysis.publish.geometry.codes import CODE_CHANGES
from analysis.publish.geometry.counties import shape_file
from analysis.publish.geometry.merge import Pieces, drop_isles
from analysis.publish.geometry.script import AFTER, BEFORE, write_script

RADIUS = 6371.0072


@pytest.fixture(
    scope="module", params=["simulated", pytest.param("real", marks=pytest.mark.needs_data)]
)
def case(request):
    """A study and its geometry: the simulated one always, the real one where it is."""
    study = request.getfixturevalue("simulated_study" if request.param == "simulated" else "study")
    return study, zone_geometry(study.counties)


@pytest.fixture(scope="module")
def shapes(case):
    return {int(f["id"]): shape(f["geometry"]) for f in case[1].zones["features"]}


def ring_area(points) -> float:
    """Area of a ring on the sphere (Chamberlain and Duquette 2007, equation 4)."""
    longitude, latitude = np.radians(np.asarray(points, dtype=float)[:, :2]).T
    turn = np.diff(longitude)
    return RADIUS**2 / 2 * np.sum(turn * (2 + np.sin(latitude[1:]) + np.sin(latitude[:-1])))


def sphere_area(polygons) -> float:
    return sum(
        abs(ring_area(rings[0])) - sum(abs(ring_area(hole)) for hole in rings[1:])
        for rings in polygons
    )


def county_areas() -> dict[int, float]:
    """Areas of the counties, from the rings as they stand in the file."""
    areas = {}
    with shapefile.Reader(str(shape_file()), encoding="latin-1") as reader:
        for row in reader.iterShapeRecords(fields=["GEOID"]):
            edges = [*row.shape.parts, len(row.shape.points)]
            rings = pairwise(edges)
            # Outer rings and holes run in opposite directions, so that holes are subtracted.
            areas[int(row.record["GEOID"])] = abs(
                sum(ring_area(row.shape.points[a:b]) for a, b in rings)
            )
    return areas


def test_every_zone_has_a_shape(case, shapes):
    study, geometry = case
    assert len(geometry.zones["features"]) == len(study.zones) == 741
    assert set(shapes) == set(study.zones["cz"])
    assert all(one.is_valid and not one.is_empty for one in shapes.values())


def test_areas_are_within_one_per_cent_of_the_counties(case):
    study, geometry = case
    zone_of = dict(zip(study.counties["county"], study.counties["cz"], strict=True))
    former = {change.shape: change.crosswalk for change in CODE_CHANGES}
    counties = {code: area for code, area in county_areas().items() if code < 60_000}
    expected = dict.fromkeys(study.zones["cz"], 0.0)
    for code, area in counties.items():
        expected[zone_of[code] if code in zone_of else zone_of[former[code]]] += area
    ratio = {
        int(f["id"]): sphere_area(f["geometry"]["coordinates"]) / expected[int(f["id"])]
        for f in geometry.zones["features"]
    }
    worst = max(ratio, key=lambda zone: abs(ratio[zone] - 1))
    assert abs(ratio[worst] - 1) <= 0.01, (worst, ratio[worst])


def test_neighbors_share_borders_without_gaps_or_overlaps(shapes):
    zones = np.array(list(shapes.values()))
    assert shapely.coverage_is_valid(zones)
    # Two neighbors that did not share points would leave a hole or an overlap between them.
    total = shapely.area(zones).sum()
    assert shapely.area(shapely.union_all(zones)) == pytest.approx(total, rel=1e-9)


def test_no_slivers_between_zones(shapes):
    """The land holds together: a hole in the union of all zones would be a lake, not a crack."""
    union = shapely.union_all(np.array(list(shapes.values())))
    holes = [
        shapely.Polygon(ring)
        for part in shapely.get_parts(union)
        for ring in shapely.get_rings(part)[1:]
    ]
    widths = [2 * hole.area / hole.length for hole in holes]
    assert all(width > 0.005 for width in widths)


def test_known_neighbors_share_a_long_border(study):
    """New York and Newark meet along the Hudson and in New Jersey."""
    shapes = {
        int(f["id"]): shape(f["geometry"]) for f in zone_geometry(study.counties).zones["features"]
    }
    assert shapes[19400].intersection(shapes[19600]).length > 0.3
    assert shapes[19400].intersection(shapes[19600]).area == 0
    assert not shapes[19400].intersects(shapes[38300])


def test_outer_rings_run_clockwise_and_holes_do_not(case):
    for feature in case[1].zones["features"]:
        for outer, *holes in feature["geometry"]["coordinates"]:
            assert not shapely.is_ccw(shapely.LinearRing(outer))
            assert all(shapely.is_ccw(shapely.LinearRing(hole)) for hole in holes)


def test_state_lines_lie_on_borders_of_zones_and_not_on_the_coast(case, shapes):
    states = case[1].states
    points = {(x, y) for x, y in zip(states["lon"], states["lat"], strict=True) if x is not None}
    corners = {tuple(p) for s in shapes.values() for p in shapely.get_coordinates(s).tolist()}
    if case[0].simulated:  # whose zones end at state lines
        assert points <= corners
    coast = shapely.boundary(shapely.union_all(np.array(list(shapes.values()))))
    middle = [
        shapely.Point((x0 + x1) / 2, (y0 + y1) / 2)
        for x0, x1, y0, y1 in zip(
            states["lon"], states["lon"][1:], states["lat"], states["lat"][1:], strict=False
        )
        if x0 is not None and x1 is not None
    ]
    assert (shapely.distance(coast, middle) > 0).all()


def test_area_against_the_whole_sphere_and_a_spherical_cap():
    band = shapely.box(-180, 0, 180, 30)
    assert area_km2(np.array([band]))[0] == pytest.approx(2 * np.pi * RADIUS**2 * 0.5)


def test_script_assigns_the_shapes(tmp_path, geometry):
    text = write_script(tmp_path / "assets" / "zones.js", geometry).read_text()
    assert text.startswith(BEFORE)
    assert text.endswith(AFTER)
    read = json.loads(text.removeprefix(BEFORE).removesuffix(AFTER))
    assert read == {"zones": geometry.zones, "states": geometry.states}


def test_a_small_part_within_a_neighbor_is_no_isle():
    """Dropping it would leave a hole in the neighbor."""
    tiny = shapely.box(5.0, 5.0, 5.01, 5.01)
    around = shapely.box(0, 0, 10, 10) - tiny
    home = shapely.multipolygons([tiny, shapely.box(10, 0, 20, 10)])
    isle = shapely.multipolygons([shapely.box(30, 0, 40, 10), shapely.box(50, 0, 50.01, 0.01)])
    pieces = Pieces(np.array([1, 2, 3]), np.array([1, 1, 1]), np.array([around, home, isle]))
    counts = shapely.get_num_geometries(drop_isles(pieces).shape)
    assert counts.tolist() == [1, 2, 1]
