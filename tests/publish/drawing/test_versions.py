"""Versions of one map: their markup, and the switch in a real browser."""

import json

import pypandoc
import pytest
from axe_playwright_python.sync_playwright import Axe

from analysis.publish import site_files
from analysis.publish.chapter import show as showing
from analysis.publish.drawing import site_images
from analysis.publish.figures.maps import zone_class_map, zone_map

HOSTILE = '<script>alert("x")</script> & \'"'
CSS = "<style>body { margin: 1rem; font-family: sans-serif; }</style>"


@pytest.fixture
def switch(here_study, tmp_path, monkeypatch):
    """Markdown of two maps with a switch; nothing is drawn before it is seen."""
    monkeypatch.setattr(site_images, "drawn", lambda *figure, **size: None)
    monkeypatch.setattr(showing, "ROOT", tmp_path)
    monkeypatch.setattr(showing, "paper_svg", lambda plot, name, width_cm: tmp_path / f"{name}.svg")
    monkeypatch.setattr(site_files, "ROOT", tmp_path)
    monkeypatch.setattr(site_files, "RESULTS", tmp_path / "results")
    zones = here_study.zones.copy()
    zones.loc[0, "zone"] = HOSTILE
    zones["half"] = (zones["am"] > zones["am"].mean()).astype(float)
    halves = zone_class_map(zones, "half", unit="Half", labels=["below", "above"])
    return showing.show(
        {"Actual": zone_map(zones, "am", unit="Rank"), HOSTILE: halves},
        alt={"Actual": "Actual ranks", HOSTILE: "Halves"},
        data=zones[["cz", "am"]],
        rows=zones[["zone", "state"]].head(3),
        name="both",
    ).markdown


def page_of(switch: str) -> str:
    return pypandoc.convert_text(switch, "html", "markdown")


def chosen(page) -> list[str]:
    return page.locator(".report-switch-version").evaluate_all(
        "all => all.filter(one => getComputedStyle(one).visibility === 'visible')"
        ".map(one => one.dataset.version)"
    )


def test_a_group_of_radio_buttons_and_a_folded_table(switch):
    tree = json.loads(pypandoc.convert_text(switch, "json", "markdown"))
    raw = [block["c"] for block in tree["blocks"] if block["t"] == "RawBlock"]
    markup, table = [text for kind, text in raw if kind == "html"][:2]
    assert markup.count('type="radio" name="switch-both"') == 2
    assert markup.count(" checked>") == 1
    assert "<legend>Show</legend>" in markup
    assert markup.count('data-shapes="zones"') == 2
    for text in (markup, table):
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_on_paper_all_versions_stand_below_their_labels(switch):
    tree = json.loads(pypandoc.convert_text(switch, "json", "markdown"))
    raw = [block["c"] for block in tree["blocks"] if block["t"] == "RawBlock"]
    (paper,) = [text for kind, text in raw if kind == "typst"]
    assert paper.index('strong("Actual")') < paper.index("both-1.svg") < paper.index("both-2.svg")
    assert 'alt: "Actual ranks"' in paper
    assert "details" not in paper
    assert "radio" not in paper


def test_the_keyboard_shows_the_other_map_and_draws_it(visit, make_page, switch):
    one = visit(viewport={"width": 1280, "height": 900})
    page = one.page
    page.goto(make_page(page_of(switch), head=CSS))
    page.wait_for_selector('[data-name="both-1"][data-drawn="true"]', timeout=60_000)
    assert chosen(page) == ["0"]
    assert page.locator("[data-name=both-2][data-drawn]").count() == 0, "drawn before it is asked"
    height = page.evaluate("document.documentElement.scrollHeight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector('[data-name="both-2"][data-drawn="true"]', timeout=60_000)
    assert chosen(page) == ["1"]
    assert page.locator("[data-name=both-2] .choroplethlayer path").count() == 741
    assert page.evaluate("document.documentElement.scrollHeight") == height, "the page jumped"
    page.keyboard.press("ArrowLeft")
    assert chosen(page) == ["0"]
    assert one.outside == []
    assert one.complaints == []


def test_the_other_map_takes_over_the_zoom(visit, make_page, switch):
    one = visit(viewport={"width": 1280, "height": 900})
    page = one.page
    page.goto(make_page(page_of(switch), head=CSS))
    page.wait_for_selector('[data-name="both-1"][data-drawn="true"]', timeout=60_000)
    page.hover("[data-name=both-1] .report-figure-plot")
    page.locator('[data-name=both-1] .modebar-btn[data-title="Zoom in"]').click()
    scale = "name => document.querySelector(`[data-name=${name}] .report-figure-plot`)"
    scale += "._fullLayout.geo.projection.scale"
    page.wait_for_function(f"({scale})('both-1') > 1.2")
    page.locator("input[type=radio]").nth(1).check()
    page.wait_for_selector('[data-name="both-2"][data-drawn="true"]', timeout=60_000)
    assert page.evaluate(scale, "both-2") == page.evaluate(scale, "both-1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_switch_and_table_are_accessible_on_a_phone(visit, make_page, switch, scheme):
    one = visit(viewport={"width": 390, "height": 900}, color_scheme=scheme)
    page = one.page
    page.goto(make_page(page_of(switch), head=CSS))
    page.wait_for_selector('[data-name="both-1"][data-drawn="true"]', timeout=60_000)
    page.locator("details summary").click()
    page.locator("input[type=radio]").nth(1).check()
    page.wait_for_selector('[data-name="both-2"][data-drawn="true"]', timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    violations = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in violations] == []
    assert page.locator("td", has_text=HOSTILE).count() == 1
