"""Maps of forecasts and of counties tell each place the same everywhere, and count it once."""

import numpy as np
import pytest

from analysis.mobility.sample import QUARTILES, with_labels
from analysis.publish.figures.county_map import county_map, without_shape
from analysis.publish.figures.forecast_maps import class_rows, forecast_cards


@pytest.fixture(scope="module")
def forecasts(simulated_study):
    """Every zone, a forecast for those of the sample: one class too high for every fifth."""
    zones = simulated_study.zones
    zones = with_labels(zones.dropna(subset=["am"])).assign(
        in_sample=lambda frame: frame["cz"].isin(simulated_study.sample.zones)
    )
    wrong = np.arange(len(zones)) % 5 == 0
    return zones.assign(
        predicted=(zones["am"] + 0.5).where(zones["in_sample"]),
        binary_states=zones["label_binary"],
        binary_states_probability=0.004,
        quartile_states=(zones["label_quartile"] + wrong) % 4,
    )


def test_cards_tell_forecasts_where_there_are_any(forecasts):
    cards = forecast_cards(forecasts)
    inside = cards[forecasts["in_sample"]]
    for line in ("Upward mobility", "Actual label", "Forecast label"):
        assert inside.str.contains(f"<br>{line}: ").all()
    assert inside.str.contains("<br>Chance of above the mean: under 1%").all()
    assert inside.str.endswith("In the minority sample: yes").all()
    assert cards[~forecasts["in_sample"]].str.contains("no, so without a forecast").all()


def test_table_of_a_map_counts_every_zone_once(forecasts):
    rows = class_rows(forecasts, "label_quartile", "quartile_states", QUARTILES)
    for word in ("Actual", "Forecast"):
        assert (rows.filter(like=f"{word}: ").sum(axis=1) == rows["Zones"]).all()
    assert rows["Zones"].sum() == len(forecasts)
    assert rows["Same"].sum() == np.sum(np.arange(len(forecasts)) % 5 != 0)


def test_map_of_counties_tells_of_those_that_became_part_of_others(study):
    plot = county_map(study.counties, unit="Rank")
    told = " ".join(text for trace in plot.data[:-1] for text in trace.text)
    assert "Bedford City, now part of it" in told
    names = study.counties.set_index("county")["county_name"]
    assert "Bedford City" in set(names[list(without_shape(study.counties))])
    places = [place for trace in plot.data[:-1] for place in trace.locations]
    assert len(places) == len(set(places)) == len(study.counties) - 2
