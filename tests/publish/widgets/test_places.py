"""The data of the place finder, and what it says on paper."""

import dataclasses
import gzip
import json

import numpy as np
import pandas as pd
import pytest

from analysis.mobility.describe.profiles import pushes
from analysis.mobility.groups.outcomes import FEWEST
from analysis.mobility.sample import analysis_sample
from analysis.publish import site_files
from analysis.publish.widgets import places
from analysis.publish.widgets.cities import place_cities, read_cities
from analysis.publish.widgets.finder import SIMULATED, example, largest_zone, place_finder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Results go to a temporary project."""
    monkeypatch.setattr(site_files, "ROOT", tmp_path)
    monkeypatch.setattr(site_files, "RESULTS", tmp_path / "results")
    return tmp_path / "results" / "places"


@pytest.fixture(scope="module")
def contributions(simulated_study):
    zones = analysis_sample(simulated_study)
    random = np.random.default_rng(3)
    features = ["population", "gini", "single_mothers", "dropout_rate"]
    table = pd.DataFrame(random.normal(size=(len(zones), 4)), columns=features)
    table["intercept"] = 0.123456789
    table["log_odds"] = table.sum(axis=1)
    return table.assign(cz=zones["cz"])


def read(path):
    text = path.read_text(encoding="ascii")
    name, _, value = text.partition("=")
    assert name.startswith("window.") and value.endswith(";\n")
    return json.loads(value[:-2])


@pytest.mark.parametrize(
    ("number", "name", "state", "label"),
    [
        (6019, "Fresno", "CA", "Fresno County"),
        (22001, "Acadia", "LA", "Acadia Parish"),
        (24510, "Baltimore City", "MD", "Baltimore City"),
        (51750, "Radford", "VA", "Radford City"),
        (51036, "Charles City", "VA", "Charles City County"),
        (2020, "Anchorage", "AK", "Anchorage"),
        (11001, "District of Columbia", "DC", "District of Columbia"),
        (1001, "County 01001", "AL", "County 01001"),
    ],
)
def test_counties_are_named_as_people_say_them(number, name, state, label):
    assert places.county_label(number, name, state) == label


def test_every_zone_and_county_can_be_found(simulated_study):
    index = places.place_index(simulated_study.zones, simulated_study.counties)
    assert {row[0] for row in index["zones"]} == set(simulated_study.zones["cz"])
    assert {row[0] for row in index["counties"]} == set(simulated_study.counties["county"])
    assert {row[0] for row in index["states"]} == set(simulated_study.zones["state"])
    zone_of = simulated_study.counties.set_index("county")["cz"]
    state_of = simulated_study.counties.set_index("county")["state"]
    for county, _, zone, state in index["counties"]:
        assert index["zones"][zone][0] == zone_of[county]
        assert index["states"][state][0] == state_of[county]


def test_every_county_of_the_real_data_can_be_found(study):
    index = places.place_index(study.zones, study.counties)
    assert len(index["counties"]) == len(study.counties)
    fresno = next(row for row in index["counties"] if row[0] == 6019)
    assert fresno[1] == "Fresno County"
    assert index["zones"][fresno[2]][1] == "Fresno"


@pytest.fixture(scope="module")
def cities(study):
    return place_cities(read_cities(), study.counties)


# Cities and the counties that hold them, as the Census Bureau lists them.
HELD = {
    ("Cleveland", "OH"): 39035,
    ("San Jose", "CA"): 6085,
    ("The Bronx", "NY"): 36005,
    ("Brooklyn", "NY"): 36047,
    ("Miami", "FL"): 12086,
    ("New Orleans", "LA"): 22071,
    ("St. Louis", "MO"): 29510,
    ("Kansas City", "KS"): 20209,
    ("Kansas City", "MO"): 29095,
    ("Texarkana", "TX"): 48037,
    ("Texarkana", "AR"): 5091,
    ("Anchorage", "AK"): 2020,
    ("Honolulu", "HI"): 15003,
    ("Key West", "FL"): 12087,
    ("Norfolk", "VA"): 51710,
    ("Washington", "DC"): 11001,
    ("Broomfield", "CO"): 8013,
}


@pytest.mark.parametrize(("name", "state"), HELD)
def test_a_city_is_in_the_zone_of_its_county(study, cities, name, state):
    county = HELD[name, state]
    index = places.place_index(study.zones, study.counties, cities)
    row = next(
        entry
        for entry, names in zip(index["counties"], index["cities"], strict=True)
        if name in names and index["states"][entry[3]][0] == state
    )
    assert row[0] == county
    zone = study.counties.set_index("county").loc[county, "cz"]
    assert index["zones"][row[2]][0] == zone


def test_every_city_has_a_county_of_its_own_state(study, cities):
    known = read_cities()
    assert len(known) > 3_000
    assert len(cities) == len(known.drop_duplicates()) - 1  # two of one name in one county
    states = study.counties.set_index("county")["state"].loc[cities["county"]].to_numpy()
    told = set(zip(cities["name"], states, strict=True))
    assert told == set(known[["name", "state"]].itertuples(index=False, name=None))


def test_a_city_in_the_water_goes_to_the_nearest_county_of_its_state(study):
    sea = pd.DataFrame({"name": ["Sealand"], "state": ["NJ"], "lon": [-73.0], "lat": [39.4]})
    assert place_cities(sea, study.counties)["county"].tolist() == [34029]  # Ocean County
    assert place_cities(sea.assign(state="PR"), study.counties).empty


def test_made_up_zones_hold_no_cities(simulated_study):
    finder = place_finder(simulated_study)
    assert finder.cities is None
    assert places.place_index(simulated_study.zones, simulated_study.counties)["cities"] == []


def whole(folder):
    """The profiles with every state's part in its place, as the finder fills them in."""
    data = read(folder / "profiles.js")
    size = len(data["mobility"])
    tables = {"values": data["values"], "percentiles": data["percentiles"]}
    if data["contributions"]:
        tables["contributions"] = data["contributions"]["values"]
    if data["groups"]:
        tables["groups"] = data["groups"]["values"]
    for table in tables.values():
        assert all(row == [] for row in table)
        table[:] = [[None] * size for _ in table]
    seen = []
    for path in folder.glob("states/*.js"):
        text = path.read_text("utf-8").removeprefix("window.reportState(").removesuffix(");\n")
        part = json.loads(text)
        seen += part["at"]
        for name, table in tables.items():
            for row, cells in zip(table, part[name], strict=True):
                for at, cell in zip(part["at"], cells, strict=True):
                    row[at] = cell
    assert sorted(seen) == list(range(size))
    return data


