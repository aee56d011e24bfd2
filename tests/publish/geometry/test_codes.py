"""County codes that changed between the crosswalk and the shapes."""

import pytest

from analysis.errors import ReportError
from analysis.publish.geometry.codes import CODE_CHANGES, CodeChange, assign_zones
from analysis.publish.geometry.counties import read_counties

DIVIDED = (CodeChange(10, 11, "divided"), CodeChange(10, 12, "divided"))


def test_own_code_comes_before_that_of_the_origin():
    zones = assign_zones([10, 11], {10: 1, 11: 2}, DIVIDED)
    assert zones == {10: 1, 11: 2}


def test_parts_of_a_divided_county_take_its_zone():
    assert assign_zones([11, 12, 20], {10: 1, 20: 2}, DIVIDED) == {11: 1, 12: 1, 20: 2}


def test_absorbed_county_leaves_the_shape_in_the_zone_of_the_absorber():
    changes = (CodeChange(31, 30, "absorbed"),)
    assert assign_zones([30], {30: 5, 31: 5}, changes) == {30: 5}


def test_zone_made_of_an_absorbed_county_alone_is_left_without_a_shape():
    with pytest.raises(ReportError, match=r"1 commuting zones .*without a shape \(first: 6\)"):
        assign_zones([30], {30: 5, 31: 6}, (CodeChange(31, 30, "absorbed"),))


def test_shape_without_a_zone_is_named():
    with pytest.raises(ReportError, match="County 00012 has a shape but no commuting zone"):
        assign_zones([10, 12], {10: 1}, ())


def test_county_without_a_shape_is_named():
    with pytest.raises(ReportError, match=r"1 counties .* no shape \(first: 09110\)"):
        assign_zones([9001], {9001: 1, 9110: 1})


def test_every_listed_shape_is_there_and_no_change_is_listed_twice():
    codes = set(read_counties()[0].tolist())
    assert {change.shape for change in CODE_CHANGES} <= codes
    assert len({(change.crosswalk, change.shape) for change in CODE_CHANGES}) == len(CODE_CHANGES)
    assert all(change.crosswalk != change.shape and change.reason for change in CODE_CHANGES)


@pytest.mark.parametrize(
    ("old", "new"),
    [(46113, 46102), (2270, 2158), (12025, 12086), (8013, 8014), (51515, 51019)],
)
def test_known_changes(old, new):
    assert (old, new) in {(change.crosswalk, change.shape) for change in CODE_CHANGES}


def test_zone_with_a_renamed_county_has_all_its_land(study):
    """Pine Ridge's county is Shannon in the data and Oglala Lakota in the shapes."""
    crosswalk = dict(zip(study.counties["county"], study.counties["cz"], strict=True))
    zones = assign_zones(read_counties()[0].tolist(), crosswalk)
    assert 46102 not in crosswalk
    assert zones[46102] == crosswalk[46113]
    assert set(zones.values()) == set(study.zones["cz"])
