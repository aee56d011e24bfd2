"""Curves of scores."""

import pandas as pd
import pytest

from analysis.publish.figures.prediction import learning_curves, roc_curves
from analysis.publish.figures.style import tokens


def test_each_model_has_its_curve_and_the_first_the_color():
    table = pd.DataFrame({"wrong": [0, 1, 0, 1], "found": [0, 1, 0.5, 1], "Model": list("aabb")})
    plot = roc_curves(table, "wrong", "found")
    assert [trace.name for trace in plot.data] == ["a", "b"]
    assert list(plot.data[1].y) == [0.5, 1]
    assert plot.data[0].line.color == tokens()["accent"] != plot.data[1].line.color


def test_intervals_reach_their_ends_and_lines_are_named():
    table = pd.DataFrame(
        {"scheme": ["at random"] * 2, "zones": [10, 20], "estimate": [0.7, 0.8]}
    ).assign(ci_low=[0.6, 0.75], ci_high=[0.9, 0.95])
    plot = learning_curves(table, {"at random": "#123456"}, "Zones", "Accuracy")
    bars = plot.data[0].error_y
    assert list(bars.array) == pytest.approx([0.2, 0.15])
    assert list(bars.arrayminus) == pytest.approx([0.1, 0.05])
    assert plot.layout.annotations[0].x == 20
    assert plot.layout.annotations[0].font.color == plot.data[0].line.color == "#123456"