def test_written_data_say_what_was_computed(simulated_study, contributions, folder):
    finder = place_finder(simulated_study, contributions=contributions)
    finder.write()
    index, data = read(folder / "index.js"), whole(folder)
    order = [row[0] for row in index["zones"]]
    zones = simulated_study.zones.set_index("cz").loc[order]
    for i, feature in enumerate(data["features"]):
        told = pd.Series(data["values"][i], dtype=float).to_numpy()
        assert told == pytest.approx(zones[feature["name"]].to_numpy(), rel=1e-9, nan_ok=True)
    told = pd.Series(data["later"], dtype=float).to_numpy()
    assert told == pytest.approx(zones["am_8385"].to_numpy(), rel=1e-9, nan_ok=True)
    told = finder.profiles.standing.loc[order, "national_below"]
    assert pd.Series(data["standing"]["national_below"], dtype=float).equals(
        told.reset_index(drop=True)
    )
    assert {order[i] for i, flag in enumerate(data["inSample"]) if flag} == set(
        simulated_study.sample.zones
    )
    near = finder.profiles.similar.groupby("cz")["neighbor"].apply(list)
    for cz, row in zip(order, data["similar"], strict=True):
        assert [order[at] for at, _, _ in row] == near[cz]


def test_written_contributions_still_add_up(simulated_study, contributions, folder):
    place_finder(simulated_study, contributions=contributions).write()
    told = whole(folder)["contributions"]
    parts = np.array([told["intercept"], *told["values"]], dtype=float)
    total = np.array(told["logOdds"], dtype=float)
    known = ~np.isnan(total)
    assert known.sum() == len(contributions)
    assert parts.sum(axis=0)[known] == pytest.approx(total[known], abs=1e-4)


