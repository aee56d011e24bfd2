"""Layouts for narrow pages: their text inside the frame, measured in the drawn picture."""

import json

import plotly.express as px
import plotly.graph_objects as go
import pytest

from analysis.publish.drawing import phone_layout, site_images
from analysis.publish.figures.cells import cells_as_bars
from analysis.publish.figures.marks import four_panels, interval_dots
from analysis.publish.figures.style import use_template

TITLES = [f"A name that takes some room, {n}" for n in range(4)]
TEXT = """() => {
  const svg = document.querySelector("svg").getBoundingClientRect();
  return [...document.querySelectorAll("text")].filter(one => one.textContent.trim()).map(one => {
    const box = one.getBoundingClientRect();
    return [one.textContent, box.left, box.top, svg.right - box.right, svg.bottom - box.bottom];
  });
}"""


def rows():
    names = [f"A trait of zones with a long name, {n}" for n in range(9)]
    names[4] = (
        "Zones with one county whose share<br>of residents in 2000 is<br>below the mean over all"
    )
    plot = interval_dots(names, range(9), range(-1, 8), range(1, 10))
    return plot.update_xaxes(title="A long title of an axis that has to be set in several lines")


def panels():
    plot = four_panels(TITLES)
    for n in range(4):
        plot.add_scatter(x=[1, 2], y=[3, 4], row=n // 2 + 1, col=n % 2 + 1)
    return plot


def in_a_row():
    use_template()
    long = [(k, f"Panel {n}", k / 9) for n in range(3) for k in range(9)]
    rows = [{"Groups": k, "name": name, "value": share} for k, name, share in long]
    plot = px.line(rows, x="Groups", y="value", facet_col="name", height=300)
    return plot.for_each_annotation(lambda note: note.update(text=note.text.split("=")[1]))


def heat():
    use_template()
    names = [f"A trait with a long name, {n}" for n in range(6)]
    return cells_as_bars(px.imshow([[1, 2, 3]] * 6, y=names, x=["one", "two", "three"]))


def bars():
    use_template()
    names = [f"A kind of community {n}" for n in range(4)]
    legend = {"orientation": "h", "y": 1.1, "title": {"text": "Mobility of the zones"}}
    plot = go.Figure(layout={"barmode": "stack", "showlegend": True, "legend": legend})
    for part in ("low", "medium", "high", "excellent"):
        plot.add_bar(x=[1, 2, 3, 4], y=names, name=part, orientation="h")
    return plot


@pytest.mark.parametrize("make", [rows, panels, in_a_row, heat, bars])
def test_all_text_stands_inside_the_frame(make, visit):
    figure, page = json.loads(make().to_json()), visit().page
    for drawn in site_images.pictures(figure, phone_layout.layout(figure), "narrow-test"):
        page.set_content((site_images.FIGURES / drawn.file).read_text("utf-8"))
        outside = [found for found in page.evaluate(TEXT) if min(found[1:]) < -1]
        assert outside == [], drawn.width


def test_names_stand_above_their_rows_and_the_figure_stays_as_it_was():
    figure = json.loads(rows().to_json())
    before = json.dumps(figure)
    made = phone_layout.layout(figure)
    assert json.dumps(figure) == before
    assert made["yaxis"]["showticklabels"] is False
    assert len(made["annotations"]) == 9
    assert made["height"] >= 9 * phone_layout.ROW


def test_a_heat_map_keeps_its_names_beside_its_rows():
    made = phone_layout.layout(json.loads(heat().to_json()))
    assert made["yaxis"].get("showticklabels", True)
    assert "annotations" not in made


def test_panels_in_a_row_stand_below_one_another():
    made = phone_layout.layout(json.loads(in_a_row().to_json()))
    domains = [made[key]["domain"] for key in ("yaxis", "yaxis2", "yaxis3")]
    assert domains[0][0] > domains[1][1] > domains[1][0] > domains[2][1]
    assert made["xaxis3"]["domain"] == [0, 1]
