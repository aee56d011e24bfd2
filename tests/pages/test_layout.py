"""How pages are laid out: the column, lines that hold together, parts that fold."""

import pytest
import yaml

from analysis.paths import ROOT
from tests.pages.conftest import QUARTO_ONLY
from tests.phone import PHONE

SETTINGS = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
WIDTHS = (1280, 820, 390)
NUMBER = r"[−+$]?\d[\d.,]*%?"
UNITS = "points?|percent|km|miles|kB|MB"
WHOLE = rf"(?:{NUMBER}\s\(?)?{NUMBER}\sto\s{NUMBER}\)?|\d[\d.,]*\s(?:{UNITS})\b"
# Numbers with an interval or a unit that do not stand in one line.
TORN = """whole => {
  const torn = [];
  for (const details of document.querySelectorAll("details.fold")) details.open = true;
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("code, pre, script, svg, math")) continue;
    for (const found of node.data.matchAll(new RegExp(whole, "g"))) {
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
      if (lines.size > 1) torn.push(found[0]);
    }
  }
  return torn;
}"""
# Pixels between the title and the first thing that is seen below it.
GAP = """() => {
  const end = document.querySelector("h1").getBoundingClientRect().bottom;
  const below = [...document.querySelectorAll("main :is(p, h2, figure, .callout, .csl-entry)")]
    .map(element => element.getBoundingClientRect())
    .filter(box => box.height > 0 && box.top >= end - 1);
  return Math.min(...below.map(box => box.top)) - end;
}"""


def test_the_text_is_as_wide_as_the_settings_say(visit, site):
    wanted = float(SETTINGS["format"]["html"]["grid"]["body-width"].removesuffix("px"))
    opened = visit(viewport={"width": 1280, "height": 900})
    for name in site.pages:
        page = opened.open(name)
        widths = page.locator("main section > p, main > p").evaluate_all(
            "ps => ps.map(p => p.getBoundingClientRect().width)"
        )
        if widths:
            assert max(widths) == pytest.approx(wanted, abs=1), name


@QUARTO_ONLY
@pytest.mark.parametrize("width", [820, 992, 1199])
def test_between_phone_and_desk_the_text_has_the_room_of_the_contents(visit, site, width):
    page = visit(viewport={"width": width, "height": 900}).open(site.pages[1])
    assert page.locator("main").bounding_box()["width"] > 730
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_the_text_keeps_its_distance_from_the_title(visit, site, width):
    opened = visit(viewport={"width": width, "height": 900})
    for name in site.pages:
        assert 16 <= opened.open(name).evaluate(GAP) < 70, name


@QUARTO_ONLY
@pytest.mark.parametrize("width", [820, 390])
def test_the_title_in_the_bar_ends_before_the_search(visit, site, width):
    opened = visit(viewport={"width": width, "height": 900})
    for name in site.pages:
        page = opened.open(name)
        # However long the title is.
        title = page.locator(".quarto-secondary-nav .breadcrumb-item a").last
        title.evaluate("title => title.append(' and what follows from it'.repeat(4))")
        box = title.bounding_box()
        search = page.locator(".quarto-search-button").bounding_box()
        assert box["x"] + box["width"] <= search["x"], name
        assert search["x"] + search["width"] <= width, name


def test_a_page_has_one_heading_of_the_first_order(visit, site):
    opened = visit()
    for name in site.pages:
        assert opened.open(name).locator("h1").count() == 1, name


@pytest.mark.parametrize("width", WIDTHS)
def test_no_number_is_torn_from_its_interval_or_unit(visit, site, width):
    opened = visit(viewport={"width": width, "height": 900})
    for name in site.pages:
        assert opened.open(name).evaluate(TORN, WHOLE) == [], name


def test_a_link_into_a_folded_part_opens_it(visit, site):
    opened = visit()
    place, target = (
        ("report/colophon.html", "#tbl-long")
        if site.simulated
        else ("report/codebook.html", "#tbl-codebook-tax")
    )
    page = opened.open(place)
    folded = page.locator("details.fold").filter(has=page.locator(target))
    assert not folded.locator("table").is_visible()
    if site.simulated:
        page.locator(f"main p a[href$='{target}']").first.click()
    else:
        page.goto(site.address + place + target)
    folded.locator("table").wait_for(state="visible")
    assert page.evaluate("scrollY") > 0


def test_folded_parts_are_printed_whole(visit, site):
    page = visit().open("report/colophon.html")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.fold:not([open])").count() == 0


def test_a_table_of_sentences_is_a_list_of_cards_on_a_phone(visit, site):
    page = visit(**PHONE).open("report/colophon.html")
    page.evaluate("document.querySelectorAll('details.fold').forEach(fold => fold.open = true)")
    boxes = page.locator(".table-cards").all()
    assert boxes
    for box in boxes:
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
        assert box.get_by_role("columnheader").count() == 0
        assert box.get_by_role("cell").count() > 0


def test_what_is_folded_is_found_by_the_search(visit, site):
    page = visit().open("report/colophon.html")
    words = "Sixty rows" if site.simulated else "Raw data files of this build"
    if site.build == "preview":
        page.get_by_role("searchbox").fill(words)
        assert page.locator(".search-results a").first.get_attribute("href")
    else:
        page.locator("#quarto-search input, #quarto-search button").first.click()
        page.locator("input.aa-Input").fill(words)
        page.locator(".aa-Item a").first.wait_for()
