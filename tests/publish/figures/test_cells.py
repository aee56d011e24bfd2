"""Heat maps as bars: the same cells, colors and words."""

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from analysis.publish.drawing.figure_html import figure_html
from analysis.publish.figures.cells import cells_as_bars

VALUES = pd.DataFrame(
    [[0.1, 0.25, np.nan], [0.4, 0.5, 1.0]], index=["upper", "lower"], columns=["u", "v", "w"]
)


def heat_map(**options):
    return px.imshow(VALUES, zmin=0, zmax=1, aspect="auto", text_auto=".2f", **options)


def places(figure) -> dict[str, tuple[float, float]]:
    """Where the middle of each cell's text stands in a figure, in pixels."""
    corner, found = figure.bounding_box(), {}
    for text in figure.locator(".heatmap-label text, .bartext").all():
        box = text.bounding_box()
        x, y = box["x"] + box["width"] / 2 - corner["x"], box["y"] + box["height"] / 2 - corner["y"]
        found[text.text_content()] = (x, y)
    return dict(sorted(found.items()))


def test_each_cell_but_empty_ones_stands_where_it_stood(visit, make_page):
    made = [heat_map(), cells_as_bars(heat_map())]
    page = visit(viewport={"width": 700, "height": 900}).page
    page.goto(
        make_page(*(figure_html(f, draw=False, alt="x", name=str(n)) for n, f in enumerate(made)))
    )
    page.wait_for_selector('[data-name="1"][data-drawn="true"]')
    found = [places(figure) for figure in page.locator(".report-figure").all()]
    assert list(found[1]) == ["0.10", "0.25", "0.40", "0.50", "1.00"]
    for words, place in found[1].items():
        assert np.allclose(place, found[0][words], atol=3), words


def test_hovering_names_row_column_and_value(visit, make_page):
    plot = heat_map().update_traces(hovertemplate="%{y}, %{x}: %{z:.2f}<extra></extra>")
    page = visit(viewport={"width": 700, "height": 900}).page
    page.goto(make_page(figure_html(cells_as_bars(plot), draw=False, alt="x", name="heat")))
    page.wait_for_selector('[data-drawn="true"]')
    page.locator(".bars .point").nth(2).hover(force=True)
    page.locator(".hovertext").wait_for()
    assert page.locator(".hoverlayer").text_content() == "lower, u: 0.40"


def test_colors_are_those_of_the_values_and_other_figures_are_left_alone():
    bars = cells_as_bars(heat_map(color_continuous_scale=["#000", "#fff"]))
    assert np.allclose(bars.data[0].marker.color, [0.1, 0.25, 0.4, 0.5, 1.0])
    assert bars.layout.coloraxis.cmin == 0 and bars.layout.coloraxis.cmax == 1
    line = go.Figure(go.Scatter(x=[1], y=[2]))
    assert cells_as_bars(line) is line
