"""Names from data are shown as they are: nothing in them is markup, and nothing runs."""

import pytest

from tests.pages.paper import sheets
from tests.pages.project import HOSTILE

PAGE = "report/kinds.html"
# The real book has no such names.
pytestmark = pytest.mark.parametrize("site", ["small_preview", "small_quarto"], indirect=True)


@pytest.fixture
def opened(visit):
    return visit()


def test_every_name_stands_in_the_table_as_it_is(opened):
    page = opened.open(PAGE)
    cells = page.locator("#tbl-names tbody tr td:first-child").all_inner_texts()
    assert cells == list(HOSTILE)


def test_names_in_sentences_captions_and_alternative_texts_are_plain(opened):
    page = opened.open(PAGE)
    words = page.locator("main").inner_text()
    assert f"The first is {HOSTILE[0]}, and the second {HOSTILE[1]} too." in words
    assert HOSTILE[2] in page.locator("figure", has_text="are shown as they are").inner_text()
    labels = [each.get_attribute("alt") for each in page.locator("img.report-picture").all()]
    assert f"Dots for thirty zones, the first of which is called {HOSTILE[0]}." in labels


def test_nothing_in_a_name_runs(opened, site):
    asked = []
    opened.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    for name in site.pages:
        page = opened.open(name)
        page.wait_for_timeout(300)
    page = opened.open("report/widgets.html")
    for name in HOSTILE[:6]:
        page.locator("#sec-finder input, input[role=combobox]").first.fill(name[:12])
        page.wait_for_timeout(100)
    assert asked == []
    assert opened.faults == []


def test_names_stand_on_paper_as_they_are(opened, site):
    text = "".join("".join(sheet.text.split()) for sheet in sheets(site.pdf))
    text = text.replace("–", "--")  # Typst sets two hyphens as a dash
    missing = [name for name in HOSTILE[:-1] if "".join(name.split()) not in text]
    assert missing == []
