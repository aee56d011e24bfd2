"""What a reader waits for: bytes before a page can be read, and what moves meanwhile."""

import gzip

import pytest

from tests.phone import PHONE, SHIFTS

# Bytes when served with gzip, before anything is pointed at: text, charts, maps.
BUDGET = {"preview": (60_000, 400_000, 600_000), "quarto": (200_000, 250_000, 450_000)}
COMPRESSED = {".woff", ".woff2", ".png"}
SHIFT = 0.02
FINDER = 150_000  # bytes of its index and of what it says of every zone


def weight(site, addresses: set[str]) -> int:
    """Bytes that a server with gzip sends for some addresses of the site."""
    total = 0
    for address in addresses:
        path = site.folder / (address.removeprefix(site.address).split("?")[0] or "index.html")
        content = path.read_bytes()
        total += len(content if path.suffix in COMPRESSED else gzip.compress(content, 6))
    return total


def scroll(page) -> None:
    """Scroll through the page as a reader does."""
    for at in range(0, page.evaluate("document.documentElement.scrollHeight"), 600):
        page.evaluate("at => scrollTo(0, at)", at)
        page.wait_for_timeout(20)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("screen", [{"viewport": {"width": 1280, "height": 900}}, PHONE])
def test_pages_are_light_and_nothing_moves(visit, site, screen):
    opened = visit(**screen)
    asked: set[str] = set()
    opened.page.on("request", lambda request: asked.add(request.url))
    for name in site.pages:
        asked.clear()
        page = opened.open(name)
        page.wait_for_load_state("networkidle")
        figures = page.locator(".report-figure").count()
        kind = 2 if page.locator(".report-map").count() else 1 if figures else 0
        budget = BUDGET[site.build][kind] + FINDER * page.locator("#place-finder").count()
        assert weight(site, asked) < budget, name
        scroll(page)
        assert page.evaluate(SHIFTS) < SHIFT, name
