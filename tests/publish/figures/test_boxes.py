"""Boxes and bands draw the numbers that they are given."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.publish.figures.bands import add_band
from analysis.publish.figures.boxes import quantile_boxes
from analysis.scorecard.card.card import codes_on_card
from tests.scorecard.conftest import card_study  # noqa: F401

PARTS = {True: ("Poor", "poor"), False: ("Others", "nonpoor")}


def test_boxes_are_the_weighted_quantiles_of_the_held_out(card_study):  # noqa: F811
    """Recomputed by repeating each household by its weight."""
    study = card_study
    test = study.survey.take(study.is_test)
    score = np.zeros(len(test), dtype=int)
    for question, codes in zip(
        study.card.questions, codes_on_card(study.card, test).T, strict=True
    ):
        score += np.array(question.points)[codes]
    p = (np.array(study.card.lines[0].lookup.regions) / 1000)[test.region, score]
    poor = test.lines[0].poor
    times = np.maximum(1, np.round(200 * test.weight / test.weight.mean()).astype(int))
    table = study.evaluation.boxes.query("kind == 'national'")
    plot = quantile_boxes(table, "group", split="poor", parts=PARTS)
    for trace, who in zip(plot.data, (poor, ~poor), strict=True):
        every = np.repeat(p[who], times[who])
        for name, q in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
            (drawn,) = getattr(trace, name)
            near = np.quantile(every, [q - 0.01, q + 0.01])
            assert near[0] - 1e-9 <= drawn <= near[1] + 1e-9


def test_rows_keep_the_order_of_the_table(card_study):  # noqa: F811
    table = card_study.evaluation.boxes.query("kind == 'region'")[::-1]
    plot = quantile_boxes(table, "group", split="poor", parts=PARTS)
    assert list(plot.layout.yaxis.categoryarray) == list(dict.fromkeys(table["group"]))
    assert plot.layout.yaxis.autorange == "reversed"


def test_a_band_leaves_out_points_without_an_interval():
    plot = go.Figure()
    x, low, high = (pd.Series(v) for v in ([0, 1, 2], [np.nan, 1, 2], [np.nan, 3, 5]))
    add_band(plot, x, low, high, "#123456")
    assert list(plot.data[0].x) == [1, 2, 2, 1]
    assert list(plot.data[0].y) == [1, 2, 5, 3]
