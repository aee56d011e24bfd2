"""The scorecard calculator in a real Chromium, opened from a folder with no network."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from analysis import paths
from analysis.publish import site_files
from analysis.publish.widgets.calculator import widget, write_calculator
from analysis.scorecard.card.score import score_frame
from tests.scorecard.conftest import card_study  # noqa: F401

HOUSEHOLDS = 1000
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Try the card</title>
<style>{style} main {{ max-width: 39rem; margin: auto; padding: 1rem }}</style></head>
<body><main class="content"><h1>Try the card</h1>{widget}</main></body></html>"""


@pytest.fixture(scope="module")
def card(card_study):  # noqa: F811
    return card_study.card


@pytest.fixture(scope="module")
def households(card):
    """Random answers in words, with a region each, and what the engine says of them."""
    random = np.random.default_rng(11)
    codes = np.column_stack(
        [random.integers(len(q.answers), size=HOUSEHOLDS) for q in card.questions]
    )
    codes[0] = [int(np.argmin(q.points)) for q in card.questions]
    codes[1] = [int(np.argmax(q.points)) for q in card.questions]
    region = random.integers(-1, len(card.regions), size=HOUSEHOLDS)
    words = {q.name: np.array(q.answers)[codes[:, j]] for j, q in enumerate(card.questions)}
    return codes, region, pd.DataFrame(words)


def engine(card, answers, region, line):
    """Scores and probabilities by `analysis.scorecard.card.score`, row by row."""
    told = pd.DataFrame(index=answers.index, columns=["score", "probability"], dtype=float)
    for place, part in answers.groupby(region):
        asked = part if place < 0 else part.assign(region=card.regions[place])
        told.loc[part.index] = score_frame(card, asked, line).households[["score", "probability"]]
    return told["score"].to_numpy(), told["probability"].to_numpy()


