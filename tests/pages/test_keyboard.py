"""What a keyboard reaches first."""

import pytest

from tests.pages.conftest import QUARTO_ONLY
from tests.phone import PHONE

FOCUSED = "document.activeElement.textContent.trim()"
LONG_SIDEBAR = """document.addEventListener("DOMContentLoaded", () =>
  document.head.insertAdjacentHTML("beforeend", "<style>.sidebar-item { margin: 9rem 0 }</style>"));
"""
WITHIN_MAIN = "document.activeElement.closest('main') !== null"


@pytest.mark.parametrize("screen", [{}, PHONE])
def test_the_first_key_offers_the_text(visit, site, screen):
    page = visit(**screen).open("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to the text"
    page.wait_for_function("document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}index.html#quarto-document-content")
    page.keyboard.press("Tab")
    assert page.evaluate(WITHIN_MAIN)


@QUARTO_ONLY
def test_search_and_theme_are_in_sight_on_the_last_page(visit, site):
    opened = visit(viewport={"width": 1280, "height": 900})
    opened.page.add_init_script(LONG_SIDEBAR)
    page = opened.open(site.pages[-1])
    page.wait_for_timeout(400)  # Quarto scrolls when all has its size
    for reached in ("#theme", "#quarto-search input", "nav .sidebar-item-text.active"):
        box = page.locator(reached).bounding_box()
        assert 0 <= box["y"] < 900 - box["height"], reached