def test_groups_are_told_where_enough_children_stand_behind_them(simulated_study, folder):
    finder = place_finder(simulated_study)
    finder.write()
    index, told = read(folder / "index.js"), whole(folder)["groups"]
    order = [row[0] for row in index["zones"]]
    columns = iter(told["values"])
    few = 0
    for group in told["items"]:
        own = finder.groups[finder.groups["group"] == group].set_index("cz").reindex(order)
        enough = (own["children"] >= FEWEST).to_numpy()
        few += (~enough).sum()
        for name in ("shrunken", "low", "high"):
            values = pd.Series(next(columns), dtype=float).to_numpy()
            assert (~np.isnan(values) == enough).all()
            assert values[enough] == pytest.approx(own[name].to_numpy()[enough], abs=0.0501)
            assert told["scale"][0] <= values[enough].min()
            assert values[enough].max() <= told["scale"][1]
        children = pd.Series(next(columns), dtype=float).to_numpy()
        assert children == pytest.approx(own["children"].to_numpy(), abs=0.501, nan_ok=True)
    assert few > 0
    assert told["fewest"] == FEWEST


def test_without_the_file_of_groups_nothing_is_said_of_them(simulated_study, folder):
    bare = place_finder(dataclasses.replace(simulated_study, by_group=None))
    bare.write()
    assert bare.groups is None and whole(folder)["groups"] is None
    rows = example(bare, largest_zone(bare.profiles))
    assert not rows["What"].str.contains("children of poor parents").any()


def test_a_page_without_any_large_group_has_no_groups(simulated_study):
    finder = place_finder(simulated_study)
    groups = finder.groups.assign(children=FEWEST - 1)
    assert places.profile_data(finder.profiles, finder.labels, groups=groups)["groups"] is None


def test_what_a_page_loads_is_small(study, folder):
    zones = analysis_sample(study)
    random = np.random.default_rng(0)
    every = pd.DataFrame(
        random.normal(size=(len(zones), len(zones.columns))), columns=zones.columns
    )
    features = place_finder(study).profiles.features
    heavy = every[list(features)].assign(intercept=0.1)
    heavy = heavy.assign(log_odds=heavy.sum(axis=1), cz=zones["cz"])
    place_finder(study, contributions=heavy).write()
    files = [path for path in folder.iterdir() if path.is_file()]
    sent = sum(len(gzip.compress(path.read_bytes())) for path in files)
    states = [len(gzip.compress(path.read_bytes())) for path in folder.glob("states/*.js")]
    assert sent < 150_000
    assert len(states) == study.zones["state"].nunique()
    assert max(states) < 60_000


def test_only_simulated_profiles_carry_a_warning(study, simulated_study):
    assert place_finder(study).warning == ""
    assert place_finder(simulated_study).warning == SIMULATED


def test_without_models_nothing_is_said_of_them(simulated_study, folder):
    place_finder(simulated_study).write()
    data = read(folder / "profiles.js")
    assert data["predictions"] is data["contributions"] is data["clusters"] is None


def test_an_example_for_paper_says_what_the_finder_says(simulated_study, contributions):
    finder = place_finder(simulated_study, contributions=contributions)
    profiles = finder.profiles
    zone = largest_zone(profiles)
    sample = analysis_sample(simulated_study)
    assert zone["cz"] == sample.loc[sample["population"].idxmax(), "cz"]
    rows = dict(example(finder, zone).itertuples(index=False))
    up, _, _ = pushes(profiles.contributions.loc[zone["cz"]])
    title = simulated_study.codebook.loc[up.index[0], "title"]
    assert rows["Pushes its prediction up"].startswith(f"{title} (+")
    assert rows["Children born three years later"] == f"Rank {zone['am_8385']:.1f} on average"
    groups = finder.groups[finder.groups["cz"] == zone["cz"]].set_index("group")
    white = groups.loc["white"]
    assert rows["White children of poor parents"] == (
        f"Rank {white['shrunken']:.1f} (95% interval {white['low']:.1f} to {white['high']:.1f}), "
        f"{white['children']:,.0f} children counted"
    )
    below = sample_share(simulated_study.zones, zone["am"])
    assert rows["Among children"].startswith(f"{100 * below:.0f}% of the country's children")


def sample_share(zones, mobility):
    """Share of the children of zones with an estimate who live where it is lower."""
    known = zones.dropna(subset=["am"])
    return known.loc[known["am"] < mobility, "children"].sum() / known["children"].sum()


def test_paper_says_where_children_are_too_few(simulated_study):
    finder = place_finder(simulated_study)
    few = finder.groups.query("group == 'black' and children < @FEWEST")["cz"].iloc[0]
    zone = finder.profiles.zones.set_index("cz", drop=False).loc[few]
    rows = dict(example(finder, zone).itertuples(index=False))
    assert rows["Black children of poor parents"] == "Too few children to say"
