"""Quarto's search: that it can be read, and what it finds."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.pages.conftest import QUARTO_ONLY
from tests.phone import PHONE

DESK = {"viewport": {"width": 1280, "height": 900}}
CONTRAST = {"runOnly": ["color-contrast"]}
PLACES = "results/places/index.js"


def search(page, words):
    """Type words into the search; the results."""
    page.locator("#quarto-search input, .quarto-search-button").filter(visible=True).click()
    page.locator("input.aa-Input").fill(words)
    page.locator(".aa-Item a").first.wait_for()
    return page.locator(".aa-Item a")


def text_of_index(site):
    entries = json.loads((site.folder / "search.json").read_text(encoding="utf-8"))
    return " ".join(entry.get("text", "") for entry in entries)


@QUARTO_ONLY
@pytest.mark.parametrize("screen", [DESK, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_results_can_be_read(visit, site, screen, scheme):
    page = visit(color_scheme=scheme, reduced_motion="reduce", **screen).open("index.html")
    assert search(page, "number").count() > 1
    assert page.locator(".aa-Item[aria-selected=true], .aa-Item mark").count() > 1
    found = Axe().run(page, ".aa-Panel", CONTRAST).response
    assert [node["html"] for fault in found["violations"] for node in fault["nodes"]] == []
    assert len(found["passes"][0]["nodes"]) > 4


@QUARTO_ONLY
def test_code_is_not_found(visit, site):
    opened, text = visit(), text_of_index(site)
    lines = 0
    for name in site.pages:
        for code in opened.open(name).locator(".code-fold pre").all_text_contents():
            first = code.strip().splitlines()[0]
            assert first not in text, name
            lines += 1
    assert lines > 1
    assert "NoteDefinition" not in text


@QUARTO_ONLY
def test_the_name_of_a_zone_leads_to_its_profile(visit, site):
    script = (site.folder / PLACES).read_text(encoding="utf-8")
    places = json.loads(script[script.index("{") : script.rindex("}") + 1])
    number, name, _ = next(
        zone for zone in reversed(places["zones"]) if zone[1] == "Fresno" or site.simulated
    )
    opened = visit()
    search(opened.open("index.html"), name).first.click()
    opened.page.wait_for_url(f"**/*#cz={number}")
    opened.page.locator("#pf-title").filter(has_text=name).wait_for()
    assert opened.faults == []


@QUARTO_ONLY
def test_names_of_zones_are_shown_as_they_are(visit, site):
    name = "<img src=x onerror=alert(1)>" if site.simulated else "Fresno, CA"
    opened = visit()
    found = search(opened.open("index.html"), name[:10])
    assert found.locator(".search-result-section").filter(has_text=name).count() == 1
    assert opened.faults == []
