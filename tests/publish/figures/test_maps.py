"""Maps as figures, before they are drawn."""

import numpy as np
import pandas as pd
import pytest

from analysis.publish.figures.maps import (
    card,
    class_colors,
    zone_class_map,
    zone_map,
    zone_marker_map,
)
from analysis.publish.figures.style import mobility_steps, tokens
from analysis.publish.text.escape import plotly_text

HOSTILE = '<script>alert(1)</script> & <b>"x"</b> \u202egnp'


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "cz": [100, 200, 301, 302],
            "zone": ["A", HOSTILE, "C", "D"],
            "state": ["TN", "TN", "VA", "VA"],
            "am": [30.0, 40.0, 60.0, np.nan],
            "group": [0, 1, 1, np.nan],
        }
    )


def test_zones_with_a_value_are_shaded_and_the_others_grey(frame):
    shaded, missing, states = zone_map(frame, "am", unit="Rank").data
    assert list(shaded.locations) == ["100", "200", "301"]
    assert list(shaded.z) == [30.0, 40.0, 60.0]
    assert list(missing.locations) == ["302"]
    assert missing.colorscale[0][1] == tokens()["mobility-missing"]
    assert missing.name == "No estimate"
    assert states.meta["geometry"] == "states"


def test_no_grey_trace_where_nothing_is_missing(frame):
    assert len(zone_map(frame.dropna(), "am", unit="Rank").data) == 2


def test_colors_run_from_low_to_high(frame):
    shaded = zone_map(frame, "am", unit="Rank").data[0]
    steps = mobility_steps()
    assert (shaded.colorscale[0][1], shaded.colorscale[-1][1]) == (steps[0], steps[-1])
    assert shaded.zmin < shaded.zmax


def test_scale_ends_at_round_values_near_the_limits(frame):
    shaded = zone_map(frame, "am", unit="Rank", limits=(34.2, 56.1)).data[0]
    assert list(shaded.colorbar.tickvals) == [35, 40, 45, 50, 55]
    assert (shaded.zmin, shaded.zmax) == (35, 55)
    assert shaded.colorbar.ticktext[0] == "≤ 35<br>low"
    assert shaded.colorbar.ticktext[-1] == "≥ 55<br>high"


@pytest.mark.parametrize("limits", [(0.001, 0.0093), (-3.0, 3.0), (12, 980), (0.2, 0.21)])
def test_ticks_are_few_and_span_the_limits(frame, limits):
    ticks = np.array(zone_map(frame, "am", unit="x", limits=limits).data[0].colorbar.tickvals)
    assert 3 <= len(ticks) <= 10
    step = ticks[1] - ticks[0]
    assert np.abs(ticks[[0, -1]] - limits).max() <= step / 2 + 1e-9


def test_hover_card_has_zone_state_value_and_percentile(frame):
    text = zone_map(frame, "am", unit="Rank").data[0].text
    assert text[0] == "<b>A</b>, TN<br>Rank: 30.0<br>National percentile: 17"
    assert "National percentile: 83" in text[2]


def test_hostile_names_are_text(frame):
    for fig in (
        zone_map(frame, "am", unit="Rank"),
        zone_class_map(frame, "group", unit="x", labels=["a", "b"]),
    ):
        cards = "".join(text for trace in fig.data[:-1] for text in trace.text)
        assert "<script" not in cards
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in cards
        assert "\u202e" not in cards


def test_plotly_text_keeps_ordinary_names_as_they_are():
    assert plotly_text("Doña Ana, Coeur d'Alene") == "Doña Ana, Coeur d'Alene"


def test_classes_have_a_legend_in_words_and_their_colors(frame):
    fig = zone_class_map(frame, "group", unit="Label", labels=["below <mean", "above mean"])
    low, high, missing = fig.data[:3]
    assert [t.name for t in (low, high, missing)] == ["below &lt;mean", "above mean", "No estimate"]
    assert list(high.locations) == ["200", "301"]
    assert low.colorscale[0][1] == mobility_steps()[0]
    assert high.colorscale[0][1] == mobility_steps()[-1]
    assert all(t.showlegend for t in (low, high, missing))
    assert low.text[0] == "<b>A</b>, TN<br>Label: below &lt;mean"


def test_further_columns_stand_in_the_hover_card(frame):
    hover = {"am": "Rank"}
    fig = zone_class_map(frame, "group", unit="x", labels=["a", "b"], hover=hover)
    assert fig.data[0].text[0] == "<b>A</b>, TN<br>x: a<br>Rank: 30.0"


def test_quartiles_have_four_colors_and_other_counts_none():
    assert class_colors(4) == tuple(mobility_steps())
    with pytest.raises(ValueError, match="not for 3"):
        class_colors(3)


def lightness(color: str) -> float:
    """CIE L* of an sRGB color, 0 (black) to 100."""
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return 116 * np.cbrt(luminance) - 16


def test_order_of_the_colors_is_kept_in_grey_print():
    steps = [lightness(color) for color in mobility_steps()]
    assert all(np.diff(steps) < -9)
    assert lightness(tokens()["mobility-missing"]) - steps[0] > 15


def test_whole_cards_take_the_place_of_the_usual_ones(frame):
    told = pd.Series([card(row.zone, row.state, {"Rank": "<1>"}) for row in frame.itertuples()])
    for fig in (
        zone_map(frame, "am", unit="Rank", cards=told, missing="Outside"),
        zone_class_map(frame, "group", unit="x", labels=["a", "b"], cards=told, missing="Outside"),
    ):
        shown = {
            place: text
            for trace in fig.data[:-1]
            for place, text in zip(trace.locations, trace.text, strict=True)
        }
        assert shown == dict(zip(["100", "200", "301", "302"], told, strict=True))
        assert fig.data[-2].name == "Outside"


def test_card_shows_hostile_text_as_text():
    told = card(HOSTILE, HOSTILE, {HOSTILE: HOSTILE})
    assert "<script" not in told
    assert told.count("&lt;script&gt;alert(1)") == 4
    assert "\u202e" not in told


def test_map_of_counties_names_their_shapes(frame):
    fig = zone_map(frame, "am", unit="Rank", shapes="counties")
    assert [trace.meta["geometry"] for trace in fig.data] == [
        "counties",
        "counties",
        "county_states",
    ]


def test_markers_are_drawn_big_ones_first_and_their_area_follows_the_number(frame):
    places = frame.assign(lon=[-90.0, -91, -92, -93], lat=40.0, children=[100, 6400, 1600, np.nan])
    fig = zone_marker_map(
        places,
        "group",
        unit="Quarter",
        labels=["low", "high"],
        size="children",
        cards=frame["zone"].map(plotly_text),
    )
    markers = next(trace for trace in fig.data if trace.type == "scattergeo" and trace.text)
    assert list(markers.lon) == [-91, -92, -90]
    sizes = np.array(markers.marker.size)
    assert sizes[0] / sizes[1] == pytest.approx(2, rel=0.01)
    assert list(markers.marker.color[1:]) == [mobility_steps()[-1], mobility_steps()[0]]
    legend = [trace.name for trace in fig.data if trace.showlegend is not False and trace.name]
    assert legend == ["low", "high", "No estimate"]
