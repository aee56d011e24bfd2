"""Figures that a page shows as pictures, until a reader reaches for them."""

import gzip
import re
import xml.etree.ElementTree as ET

import plotly.graph_objects as go
import pytest
from axe_playwright_python.sync_playwright import Axe

from analysis.paths import PROCESSED, ROOT
from analysis.publish.drawing.figure_html import figure_html
from tests.phone import PHONE, SHIFTS

LIVE = '[data-name="line"][data-drawn="true"]'


@pytest.fixture(scope="module")
def line():
    plot = go.Figure(go.Scatter(x=[1, 2], y=[3, 4]), layout={"height": 300})
    return figure_html(plot, alt="A line that rises", name="line")


def opened(visit, make_page, markup, **options):
    one = visit(**options)
    one.page.goto(make_page(markup, "<p>Below</p>"))
    one.page.wait_for_function("document.querySelector('.report-picture').naturalWidth > 0")
    return one, one.page


def loaded(one, name):
    return any(name in address for address in one.requests)


def test_nothing_but_a_picture_is_loaded_until_the_mouse_rests_on_it(visit, make_page, line):
    one, page = opened(visit, make_page, line, viewport={"width": 1280, "height": 900})
    assert not loaded(one, "plotly")
    assert [address for address in one.requests if "/figures/" in address] != []
    before = page.locator("p", has_text="Below").bounding_box()
    page.hover(".report-picture")
    page.wait_for_selector(LIVE)
    assert page.locator("svg.main-svg").first.is_visible()
    assert not page.locator(".report-picture").is_visible()
    assert page.locator("p", has_text="Below").bounding_box() == before
    assert page.evaluate(SHIFTS) == 0
    assert one.outside == []
    assert one.complaints == []


def test_the_keyboard_makes_it_live(visit, make_page, line):
    _, page = opened(visit, make_page, line)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Explore"
    page.wait_for_selector(LIVE)
    labels = page.locator("[role=img]").evaluate_all("all => all.map(node => node.ariaLabel)")
    assert labels == ["A line that rises"]
    assert Axe().run(page).response["violations"] == []


def test_a_phone_gets_the_narrow_picture_and_a_tap_makes_it_live(visit, make_page, line):
    one, page = opened(visit, make_page, line, **PHONE)
    assert loaded(one, "line-narrow-")
    assert not loaded(one, "line-wide-")
    page.tap(".report-figure-stage")
    page.wait_for_selector(LIVE)
    assert page.evaluate(SHIFTS) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_accessible_and_stays_without_scripts(visit, make_page, line, scheme):
    _, page = opened(visit, make_page, line, java_script_enabled=True, color_scheme=scheme)
    assert Axe().run(page).response["violations"] == []
    plain = visit(java_script_enabled=False)
    plain.page.goto(make_page(line))
    picture = plain.page.locator("img.report-picture")
    assert picture.get_attribute("alt") == "A line that rises"
    assert picture.bounding_box()["height"] > 200
    assert not plain.page.get_by_role("button").is_visible()


def test_a_figure_that_cannot_become_live_stays_a_picture(visit, make_page, line):
    _, page = opened(visit, make_page, line)
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.hover(".report-picture")
    page.wait_for_selector('[data-drawn="error"]')
    assert page.locator(".report-picture").is_visible()
    page.unroute("**/plotly.min.js")
    page.mouse.move(0, 0)
    page.hover(".report-picture")
    page.wait_for_selector(LIVE)


@pytest.fixture
def compact(browser):
    page = browser.new_page()
    page.add_script_tag(path=ROOT / "analysis" / "publish" / "drawing" / "compact.js")
    yield lambda svg: page.evaluate("svg => compact(svg)", svg)
    page.close()


def test_a_map_becomes_smaller_and_keeps_its_shape(compact):
    ring = (
        "M1.01,1.02" + "".join(f"L{1 + n * 0.05:.2f},{20 - n * 0.31:.2f}" for n in range(40)) + "Z"
    )
    path = f'<path class="choroplethlocation" d="{ring}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><defs id="defs-0ab1c2"/>{path}</svg>'
    small = compact(svg)
    assert "0ab1c2" not in small
    assert len(small) < len(svg)
    steps = ET.fromstring(small)[1].get("d")
    x, y = points(steps)
    assert abs(x - (1 + 39 * 0.05)) <= 0.126
    assert abs(y - (20 - 39 * 0.31)) <= 0.126


def test_a_random_name_of_digits_leaves_numbers_alone(compact):
    names = '<defs id="defs-668641"/><clipPath id="clip668641x"/>'
    small = compact(f'<svg>{names}<g d="M266.8668641,2L1,3Z"/></svg>')
    assert '"defs-figure"' in small
    assert '"clipfigurex"' in small
    assert 'd="M266.86,2L1,3Z"' in small


def test_what_chance_and_haste_put_into_a_drawing_goes(compact):
    def drawn(plot, trace, *rect):
        fill = f'<linearGradient id="g{plot}-legendfill-{trace}"/><g id="g{plot}-cb{trace}"/>'
        return (
            f'<svg width="2" class="main"><defs id="defs-{plot}">{fill}</defs>'
            f'<g class="trace scatter trace{trace}"/><g class="cb{trace} colorbar"/>'
            f'<g class="xcb{trace}tick"/><text class="vxcb{trace}title"/>'
            f"<rect {' '.join(rect)}/></svg>"
        )

    one = compact(drawn("0ab1c2", "7c7c23", 'class="bg"', 'style="a: b"', 'width="1"'))
    other = compact(drawn("ff03d4", "b5af40", 'class="bg"', 'width="1"', 'style="a: b"'))
    assert one == other
    assert one.startswith('<svg width="2" class="main">')
    assert "trace0" in one and "7c7c23" not in one
    assert compact(drawn("0ab1c2", "7c7c23", 'class="bg"', 'width="2"')) != one


def points(path):
    """The last point of a path of relative steps, read by the rules of SVG."""
    numbers = [float(one) for one in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", path)]
    return sum(numbers[0::2]), sum(numbers[1::2])


def test_the_same_figure_gives_the_same_file(line):
    drawn = sorted((PROCESSED / "figures").glob("line-wide-*.svg"))
    assert drawn
    assert 'id="defs-figure"' in drawn[-1].read_text()
    assert len(gzip.compress(drawn[-1].read_bytes())) < 3000
