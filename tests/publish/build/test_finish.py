"""What is done to Quarto's pages once they are there."""

import pytest

from analysis.errors import ReportError
from analysis.publish.build.finish import defer_scripts, place_icons, place_titles

PAGE = (
    '<meta property="og:title" content="2&nbsp; Words – Book">\n<i class="bi bi-search"></i>\n'
    '<i class="bi bi-chevron-right ms-2"></i>'
)


@pytest.fixture
def site(tmp_path):
    icons = tmp_path / "site_libs" / "bootstrap"
    icons.mkdir(parents=True)
    (icons / "bootstrap-icons.woff").write_bytes(b"font")
    (icons / "bootstrap-icons.css").write_text("@font-face {}")
    (tmp_path / "words.html").write_text(PAGE, encoding="utf-8")
    return tmp_path


def test_the_font_of_icons_gives_way_to_a_sheet(site):
    place_icons(site)
    folder = site / "site_libs" / "bootstrap"
    assert [path.name for path in folder.iterdir()] == ["bootstrap-icons.css"]
    sheet = (folder / "bootstrap-icons.css").read_text()
    assert ".bi-search" in sheet
    assert "@font-face" not in sheet


def test_an_icon_that_nobody_drew_is_named(site):
    (site / "words.html").write_text(PAGE.replace("bi-search", "bi-alarm"))
    with pytest.raises(ReportError, match=r"words\.html shows the icon bi-alarm"):
        place_icons(site)


def test_scripts_wait_for_the_page_but_for_that_of_the_theme(site):
    theme = '<script src="site_libs/quarto-contrib/theme/theme.js"></script>'
    module = '<script src="site_libs/quarto-html/quarto.js" type="module"></script>'
    nav = '<script src="site_libs/quarto-nav/quarto-nav.js"></script>'
    (site / "words.html").write_text(theme + module + nav)
    defer_scripts(site)
    deferred = nav.replace("<script ", "<script defer ")
    assert (site / "words.html").read_text() == theme + module + deferred


def test_titles_are_said_without_number_and_book(site):
    place_titles(site, {"words.html": {"title": r'A "\1" & b'}, "gone.html": {"title": "Gone"}})
    said = (site / "words.html").read_text(encoding="utf-8").splitlines()[0]
    assert said == r'<meta property="og:title" content="A &quot;\1&quot; &amp; b">'
