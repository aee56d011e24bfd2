"""What the maps of forecasts and of counties say, on known predictions."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.mobility.folds import SCHEMES, STATES
from analysis.mobility.merge import analysis_sample
from analysis.publish.exhibits import county_map, forecast_maps
from analysis.publish.exhibits.forecasts import MODEL, analysed, cards, forecasts, same
from analysis.publish.findings import maps_headline


@pytest.fixture(scope="module")
def models(simulated_study):
    """Forecasts that are wrong for every fifth zone, and five ranks too low for the third."""
    zones = analysis_sample(simulated_study)
    turn = np.arange(len(zones)) % 5 == 0
    columns = pd.DataFrame({"cz": zones["cz"], "cluster": 1})
    for short, wrong in (("random", ~turn), ("states", turn)):
        label = zones["label_binary"].to_numpy()
        columns[f"binary_{short}"] = np.where(wrong, 1 - label, label)
        columns[f"binary_{short}_probability"] = columns[f"binary_{short}"] * 0.6 + 0.2
        columns[f"quartile_{short}"] = (zones["label_quartile"].to_numpy() + wrong) % 4
        columns[f"quartile_{short}_expected"] = 1.5
    predicted = zones["am"].to_numpy() + np.where(np.arange(len(zones)) == 3, -5, 0.5)
    ranks = [
        pd.DataFrame(
            {
                "cz": zones["cz"],
                "model": MODEL,
                "scheme": scheme,
                "am": zones["am"],
                "predicted": predicted if scheme == STATES else 0.0,
            }
        )
        for scheme in SCHEMES
    ]
    return SimpleNamespace(
        study=simulated_study,
        zones=zones,
        zone_columns=columns,
        rank_regression=SimpleNamespace(predictions=pd.concat(ranks)),
    )


def test_every_zone_is_there_and_forecasts_leave_its_state_out(models):
    table = forecasts(models)
    assert len(table) == len(models.study.zones) == 741
    known = analysed(table)
    assert set(known["cz"]) == set(models.zones["cz"])
    share = np.mean(np.arange(len(known)) % 5 != 0)
    assert same(table, "binary").mean() == pytest.approx(share)
    assert same(table, "quartile").mean() == pytest.approx(share)


def test_error_is_actual_less_forecast_and_the_largest_miss_is_named(models):
    table = forecasts(models)
    worst = forecast_maps.largest_misses(table, 1).iloc[0]
    assert worst["cz"] == models.zones["cz"][3]
    assert worst["error"] == pytest.approx(5)
    assert f"{worst['zone']}, {worst['state']}" in maps_headline(models)
    assert "5.0 higher than forecast" in maps_headline(models)


def test_card_says_the_same_on_every_map(models):
    table = forecasts(models)
    told = cards(table)
    inside = told[table["predicted"].notna()]
    for line in ("Upward mobility", "Actual label", "Forecast label", "Chance of above the mean"):
        assert inside.str.contains(f"<br>{line}: ").all()
    assert inside.str.endswith("In the minority sample: yes").all()
    assert told[~table["in_sample"]].str.contains("no, so without a forecast").all()
    exhibit = forecast_maps.labels(models)
    for version in exhibit.versions:
        shown = {
            int(place): text
            for trace in version.plot.data[:-1]
            for place, text in zip(trace.locations, trace.text, strict=True)
        }
        assert shown == dict(zip(table["cz"], told, strict=True))


def test_table_of_a_map_counts_every_zone_once(models):
    rows = forecast_maps.quarters(models).by_state
    for word in ("Actual", "Forecast"):
        counts = rows.filter(like=f"{word}: ").sum(axis=1)
        assert (counts == rows["Zones"]).all()
    assert rows["Zones"].sum() == len(models.zones)


def test_share_inside_zones_against_a_plain_sum():
    table = pd.DataFrame({"cz": [1, 1, 2, 2], "children": [1.0, 3, 2, 2], "am": [30.0, 50, 40, 44]})
    grand = (30 + 150 + 80 + 88) / 8
    total = (
        (30 - grand) ** 2 + 3 * (50 - grand) ** 2 + 2 * (40 - grand) ** 2 + 2 * (44 - grand) ** 2
    )
    inside = (30 - 45) ** 2 + 3 * (50 - 45) ** 2 + 2 * (40 - 42) ** 2 + 2 * (44 - 42) ** 2
    assert county_map.share_inside_zones(table) == pytest.approx(inside / total)


def test_map_of_counties_tells_of_those_that_became_part_of_others(study):
    figure = county_map.counties(study)
    told = " ".join(text for trace in figure.plot.data[:-1] for text in trace.text)
    assert "Bedford City, now part of it" in told
    assert "Bedford City is within Bedford" in figure.caption
    places = [place for trace in figure.plot.data[:-1] for place in trace.locations]
    assert len(places) == len(set(places)) == len(study.counties) - 2
