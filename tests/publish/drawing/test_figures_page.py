"""Figures in a real browser that has no network."""

import pandas as pd
import plotly.graph_objects as go
import pytest
from axe_playwright_python.sync_playwright import Axe

from analysis.publish.drawing.figure_html import figure_html
from analysis.publish.figures.maps import zone_map


@pytest.fixture(scope="module")
def zones(here_study):
    zones = here_study.zones.copy()
    # The first zone gets the name that nobody should have.
    zones.loc[0, "zone"] = '<img src=x onerror="alert(1)"> & <b>Co</b>'
    return zones


@pytest.fixture(scope="module")
def mobility_map(zones):
    return figure_html(
        zone_map(zones, "am", unit="Average rank"), draw=False, alt="A map", name="map"
    )


def drawn(visit, address, name="map"):
    visit.page.goto(address)
    visit.page.wait_for_selector(f'[data-name="{name}"][data-drawn="true"]', timeout=60_000)
    return visit.page


@pytest.mark.parametrize("width", [1280, 390])
def test_map_draws_every_zone_and_asks_nobody(visit, make_page, mobility_map, width):
    one = visit(viewport={"width": width, "height": 900})
    page = drawn(one, make_page(mobility_map))
    shapes = page.locator("[data-name=map] .choroplethlayer path")
    assert shapes.count() == 741
    sizes = shapes.evaluate_all(
        "all => all.map(node => node.getBBox()).map(box => [box.width, box.height])"
    )
    assert all(width > 0 or height > 0 for width, height in sizes)
    # A ring that ran the wrong way round would cover the whole map.
    box = page.locator("[data-name=map] .report-figure-plot").bounding_box()
    assert max(size[0] for size in sizes) < box["width"] / 3
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert one.outside == []
    assert one.complaints == []


def test_map_of_counties_draws_each_from_shapes_of_its_own(visit, make_page, here_study):
    counties = here_study.counties
    frame = pd.DataFrame(
        {
            "cz": counties["county"],
            "zone": counties["county_name"],
            "state": counties["state"],
            "am": counties["am"],
        }
    )
    plot = zone_map(frame, "am", unit="Average rank", shapes="counties")
    one = visit(viewport={"width": 1280, "height": 900})
    page = drawn(one, make_page(figure_html(plot, draw=False, alt="A map", name="map")))
    missing = len(set(counties["county"]) & {51515, 51560, 51780})  # now part of others
    shapes = page.locator("[data-name=map] .choroplethlayer path[d]:not([d=''])")
    assert shapes.count() == len(frame) - missing
    assert not any("zones.js" in url for url in one.requests)
    assert one.outside == []


def test_hover_shows_the_card_and_hostile_names_as_text(visit, make_page, zones):
    """Every zone gets the hostile name, so that the pointer can't miss it."""
    hostile = zones.assign(zone=zones.loc[0, "zone"])
    markup = figure_html(
        zone_map(hostile, "am", unit="Average rank"), draw=False, alt="A", name="map"
    )
    one = visit(viewport={"width": 1280, "height": 900})
    page = drawn(one, make_page(markup))
    box = page.locator("[data-name=map] .choroplethlayer").bounding_box()
    page.mouse.move(box["x"] + 0.55 * box["width"], box["y"] + 0.4 * box["height"])
    page.wait_for_selector("[data-name=map] .hoverlayer .hovertext")
    card = page.locator("[data-name=map] .hoverlayer").text_content()
    assert zones.loc[0, "zone"] in card
    assert "Average rank: " in card
    assert "National percentile: " in card
    assert page.locator("[data-name=map] img").count() == 0
    assert one.complaints == []


def test_drawn_figures_are_described_and_accessible(visit, make_page, mobility_map):
    line = figure_html(
        go.Figure(go.Scatter(x=[1, 2], y=[1, 2])), draw=False, alt="A line", name="line"
    )
    one = visit(viewport={"width": 390, "height": 900})
    page = drawn(one, make_page(line, mobility_map))
    labels = page.locator("[role=img]").evaluate_all("all => all.map(node => node.ariaLabel)")
    assert labels == ["A line", "A map"]
    violations = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in violations] == []


def test_nothing_is_offered_that_leaves_the_page(visit, make_page, mobility_map):
    one = visit(viewport={"width": 1280, "height": 900})
    page = drawn(one, make_page(mobility_map))
    titles = page.locator(".modebar-btn").evaluate_all("all => all.map(b => b.dataset.title)")
    assert titles
    assert not [t for t in titles if "loud" in t or "Share" in t or "Edit" in t]


def test_figures_below_are_drawn_when_scrolled_to_and_before_printing(visit, make_page):
    figure = figure_html(
        go.Figure(go.Scatter(x=[1, 2], y=[1, 2])), draw=False, alt="A line", name="one"
    )
    gap = '<div style="height: 4000px"></div>'
    second, third = figure.replace('"one"', '"two"'), figure.replace('"one"', '"three"')
    one = visit(viewport={"width": 1280, "height": 900})
    page = drawn(one, make_page(figure, gap, second, gap, third), "one")
    assert page.locator("[data-drawn]").count() == 1
    page.locator("[data-name=two]").scroll_into_view_if_needed()
    page.wait_for_selector('[data-name=two][data-drawn="true"]')
    assert page.locator("[data-drawn]").count() == 2
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_selector('[data-name=three][data-drawn="true"]', state="attached")
    assert one.complaints == []


def test_a_figure_turns_dark_with_its_page(visit, make_page, mobility_map):
    one = visit(viewport={"width": 1280, "height": 900})
    page = drawn(one, make_page(mobility_map))
    turned = "getComputedStyle(document.querySelector('.report-figure-plot')).filter"
    assert page.evaluate(turned) == "none"
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate(turned).startswith("invert(0.91)")
    page.emulate_media(media="print")
    assert page.evaluate(turned) == "none"


def test_missing_shapes_are_said_and_do_not_stop_other_figures(visit, make_page, mobility_map):
    figure = figure_html(
        go.Figure(go.Scatter(x=[1, 2], y=[1, 2])), draw=False, alt="A line", name="line"
    )
    one = visit(viewport={"width": 1280, "height": 900})
    address = make_page(mobility_map, figure)
    one.page.route("**/zones.js", lambda route: route.fulfill(body=""))
    drawn(one, address, "line")
    assert one.page.get_attribute("[data-name=map]", "data-drawn") == "error"
    assert "could not be drawn" in one.page.inner_text("[data-name=map]")
    assert any("shapes" in complaint for complaint in one.complaints)
