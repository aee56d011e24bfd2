"""Every page of the built site in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

ZONES = 741
DRAWN = "figure => figure.dataset.drawn === 'true'"


def draw_all(page) -> int:
    """Make each figure live from the keyboard and wait until it is; how many there are.

    A switch hides all of its versions but one.
    """
    figures = page.locator(".report-figure").filter(visible=True).all()
    for figure in figures:
        figure.scroll_into_view_if_needed()
        figure.locator(".report-figure-live").focus()
        page.wait_for_function(DRAWN, arg=figure.element_handle(), timeout=20_000)
        assert figure.locator("svg.main-svg").count() > 0
    return len(figures)


def test_every_page_loads_without_a_fault_and_draws_its_figures(visit, site):
    opened = visit()
    drawn = 0
    for name in site.pages:
        page = opened.open(name)
        assert page.title()
        assert page.locator("html").get_attribute("lang") == "en"
        drawn += draw_all(page)
        assert opened.faults == [], name
    assert drawn > 0


def test_the_map_has_a_shape_for_every_zone(visit, site):
    page = visit().open("index.html")
    draw_all(page)
    assert page.locator(".report-map .choroplethlayer path").count() >= ZONES


def test_every_figure_has_a_caption_and_words_for_those_who_cannot_see_it(visit, site):
    opened = visit()
    for name in site.pages:
        page = opened.open(name)
        for figure in page.locator(".report-figure").all():
            assert len(figure.locator("img").get_attribute("alt")) > 40
            caption = figure.locator("xpath=ancestor::figure//figcaption")
            assert caption.inner_text().startswith("Figure")


def test_plotly_is_loaded_when_a_figure_is_reached_for_and_stored_once(visit, site):
    opened = visit()
    for name in site.pages:
        page = opened.open(name)
        scripts = page.locator("script[src*='plotly']")
        assert scripts.count() == 0, name
        figures = draw_all(page)
        assert scripts.count() == (1 if figures else 0), name
    assert len(list(site.folder.rglob("plotly*.js"))) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier(visit, site, scheme):
    opened = visit(color_scheme=scheme, reduced_motion="reduce")
    for name in site.pages:
        page = opened.open(name)
        page.wait_for_timeout(150)
        found = [
            (fault["id"], [node["html"][:160] for node in fault["nodes"][:3]])
            for fault in Axe().run(page).response["violations"]
        ]
        assert found == [], f"{name} in {scheme}"


def test_the_dark_theme_is_dark(visit, site):
    page = visit(color_scheme="dark").open("index.html")
    page.wait_for_timeout(200)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(22, 23, 28)"


def test_nothing_scrolls_sideways_on_a_phone(visit, site):
    opened = visit(viewport={"width": 390, "height": 800}, has_touch=True)
    for name in site.pages:
        page = opened.open(name)
        draw_all(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, name


def test_search_finds_a_word_and_leads_to_it(visit, site):
    opened = visit()
    page = opened.open(site.pages[1])
    if site.build == "preview":
        page.get_by_role("searchbox").fill("codebook")
        first = page.locator(".search-results a").first
    else:
        page.locator("#quarto-search input, #quarto-search button").first.click()
        page.locator("input.aa-Input").fill("codebook")
        first = page.locator(".aa-Item a").first
    first.wait_for(timeout=10_000)
    address = first.get_attribute("href")
    first.click()
    page.wait_for_load_state()
    assert ".html" in address
    assert page.url.startswith(site.address)
    assert opened.faults == []


def test_chapters_follow_one_another(visit, site):
    opened = visit()
    page = opened.open("index.html")
    forward = ".turn .next, .page-navigation .nav-page-next a"
    back = ".turn .previous, .page-navigation .nav-page-previous a"
    for name in site.pages[1:]:
        page.locator(forward).click()
        page.wait_for_url(f"**/{name}")
        # A page left before it has loaded counts its unfinished requests as failed.
        page.wait_for_load_state("networkidle")
    page.locator(back).click()
    page.wait_for_url(f"**/{site.pages[-2]}")
    assert opened.faults == []


def test_links_within_the_site_lead_somewhere(visit, site):
    opened = visit()
    for name in site.pages:
        page = opened.open(name)
        links = page.eval_on_selector_all(
            "main a[href]", "links => links.map(link => link.href.split('#'))"
        )
        for address, *_ in links:
            if address.startswith(site.address):
                path = address.removeprefix(site.address) or "index.html"
                assert (site.folder / path).is_file(), f"{name} links to {path}"


def test_the_theme_can_be_chosen(small_preview, browser):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(small_preview.address)
    page.get_by_role("button", name="Dark theme").click()
    page.goto(small_preview.address + small_preview.pages[1])
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    context.close()


def test_the_preview_works_from_a_folder(small_preview, browser):
    context = browser.new_context()
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto((small_preview.folder / "index.html").as_uri())
    assert draw_all(page) > 0
    page.get_by_role("searchbox").fill("codebook")
    page.locator(".search-results a").first.wait_for(timeout=10_000)
    assert faults == []
    context.close()


def test_simulated_data_are_said_on_every_page_and_real_data_are_not(visit, site):
    opened = visit()
    for name in site.pages:
        said = opened.open(name).get_by_text("Simulated data:").count() > 0
        assert said is site.simulated, name


def test_the_pdf_is_one_click_away_from_every_page(visit, site):
    opened = visit()
    for name in site.pages:
        links = opened.open(name).locator("a[href$='.pdf']")
        addresses = links.evaluate_all("links => links.map(link => link.href)")
        assert site.address + site.pdf.name in addresses, name
    assert site.pdf.is_file()
