"""The definitions of the minority sample, on made-up files and on the real ones."""

import csv
import statistics

import pytest

from analysis.data.locate import locate
from analysis.data.registry import COUNTIES, ZONE_LIST
from analysis.data.samples import choose, make_sample, read_zone_list, read_zones_below_mean
from analysis.errors import ReportError

# The mean of the five shares is 0.6; the sixth tract has none and the seventh no zone.
TRACTS = """\
state,county,tract,cz,czname,share_white2000
47,1,100,100,A,0.9
47,1,200,100,A,0.61
47,2,100,200,B,0.95
47,2,200,200,B,0.24
47,3,100,301,C,0.3
47,3,200,302,D,
72,1,100,,,0.6
"""


def write(path, text):
    path.write_text(text)
    return path


def test_zones_with_one_tract_below_the_mean_of_tracts(tmp_path):
    assert read_zones_below_mean(write(tmp_path / "tracts.csv", TRACTS)) == {200, 301}


def test_a_share_at_the_mean_is_not_below_it(tmp_path):
    text = "cz,share_white2000\n100,0.5\n200,0.5\n301,0.25\n302,0.75\n"
    assert read_zones_below_mean(write(tmp_path / "tracts.csv", text)) == {301}


def test_list_of_zones(tmp_path):
    text = "﻿cz\n100\n302\n39400\n\n"
    assert read_zone_list(write(tmp_path / "list.csv", text)) == {100, 302, 39400}


@pytest.mark.needs_data
def test_the_county_rule_keeps_382_zones():
    """Counted again with the standard library alone."""
    with locate(COUNTIES).open() as file:
        rows = [row for row in csv.DictReader(file) if row["share_white2000"]]
    mean = statistics.fmean(float(row["share_white2000"]) for row in rows)
    expected = {row["cz"] for row in rows if float(row["share_white2000"]) < mean} - {""}
    zones = read_zones_below_mean(locate(COUNTIES))
    assert zones == {int(float(zone)) for zone in expected}
    assert len(zones) == 382


@pytest.mark.needs_data
def test_the_list_has_478_zones_of_the_workbook(study):
    assert len(read_zone_list(locate(ZONE_LIST))) == 478
    assert study.samples["list"].zones <= set(study.zones["cz"])


def test_the_first_definition_to_be_had_is_the_default():
    samples = {name: make_sample(name, frozenset({100})) for name in ("county", "list")}
    assert choose(samples, None).name == "list"
    assert choose(samples, "county").name == "county"
    samples["tract"] = make_sample("tract", frozenset({100, 200}))
    assert choose(samples, None).name == "tract"
    assert choose(samples, None).count == 2


@pytest.mark.parametrize(("wanted", "words"), [("tract", "no file here"), ("tracts", "not a def")])
def test_a_definition_that_cannot_be_had_is_refused(wanted, words):
    samples = {"list": make_sample("list", frozenset({100}))}
    with pytest.raises(ReportError, match=words):
        choose(samples, wanted)


BAD_LISTS = {
    "empty": ("", "is empty"),
    "header only": ("cz\n", "header line and no rows"),
    "other header": ("zone\n100\n", "no column 'cz'"),
    "text": ("cz\n100\nMemphis\n", "holds 'Memphis' in row 2"),
    "twice": ("cz\n100\n302\n100\n", "the commuting zone 100 twice"),
    "fraction": ("cz\n100.5\n", "100.5"),
    "negative": ("cz\n-100\n", "-100"),
    "web page": ("<!DOCTYPE html><title>404</title>\n", "a web page"),
    "ragged": ('cz\n100\n"200\n', "readable CSV"),
    "cut": ("cz\n100\n30", "in the middle of a line"),
}


@pytest.mark.parametrize(("text", "words"), BAD_LISTS.values(), ids=BAD_LISTS)
def test_a_bad_list_is_refused_in_one_sentence(tmp_path, text, words):
    path = write(tmp_path / "list.csv", text)
    with pytest.raises(ReportError, match=words) as caught:
        read_zone_list(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


BAD_PLACES = {
    "empty": ("", "is empty"),
    "header only": ("cz,share_white2000\n", "header line and no rows"),
    "no share": ("cz,share\n100,0.5\n", "no column 'share_white2000'"),
    "no zone": ("zone,share_white2000\n100,0.5\n", "no column 'cz'"),
    "per cent": ("cz,share_white2000\n100,50\n200,60\n", "outside 0 to 1"),
    "text": ("cz,share_white2000\n100,half\n", "holds 'half'"),
    "no values": ("cz,share_white2000\n100,\n200,\n", "no commuting zone"),
    "web page": ("\n <html>", "a web page"),
}


@pytest.mark.parametrize(("text", "words"), BAD_PLACES.values(), ids=BAD_PLACES)
def test_a_bad_table_of_places_is_refused_in_one_sentence(tmp_path, text, words):
    path = write(tmp_path / "places.csv", text)
    with pytest.raises(ReportError, match=words) as caught:
        read_zones_below_mean(path)
    assert str(path) in str(caught.value)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xff\xfe\x00\x81" * 40)
    with pytest.raises(ReportError, match="readable CSV"):
        read_zone_list(path)


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path):
    with pytest.raises(ReportError, match="cannot be read"):
        read_zone_list(tmp_path)