@pytest.fixture(scope="module")
def site(tmp_path_factory, card):
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_files, "ROOT", folder)
        patch.setattr(site_files, "RESULTS", folder / "results")
        write_calculator(card)
    (folder / "report").mkdir()
    style = (paths.THEME / "report.css").read_text(encoding="utf-8")
    for theme in ("light", "dark"):
        page = PAGE.format(theme=theme, style=style, widget=widget(card, "../"))
        (folder / "report" / f"{theme}.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture
def visit(browser, site):
    """Open a page of the folder; complaints and foreign requests fail the test."""
    contexts, faults = [], []

    def open_page(theme="light", size=DESK, **options):
        context = browser.new_context(viewport=size, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda line: line.type == "error" and faults.append(line.text))
        page.on(
            "request", lambda r: r.url.startswith("file:") or faults.append(f"asked for {r.url}")
        )
        page.goto(f"{(site / 'report' / theme).as_uri()}.html")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def answer(page, codes):
    for q, code in enumerate(codes):
        page.locator(f"input[name=question-{q}]").nth(int(code)).check()


def test_it_agrees_with_the_engine_on_random_households(visit, card, households):
    codes, region, answers = households
    told = visit().evaluate(
        """([codes, regions]) => {
          const { scoreOf, tenthsOf, tenthsOfPersons } = povertyCalculator;
          return codes.map((answers, i) => {
            const score = scoreOf(povertyCard, answers);
            const each = (tenths) => povertyCard.lines.map((l) => tenths(l, regions[i], score));
            return [score, ...each(tenthsOf), ...each(tenthsOfPersons)];
          });
        }""",
        [codes.tolist(), region.tolist()],
    )
    told = np.array(told)
    assert (told[:2, 0] == [0, 100]).all()
    for position, line in enumerate(card.lines):
        score, probability = engine(card, answers, region, line.name)
        assert (told[:, 0] == score).all()
        assert (told[:, 1 + position] == np.round(1000 * probability)).all()
        assert np.abs(told[:, 1 + position] / 1000 - probability).max() < 1e-12
        persons = card.probability(told[:, 0], region, line.name, of="persons")
        assert np.abs(told[:, 1 + len(card.lines) + position] / 1000 - persons).max() < 1e-12


@pytest.mark.parametrize("row", range(5))
def test_its_buttons_give_the_same(visit, card, households, row):
    codes, region, answers = households
    page = visit()
    answer(page, codes[row])
    page.get_by_label("Where does the household live?").select_option(str(region[row]))
    score, probability = engine(card, answers.iloc[[row]], region[[row]], None)
    expect(page.locator(".pc-state")).to_have_text(f"Score: {int(score[0])} of 100.")
    tenths = round(1000 * probability[0])
    words = {0: "under 0.1%", 1000: "over 99.9%"}.get(tenths, f"{tenths / 10:.1f}%")
    expect(page.locator(".pc-probability")).to_have_text(words)
    (persons,) = card.probability(score.astype(int), region[[row]], of="persons")
    ends = {0: "under 0.1%", 1000: "over 99.9%"}
    told = ends.get(round(1000 * persons), f"{100 * persons:.1f}%")
    expect(page.locator(".pc-persons")).to_contain_text(f"To count people: {told} of those")
    here = page.locator("tr.pc-here")
    expect(here).to_have_count(1)
    expect(here.locator("td").first).to_have_text(words)
    points = page.locator(".pc-points").all_inner_texts()
    assert sum(int(text.split()[0]) for text in points) == score[0]


def test_every_region_and_line_is_shown(visit, card, households):
    codes, _, answers = households
    page = visit()
    answer(page, codes[2])
    for place in range(-1, len(card.regions)):
        cells = page.locator("tbody tr").nth(place + 1).locator("td").all_inner_texts()
        for text, line in zip(cells, card.lines, strict=True):
            (_,), (p,) = engine(card, answers.iloc[[2]], np.array([place]), line.name)
            ends = {0: "under 0.1%", 1000: "over 99.9%"}
            assert text == ends.get(round(1000 * p), f"{100 * p:.1f}%")


def test_nothing_is_said_before_the_last_answer(visit, card, households):
    page = visit()
    result = page.locator(".pc-result")
    expect(result).to_be_hidden()
    answer(page, households[0][3][:-1])
    expect(result).to_be_hidden()
    done, whole = len(card.questions) - 1, len(card.questions)
    expect(page.get_by_role("status")).to_contain_text(f"{done} of {whole} questions answered")
    page.locator(f"input[name=question-{done}]").first.check()
    expect(result).to_be_visible()
    page.get_by_role("button", name="Start again").click()
    expect(result).to_be_hidden()
    expect(page.get_by_role("status")).to_contain_text(f"0 of {whole} questions answered")
    assert page.locator("input:checked").count() == 0
    assert set(page.locator(".pc-points").all_inner_texts()) == {""}


def test_it_works_by_keyboard(visit, card):
    page = visit()
    page.locator("input[name=question-0]").first.focus()
    for _ in card.questions:
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
    expect(page.get_by_label("Where does the household live?")).to_be_focused()
    expect(page.locator(".pc-state")).to_have_text(
        f"Score: {sum(q.points[1] for q in card.questions)} of 100."
    )


@pytest.mark.parametrize(("theme", "size"), [("light", DESK), ("dark", PHONE)])
def test_it_is_accessible_and_fits(visit, households, theme, size):
    page = visit(theme=theme, size=size)
    answer(page, households[0][4])
    # Its own look into style sheets is switched off: a page from a folder may not fetch.
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if size is PHONE:
        for label in page.locator(".pc-answers label").all():
            assert label.bounding_box()["height"] >= 40


def test_without_scripts_the_questions_and_the_sheet_remain(visit, card):
    page = visit(java_script_enabled=False)
    expect(page.locator("fieldset")).to_have_count(len(card.questions))
    link = page.get_by_role("link", name="The card (PDF)")
    assert link.get_attribute("href") == f"../results/scorecard/{card.name}/scorecard.pdf"


def test_text_of_the_survey_is_text(card):
    bad = "<img src=x onerror=alert(1)>"
    question = replace(card.questions[0], text=bad, answers=(bad, *card.questions[0].answers[1:]))
    hostile = replace(card, questions=(question, *card.questions[1:]), notice=bad, regions=(bad,))
    assert "<img" not in widget(hostile, "")
