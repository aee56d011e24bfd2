"""Pages of the preview under the policy that they carry: nothing that they need is forbidden."""

import threading

import pytest

from analysis.book.serve import Quiet, server
from tests.pages.test_site import draw_all

POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'"
WATCH = """window.forbidden = [];
document.addEventListener("securitypolicyviolation", fault => window.forbidden.push(
  [fault.effectiveDirective, fault.blockedURI, fault.sourceFile, fault.lineNumber].join(" ")));"""


class Strict(Quiet):
    """Serves files with the policy as a header."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@pytest.fixture(params=["small_preview", pytest.param("real_preview", marks=pytest.mark.slow)])
def strict(request):
    """A book of the preview and its address under the policy."""
    site = request.getfixturevalue(request.param)
    with server(site.folder, 0, Strict) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield site, f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


@pytest.fixture
def open_page(browser):
    contexts = []

    def start(**options):
        contexts.append(browser.new_context(**options))
        contexts[-1].add_init_script(WATCH)
        return contexts[-1].new_page()

    yield start
    for context in contexts:
        context.close()


def hover_all(page):
    """Point at the middle of each figure that is seen, and at one of its marks."""
    for figure in page.locator(".report-figure").filter(visible=True).all():
        figure.hover()
        marks = figure.locator(".point, .choroplethlayer path")
        if marks.count():
            marks.first.hover(force=True)
            page.wait_for_timeout(60)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_does_what_the_policy_forbids(strict, open_page, scheme):
    site, address = strict
    page = open_page(color_scheme=scheme)
    drawn = 0
    for name in site.pages:
        page.goto(address + name, wait_until="load")
        policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
        assert policy == POLICY
        drawn += draw_all(page)
        hover_all(page)
        for control in page.locator("main select").filter(visible=True).all():
            control.select_option(index=1)
        assert page.evaluate("window.forbidden") == [], name
    assert drawn > 0


def test_figures_look_and_act_as_without_it(strict, open_page):
    site, address = strict
    page = open_page()
    page.goto(address + site.pages[0])
    assert draw_all(page) > 0
    bar = page.locator(".modebar").first
    assert bar.evaluate("bar => getComputedStyle(bar).position") == "absolute"
    page.locator(".report-figure-plot").first.hover()
    with page.expect_download() as download:
        page.locator("[data-title*=Download]").first.click()
    assert download.value.suggested_filename.endswith(".svg")
    assert page.evaluate("window.forbidden") == []
