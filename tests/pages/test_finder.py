"""The place finder in a real Chromium, opened from a folder with no network."""

import csv
import dataclasses
import io

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pypdf import PdfReader

from analysis import paths
from analysis.mobility.describe.profiles import pushes
from analysis.mobility.groups.outcomes import FEWEST
from analysis.mobility.sample import analysis_sample
from analysis.publish import site_files
from analysis.publish.text import numbers
from analysis.publish.widgets.finder import SIMULATED, place_finder, widget

FRESNO, KINGS = 37201, 6031
HOSTILE = (
    '<script>window.stolen=1</script><img src=x onerror="window.stolen=1">',
    'Saint "Quote\'s" & Co',
    "\u202eright to left\u202c \u05d0\u05d1",
)
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Find your place</title>
<style>{style}
.site {{ display: grid; grid-template-columns: minmax(0, 1fr) }}
main {{ justify-self: center; max-width: 39rem; width: 100% }}
main {{ box-sizing: border-box; padding: 1rem }}
</style></head>
<body><header><p>Report</p></header><div class="site"><main class="content">
<h1>Find your place</h1>{widget}
<h2>How to read a profile</h2><p>Text.</p></main></div></body></html>"""


@pytest.fixture(scope="module")
def made_up(simulated_study):
    """Simulated data in which one zone is called Fresno and three have hostile names."""
    zones = simulated_study.zones.copy()
    counties = simulated_study.counties.copy()
    sample = analysis_sample(simulated_study)
    complete = sample.loc[sample["state"] == "CA", "cz"].iloc[0]
    zones.loc[zones["cz"] == complete, "zone"] = "Fresno"
    for at, name in zip(sample["cz"].iloc[[3, 9, 27]], HOSTILE, strict=True):
        zones.loc[zones["cz"] == at, "zone"] = name
    inside = counties.index[counties["cz"] == complete]
    counties.loc[inside[:2], ["county", "county_name"]] = [[6019, "Fresno"], [KINGS, "Kings"]]
    if len(inside) < 2:
        row = counties.loc[inside[0]].copy()
        row[["county", "county_name"]] = [KINGS, "Kings"]
        counties.loc[len(counties)] = row
    rename = {complete: FRESNO}
    zones["cz"] = zones["cz"].replace(rename)
    counties["cz"] = counties["cz"].replace(rename)
    by_group = simulated_study.by_group.assign(cz=simulated_study.by_group["cz"].replace(rename))
    members = frozenset(rename.get(cz, cz) for cz in simulated_study.sample.zones)
    return dataclasses.replace(
        simulated_study,
        zones=zones,
        counties=counties,
        by_group=by_group,
        sample=dataclasses.replace(simulated_study.sample, zones=members),
    )


@pytest.fixture(scope="module")
def frames(made_up):
    """What models would say of the sample, made up."""
    zones = analysis_sample(made_up)
    random = np.random.default_rng(8)
    features = made_up.codebook.query("table == 8").index.difference(
        ["cz", "zone", "state", "frac_black"]
    )
    contributions = pd.DataFrame(
        random.normal(scale=0.4, size=(len(zones), len(features))), columns=features
    )
    contributions["intercept"] = -0.25
    contributions["log_odds"] = contributions.sum(axis=1)
    probability = 1 / (1 + np.exp(-contributions["log_odds"]))
    return {
        "predictions": pd.DataFrame(
            {
                "cz": zones["cz"],
                "predicted_probability": probability,
                "predicted_label": (probability > 0.5).astype(int),
                "predicted_quartile": random.integers(0, 4, len(zones)),
            }
        ),
        "contributions": contributions.assign(cz=zones["cz"]),
        "clusters": pd.DataFrame(
            {
                "cz": made_up.zones["cz"],
                "cluster": made_up.zones["cz"] % 3,
                "cluster_name": (made_up.zones["cz"] % 3).map("Kind {}".format),
                "cluster_text": "Large places with many newcomers and long commutes to work. " * 3,
            }
        ),
    }


@pytest.fixture(scope="module")
def finder(made_up, frames):
    """The finder of those, with cities in the counties of Fresno."""
    cities = pd.DataFrame(
        [("San Jose", 6019), ("The Bronx", 6019), ("Cleveland", KINGS)],
        columns=["name", "county"],
    )
    return dataclasses.replace(place_finder(made_up, **frames), cities=cities)


@pytest.fixture(scope="module")
def site(tmp_path_factory, finder):
    """A folder with a page of each theme, and one without the data."""
    folder = tmp_path_factory.mktemp("site")
    texts = {
        "light": _page(),
        "dark": _page("dark"),
        "lost": _page().replace("/profiles.js", "/gone.js"),
    }
    return _written(folder, finder, texts)


@pytest.fixture(scope="module")
def bare(tmp_path_factory, finder):
    """A folder with a page of a finder that knows neither groups nor cities."""
    folder = tmp_path_factory.mktemp("bare")
    return _written(folder, dataclasses.replace(finder, groups=None, cities=None), {"a": _page()})


def _page(theme="light"):
    style = (paths.THEME / "report.css").read_text(encoding="utf-8")
    return PAGE.format(theme=theme, style=style, widget=widget("../"))


def _written(folder, finder, pages):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_files, "ROOT", folder)
        patch.setattr(site_files, "RESULTS", folder / "results")
        finder.write()
    (folder / "report").mkdir()
    for name, text in pages.items():
        (folder / "report" / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def visit(browser, site):
    """Open a page of the folder; complaints and foreign requests fail the test."""
    contexts, faults = [], []

    def open_page(address="", *, theme="light", size=DESK, ready="#pf-input", **options):
        context = browser.new_context(viewport=size, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda line: line.type == "error" and faults.append(line.text))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "blob:")) or faults.append(request.url)
            ),
        )
        page.goto(f"{(site / 'report' / theme).as_uri()}.html{address}")
        page.wait_for_selector(ready, state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def options_of(page):
    return page.locator("[role=option]").all_inner_texts()


def violations(page):
    # Its own look into style sheets is switched off: a page from a folder may not fetch.
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [
        (one["id"], one["nodes"][0]["html"])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


def test_a_place_is_found_by_keyboard(visit, made_up):
    page = visit()
    box = page.get_by_role("combobox", name="City, county, commuting zone or state")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("Fresno")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_have_text("2 results.")
    box.press("ArrowDown")
    active = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    expect(active).to_have_attribute("aria-selected", "true")
    expect(active).to_contain_text("Fresno, CA")
    box.press("Enter")
    heading = page.get_by_role("heading", level=2, name="Fresno, California")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    expect(box).to_have_value("Fresno, CA")
    expect(box).to_have_attribute("aria-expanded", "false")
    assert page.url.endswith(f"#cz={FRESNO}")
    mobility = made_up.zones.set_index("cz").loc[FRESNO, "am"]
    expect(page.locator(".pf-number")).to_have_text(numbers.rank(mobility))


def test_keys_move_close_and_clear(visit):
    page = visit()
    box = page.locator("#pf-input")
    box.press_sequentially("county ca")
    shown = len(options_of(page))
    assert shown == 10

    def active():
        return box.get_attribute("aria-activedescendant")

    box.press("ArrowUp")
    assert active() == f"pf-option-{shown - 1}"
    box.press("ArrowDown")
    assert active() == "pf-option-0"
    box.press("End")
    assert active() == f"pf-option-{shown - 1}"
    box.press("Home")
    assert active() == "pf-option-0"
    box.press("Escape")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    assert active() is None and box.input_value() == "county ca"
    box.press("Escape")
    assert box.input_value() == ""
    box.press("Enter")
    assert page.locator(".pf-view > *").count() == 0


@pytest.mark.parametrize(
    "typed", ["FRESNO", "frésno", "fresnno", "frsno", "fresno, calif", " fres"]
)
def test_spelling_may_be_rough(visit, typed):
    page = visit()
    page.locator("#pf-input").fill(typed)
    assert options_of(page)[0].startswith("Fresno, CA")


@pytest.mark.parametrize(
    ("typed", "city"),
    [
        ("Cleveland", "Cleveland"),
        ("Clevland", "Cleveland"),
        ("clevelnad, ca", "Cleveland"),
        ("San Jose", "San Jose"),
        ("San Hose", "San Jose"),
        ("sanjose", "San Jose"),
        ("Bronx", "The Bronx"),
        ("bronz", "The Bronx"),
    ],
)
def test_a_city_is_found_however_it_is_spelt(visit, typed, city):
    page = visit()
    page.locator("#pf-input").fill(typed)
    assert " ".join(options_of(page)[0].split()) == f"{city}, CA — in the Fresno zone City"


def test_a_city_leads_to_its_zone_and_county(visit):
    page = visit()
    box = page.locator("#pf-input")
    box.fill("clevland")
    box.press("Enter")
    expect(page.locator("#pf-title")).to_have_text("Fresno, California")
    expect(box).to_have_value("Cleveland, CA")
    expect(page.locator(".pf-counties strong")).to_have_text("Kings County")
    assert page.url.endswith(f"#cz={FRESNO}&county={KINGS}")


def test_saint_may_be_spelt_either_way(visit):
    page = visit()
    page.locator("#pf-input").fill("st quotes")
    assert options_of(page)[0].startswith(HOSTILE[1])


def test_what_is_not_there_is_said(visit):
    page = visit()
    box = page.locator("#pf-input")
    box.fill("zzzzqqqq")
    expect(page.get_by_role("status")).to_have_text("No results.")
    assert options_of(page) == ["No place of that name. Try a county."]
    box.press("Enter")
    assert page.locator(".pf-view > *").count() == 0


def test_a_link_survives_reload_and_history(visit, made_up):
    page = visit(f"#cz={FRESNO}")
    heading = page.locator("#pf-title")
    expect(heading).to_have_text("Fresno, California")
    page.reload()
    expect(heading).to_have_text("Fresno, California")
    page.locator(".pf-similar a").first.click()
    other = made_up.zones.set_index("cz").loc[int(page.url.split("cz=")[1]), "zone"]
    expect(heading).to_contain_text(other)
    assert other in page.title()
    page.go_back()
    expect(heading).to_have_text("Fresno, California")
    assert page.locator("#pf-input").input_value() == "Fresno, CA"
    page.go_forward()
    expect(heading).to_contain_text(other)


def test_a_bad_address_is_explained(visit):
    page = visit()
    for address, told in (
        ("cz=1", "no commuting zone with the number “1”"),
        ("cz=<b>x</b>", "no commuting zone with the number “<b>x</b>”"),
        ("state=zz", "no state with the letters “zz”"),
    ):
        page.evaluate("(address) => { location.hash = address }", address)
        expect(page.locator(".pf-view")).to_contain_text(told)
        page.reload()
        expect(page.locator(".pf-view")).to_contain_text(told)


def test_other_anchors_leave_the_profile_alone(visit):
    page = visit(f"#cz={FRESNO}")
    page.evaluate("location.hash = 'sec-elsewhere'")
    page.wait_for_timeout(100)
    expect(page.locator("#pf-title")).to_have_text("Fresno, California")


def test_a_county_leads_to_its_zone_and_a_state_to_its_zones(visit, made_up):
    page = visit()
    box = page.locator("#pf-input")
    box.fill("kings county ca")
    box.press("Enter")
    expect(page.locator("#pf-title")).to_have_text("Fresno, California")
    expect(page.locator(".pf-counties strong")).to_have_text("Kings County")
    box.fill("california")
    box.press("Enter")
    expect(page.locator("#pf-title")).to_have_text("California")
    inside = made_up.zones[made_up.zones["state"] == "CA"].sort_values("am", ascending=False)
    assert page.locator(".pf-list a").all_inner_texts() == inside["zone"].tolist()


def test_choosing_by_touch(visit):
    page = visit(size=PHONE, has_touch=True, is_mobile=True)
    page.locator("#pf-input").tap()
    page.locator("#pf-input").fill("fres")
    page.locator("[role=option]").first.tap()
    expect(page.locator("#pf-title")).to_have_text("Fresno, California")


def test_hostile_names_are_text(visit, made_up):
    names = made_up.zones.set_index("zone")["cz"]
    page = visit()
    for name in HOSTILE:
        page.evaluate("(cz) => { location.hash = `cz=${cz}` }", int(names[name]))
        expect(page.locator("#pf-title")).to_contain_text(name)
        assert page.locator("#pf-title bdi").first.text_content() == name
        page.locator("#pf-input").fill(name[:9])
        assert any(name in text for text in options_of(page))
        page.evaluate("(state) => { location.hash = `state=${state}` }", _state(made_up, name))
        expect(page.locator(".pf-list")).to_be_visible()
        assert name in page.locator(".pf-list a").all_text_contents()
        assert page.evaluate("window.stolen") is None
        assert page.locator("#place-finder img, #place-finder script").count() == 0


def test_numbers_are_written_as_in_the_book(visit):
    random = np.random.default_rng(4)
    sizes = 10.0 ** random.integers(-7, 9, 600)
    ties = np.arange(-40, 40) / 16
    edges = [0.0, -0.0, 0.00049, -0.00049, 999.5, 1000.0, 1e6, 0.285, 1.005, 4.35, 0.0005, 12345.5]
    values = [*(random.normal(size=600) * sizes), *ties, *edges, *(10.0 ** np.arange(-8, 9))]
    kinds = ["share", "dollars", "count", "indicator", "rank", "percent", "residual"]
    told = visit().evaluate(
        "([values, kinds]) => values.map(v => kinds.map(k => placeFinder.byKind(v, k)))",
        [[float(value) for value in values], kinds],
    )
    expected = [[numbers.by_kind(float(value), kind) for kind in kinds] for value in values]
    assert told == expected


def test_pushes_are_those_computed_and_add_up(visit, finder):
    page = visit(f"#cz={FRESNO}")
    up, down, rest = pushes(finder.profiles.contributions.loc[FRESNO])
    titles = finder.profiles.codebook["title"]
    for side, parts in ((0, up), (1, down)):
        rows = page.locator(".pf-bars").nth(side).locator("li")
        assert rows.count() == 5
        for row, (feature, push) in zip(rows.all(), parts.items(), strict=True):
            expect(row).to_contain_text(titles[feature])
            expect(row.locator(".pf-bar-value")).to_have_text(numbers.signed(push))
    told = page.locator(".pf-pushes + p").inner_text()
    for number in (-0.25, up.sum(), down.sum(), rest):
        assert numbers.signed(number) in told
    log_odds = finder.profiles.contributions.loc[FRESNO, "log_odds"]
    assert f"The sum is {numbers.signed(log_odds)}" in told
    assert numbers.percent(1 / (1 + np.exp(-log_odds))) in told
    assert "with this zone in it" in told


def test_groups_are_a_table_of_ranks_intervals_and_children(visit, finder):
    groups = finder.groups
    black = groups[groups["group"] == "black"]
    few = int(black.loc[black["children"] < FEWEST, "cz"].iloc[0])
    unseen = set()
    for cz in (FRESNO, few):
        page = visit(f"#cz={cz}")
        own = groups[groups["cz"] == cz].set_index("group")
        table = page.get_by_role("table", name="Average household income rank of children")
        for group in ("all", "white", "black", "hispanic"):
            row = table.get_by_role("row").filter(
                has=page.get_by_role("rowheader", name=group.title(), exact=True)
            )
            told = row.get_by_role("cell").all_inner_texts()
            known = own.loc[group] if group in own.index else None
            assert told[1] == numbers.plain(np.nan if known is None else known["children"])
            if known is None or known["children"] < FEWEST:
                unseen.add(group)
                assert told[0] == "too few children to say"
                assert row.locator(".pf-interval").count() == 0
                continue
            assert told[0].strip() == numbers.estimate(*known[["shrunken", "low", "high"]], 1)
            drawn = row.locator(".pf-interval")
            expect(drawn).to_have_attribute("aria-hidden", "true")
            at = float(drawn.evaluate("node => node.style.getPropertyValue('--at')"))
            low, high = page.evaluate("reportProfiles.groups.scale")
            assert low + at / 100 * (high - low) == pytest.approx(known["shrunken"], abs=0.051)
    assert "black" in unseen


def test_without_groups_and_cities_the_rest_is_there(browser, bare):
    page = browser.new_page()
    page.goto(f"{(bare / 'report' / 'a.html').as_uri()}#cz={FRESNO}")
    expect(page.locator("#pf-title")).to_have_text("Fresno, California")
    expect(page.get_by_role("combobox", name="Commuting zone, county or state")).to_be_visible()
    expect(page.get_by_role("heading", name="Label and prediction")).to_be_visible()
    assert page.get_by_role("heading", name="Groups of children").count() == 0
    page.locator("#pf-input").fill("San Jose")
    assert options_of(page) == ["No place of that name. Try a county."]
    page.close()


def test_every_trait_is_listed_with_its_percentile(visit, finder):
    page = visit(f"#cz={FRESNO}")
    rows = page.locator(".pf-domains tbody tr")
    profiles = finder.profiles
    zone = profiles.zones.set_index("cz").loc[FRESNO]
    assert rows.count() == len(profiles.features)
    told = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows.all()
    }
    for feature in profiles.features:
        entry = profiles.codebook.loc[feature]
        (cells,) = (
            v for k, v in told.items() if k.split() == f"{entry.title} {entry.unit}".split()
        )
        percentile = profiles.percentiles.loc[FRESNO, feature]
        assert cells[0] == numbers.by_kind(zone[feature], entry.kind)
        assert cells[1].strip() == numbers.plain(percentile)


def test_a_zone_outside_the_sample_says_so(visit, made_up):
    outside = made_up.zones[~made_up.zones["cz"].isin(made_up.sample.zones)]["cz"].iloc[0]
    page = visit(f"#cz={outside}")
    expect(page.locator(".pf-view")).to_contain_text("outside the minority sample")
    assert page.locator(".pf-bars").count() == 0


def test_what_is_missing_is_named(visit, made_up):
    gap = made_up.zones[made_up.zones["college_tuition"].isna()]["cz"].iloc[0]
    page = visit(f"#cz={gap}")
    expect(page.locator(".pf-domains + p")).to_contain_text("College tuition")
    unknown = made_up.zones[made_up.zones["am"].isna()]["cz"].iloc[0]
    page = visit(f"#cz={unknown}")
    expect(page.locator(".pf-view")).to_contain_text("No estimate of mobility")


def test_the_download_holds_the_data(visit, made_up, frames, finder):
    page = visit(f"#cz={FRESNO}")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download (CSV)").click()
    assert waiting.value.suggested_filename == f"zone-{FRESNO}.csv"
    with open(waiting.value.path(), newline="", encoding="utf-8") as file:
        rows = {row["item"]: row for row in csv.DictReader(file)}
    zone = made_up.zones.set_index("cz").loc[FRESNO]
    push = frames["contributions"].set_index("cz").loc[FRESNO]
    assert rows["warning"]["title"] == SIMULATED
    white = finder.groups.query("cz == @FRESNO and group == 'white'").iloc[0]
    assert float(rows["rank_white"]["value"]) == pytest.approx(white["shrunken"], abs=0.051)
    assert float(rows["children_white"]["value"]) == pytest.approx(white["children"], abs=0.51)
    assert float(rows["am"]["value"]) == pytest.approx(zone["am"], rel=1e-9)
    for feature in push.index.difference(["intercept", "log_odds"]):
        told = rows[feature]
        assert float(told["contribution_log_odds"]) == pytest.approx(push[feature], abs=1e-5)
        if not np.isnan(zone[feature]):
            assert float(told["value"]) == pytest.approx(zone[feature], rel=1e-9)


def test_hostile_names_survive_the_download(visit, made_up):
    names = made_up.zones.set_index("zone")["cz"]
    page = visit()
    for name in HOSTILE:
        text = page.evaluate(
            """async (cz) => {
              const [places, data] = [window.reportPlaces, window.reportProfiles];
              const zones = placeFinder.makeZones(places, data);
              const zone = zones.find((zone) => zone.cz === cz);
              await placeFinder.loadState(zone.postal);
              return placeFinder.csv(zone, zones, data);
            }""",
            int(names[name]),
        )
        assert {row["zone"] for row in csv.DictReader(io.StringIO(text, newline=""))} == {name}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everyone_can_use_it(visit, theme, size):
    page = visit(theme=theme, size=size)
    page.locator("#pf-input").fill("county")
    page.locator("#pf-input").press("ArrowDown")
    assert violations(page) == []
    page.locator("#pf-input").press("Escape")
    for address, title in ((f"cz={FRESNO}", "Fresno, California"), ("state=CA", "California")):
        page.evaluate("(address) => { location.hash = address }", address)
        expect(page.locator("#pf-title")).to_have_text(title)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_profile_prints_on_one_page(visit, theme, made_up, tmp_path):
    widest = made_up.zones["zone"].str.len().idxmax()
    gaps = made_up.zones.isna().sum(axis=1).idxmax()
    page = visit(theme=theme)
    for cz in (FRESNO, *made_up.zones.loc[[widest, gaps], "cz"]):
        page.evaluate("(cz) => { location.hash = `cz=${cz}` }", int(cz))
        expect(page.locator(".pf-source")).to_contain_text(f"#cz={cz}")
        file = tmp_path / f"{cz}.pdf"
        page.pdf(path=file, prefer_css_page_size=True)
        pages = PdfReader(file).pages
        assert len(pages) == 1
        assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]] == [210, 297]
        text = pages[0].extract_text()
        assert "Groups of children" in text and "(95% interval)" in text
        assert "Zones like it" in text and f"#cz={cz}" in text
        assert SIMULATED in " ".join(text.split())
        assert "How to read" not in text and "Download" not in text


def test_without_its_data_it_says_what_is_wrong(browser, site):
    page = browser.new_page()
    page.goto(f"{(site / 'report' / 'lost.html').as_uri()}")
    expect(page.locator("#place-finder")).to_contain_text("build the report again")
    page.close()


def test_without_scripts_a_table_is_offered(browser, site):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{(site / 'report' / 'light.html').as_uri()}")
    link = page.get_by_role("link", name="table of zones (CSV)")
    assert link.get_attribute("href") == "../results/commuting_zones.csv"
    page.close()


def _state(study, name):
    return study.zones.set_index("zone").loc[name, "state"]
