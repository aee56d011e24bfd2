"""Shapes of the counties, and where the markers of zones stand."""

import gzip

import pandas as pd
import pytest
import shapely
from shapely.geometry import shape

from analysis.publish.geometry.area import area_km2
from analysis.publish.geometry.build import county_geometry
from analysis.publish.geometry.centers import zone_centers
from analysis.publish.geometry.codes import CODE_CHANGES, absorbed
from analysis.publish.geometry.counties import read_counties
from analysis.publish.geometry.script import write_script

MOST_BYTES = 400_000


@pytest.fixture(
    scope="module", params=["simulated", pytest.param("real", marks=pytest.mark.needs_data)]
)
def case(request):
    study = request.getfixturevalue("simulated_study" if request.param == "simulated" else "study")
    return study, county_geometry(study.counties)


@pytest.fixture(scope="module")
def shapes(case):
    return {int(one["id"]): shape(one["geometry"]) for one in case[1].counties["features"]}


def test_every_county_of_the_data_is_drawn_or_named_as_part_of_another(case, shapes):
    known = set(case[0].counties["county"])
    joined = absorbed(shapes, known)
    assert set(shapes) | set(joined) == known
    assert set(shapes).isdisjoint(joined)
    assert set(joined.values()) <= set(shapes)
    # Nothing is taken for granted but what is written down, with its reason.
    assert joined.items() <= {(change.crosswalk, change.shape) for change in CODE_CHANGES}


def test_shapes_are_sound_and_fit_together(shapes):
    parts = list(shapes.values())
    assert all(part.is_valid and not part.is_empty for part in parts)
    assert shapely.coverage_is_valid(parts)
    total = sum(part.area for part in parts)
    assert shapely.union_all(parts).area == pytest.approx(total, rel=1e-9)


def test_most_counties_keep_their_area(shapes):
    codes, exact = read_counties()
    true = pd.Series(area_km2(exact), codes)
    drawn = pd.Series(area_km2(list(shapes.values())), list(shapes))
    both = true.index.intersection(drawn.index)
    drift = (drawn[both] / true[both] - 1).abs()
    assert drift.quantile(0.9) < 0.02
    assert drawn.sum() == pytest.approx(true.sum(), rel=0.01)


def test_script_stays_small(case, tmp_path):
    text = write_script(tmp_path / "counties.js", case[1]).read_bytes()
    assert len(gzip.compress(text)) < MOST_BYTES


def test_marker_stands_in_the_county_with_the_most_children(case, shapes):
    study, geometry = case
    centers = zone_centers(study.counties, geometry.counties).set_index("cz")
    assert set(centers.index) == set(study.zones["cz"])
    inside = 0
    for zone, part in study.counties.groupby("cz"):
        part = part[part["county"].isin(list(shapes))]
        main = part["county"].iloc[0]
        if part["children"].notna().any():
            main = part.loc[part["children"].idxmax(), "county"]
        middle = shapes[int(main)].centroid
        assert (centers.loc[zone, "lon"], centers.loc[zone, "lat"]) == (middle.x, middle.y)
        inside += shapes[int(main)].contains(middle)
    assert inside / len(centers) > 0.97
