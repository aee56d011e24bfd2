"""Markup of figures."""

import json
from html.parser import HTMLParser

import plotly.graph_objects as go
import pytest

from analysis.publish.drawing.figure_html import figure_html
from analysis.publish.text.script import json_script

HOSTILE = "</script><script>alert(1)</script><!-- & \u2028 \"'"


class Reader(HTMLParser):
    """Elements with their attributes, and the text of the JSON script."""

    def __init__(self, markup):
        super().__init__()
        self.elements, self.json, self.text = [], "", ""
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.elements[-1][0] == "script":
            self.json += data
        else:
            self.text += data


@pytest.fixture
def figure():
    return go.Figure(
        go.Scatter(x=[1, 2], y=[3.5, None], text=[HOSTILE, "b"]),
        layout={"height": 300, "width": 900},
    )


def test_json_cannot_leave_its_script_and_is_read_back_whole(figure):
    markup = figure_html(figure, draw=False, alt=HOSTILE, name='n" onclick="x')
    read = Reader(markup)
    assert [tag for tag, _ in read.elements].count("script") == 1
    assert json.loads(read.json)["data"][0]["text"] == [HOSTILE, "b"]
    assert "\n" not in markup


@pytest.mark.parametrize("value", [HOSTILE, {"a": [1, None, True, "ü – 中"]}])
def test_json_script_is_the_same_value(value):
    text = json_script(value)
    assert json.loads(text) == value
    assert not set("<>&\u2028\u2029") & set(text)


def test_markup_has_role_label_and_height(figure):
    read = Reader(figure_html(figure, draw=False, alt="What\n it  shows", name="one"))
    attributes = [attrs for _, attrs in read.elements]
    assert attributes[0] == {"class": "report-figure", "data-name": "one"}
    plot = next(attrs for attrs in attributes if attrs.get("role") == "img")
    assert plot["aria-label"] == "What it shows"
    assert plot["style"] == "--report-figure-height: 300px"
    assert "width" not in json.loads(read.json)["layout"]


def test_maps_are_marked(figure):
    figure.add_choropleth(meta={"geometry": "zones"})
    read = Reader(figure_html(figure, draw=False, alt="a", name="one"))
    assert read.elements[0][1]["class"] == "report-figure report-map"
    assert read.elements[0][1]["data-shapes"] == "zones"
    assert "geojson" not in read.json


def test_the_figure_itself_is_left_as_it_was(figure):
    before = figure.to_json()
    figure_html(figure, draw=False, alt="a", name="one")
    assert figure.to_json() == before
