"""What others can take from a page: its card, its figures, how to cite it."""

import re
import struct
from xml.etree import ElementTree

import pytest
import yaml

from analysis import __version__
from analysis.book.manuscript.book import read_book
from analysis.book.sharing.share import SOCIAL
from analysis.paths import ROOT

CARD = (1200, 630)
TAGS = """() => Object.fromEntries([...document.querySelectorAll(
  "meta[name=description], meta[property^='og:'], link[rel=canonical]"
)].map(tag => [tag.getAttribute("property") || tag.name || tag.rel, tag.content || tag.href]))"""


def size_of_png(content: bytes) -> tuple[int, int]:
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", content[16:24])


def description(site, source):
    text = (site.book.root / source).read_text(encoding="utf-8")
    return yaml.safe_load(re.match(r"---\n(.*?)\n---", text, re.DOTALL)[1])["description"]


def straight(text):
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def test_each_page_has_title_description_and_a_card(visit, site):
    opened = visit()
    titles = set()
    for chapter in site.book.chapters:
        page = opened.open(chapter.page)
        tags = page.evaluate(TAGS)
        wanted = description(site, chapter.source)
        assert straight(tags["description"]) == straight(tags["og:description"]) == wanted
        assert re.fullmatch(r"[A-Z].+\.", wanted), wanted
        titles.add(tags["og:title"])
        assert tags["og:site_name"] == site.book.title
        assert tags["og:image:alt"]
        assert "canonical" not in tags, "the site's address is not known"
        image = page.request.get(
            page.evaluate("at => new URL(at, location).href", tags["og:image"])
        )
        assert image.status == 200
        assert size_of_png(image.body()) == CARD
    assert len(titles) == len(site.book.chapters)


def test_both_builds_say_the_same_to_those_who_link(both_sites, browser):
    page = browser.new_page()
    for chapter in both_sites[0].book.chapters:
        said = []
        for each in both_sites:
            page.goto(each.address + chapter.page, wait_until="domcontentloaded")
            tags = page.evaluate(TAGS)
            said.append({name: straight(text) for name, text in tags.items() if "og:" in name})
        assert said[0] == said[1], chapter.page
    page.close()
    cards = [sorted(p.name for p in (each.folder / SOCIAL).iterdir()) for each in both_sites]
    assert cards[0] == cards[1]


def test_figures_can_be_saved_with_title_and_source(visit, site):
    opened = visit(accept_downloads=True)
    saved = 0
    for name in site.pages:
        page = opened.open(name)
        for link in page.locator("a.save-picture").all():
            caption = link.locator("xpath=ancestor::figure").locator("figcaption").inner_text()
            picture = page.request.get(link.evaluate("link => link.href"))
            assert picture.status == 200
            root = ElementTree.fromstring(picture.body())
            said = " ".join(node.text for node in root if node.tag.endswith("text") and node.text)
            assert straight(said.split(" Source: ")[0])[:25] in straight(caption)
            assert f"Source: {site.book.title}." in said
            saved += 1
    assert saved >= 2


def test_a_figure_is_saved_as_png(visit, site):
    page = visit(accept_downloads=True).open(site.pages[0])
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Picture (PNG)").first.click()
    content = waiting.value.path().read_bytes()
    width, height = size_of_png(content)
    assert width > 600
    assert height > 300
    assert waiting.value.suggested_filename.endswith(".png")
    assert len(content) > 10_000  # not an empty canvas


def test_the_citation_file_fits_the_project():
    made = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    book = read_book(ROOT)
    assert made["title"] == book.title
    assert made["version"] == __version__
    assert [who["name"] for who in made["authors"]] == [book.author]
    assert book.author in (ROOT / "LICENSE").read_text()
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.slow
def test_the_summary_says_how_to_cite(visit, real_preview, browser):
    page = browser.new_page()
    page.goto(real_preview.address)
    entry = page.locator("pre", has_text="@misc").inner_text()
    assert re.search(r"author\s+= \{\{The authors of this report\}\}", entry)
    assert f"Version {__version__}" in entry
    page.close()
