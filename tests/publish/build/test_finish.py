"""What is done to Quarto's pages once they are there."""

import pytest

from analysis.errors import ReportError
from analysis.publish.build.finish import (
    defer_scripts,
    place_icons,
    require_icons,
    require_references,
    with_head,
    without_links,
)

PAGE = (
    '<head>\n<meta property="og:title" content="2&nbsp; Words – Book">\n</head>\n'
    '<i class="bi bi-search"></i>\n<i class="bi bi-chevron-right ms-2"></i>'
)


def test_the_font_of_icons_gives_way_to_a_sheet(tmp_path):
    folder = tmp_path / "site_libs" / "bootstrap"
    folder.mkdir(parents=True)
    (folder / "bootstrap-icons.woff").write_bytes(b"font")
    (folder / "bootstrap-icons.css").write_text("@font-face {}")
    place_icons(tmp_path)
    assert [path.name for path in folder.iterdir()] == ["bootstrap-icons.css"]
    sheet = (folder / "bootstrap-icons.css").read_text()
    assert ".bi-search" in sheet
    assert "@font-face" not in sheet


def test_an_icon_that_nobody_drew_is_named():
    require_icons("words.html", PAGE)
    with pytest.raises(ReportError, match=r"words\.html shows the icon bi-alarm"):
        require_icons("words.html", PAGE.replace("bi-search", "bi-alarm"))


@pytest.mark.parametrize(
    "shown",
    [
        "See <strong>?fig-nosuch</strong>.",
        "See <strong>?@tbl-nosuch</strong>.",
        '<a href="x"><span class="quarto-unresolved-ref">?sec-x</span></a>',
        "in Section <strong>??</strong>",
    ],
)
def test_a_reference_that_leads_nowhere_is_an_error_that_names_the_chapter(shown):
    with pytest.raises(ReportError, match=r"leads nowhere.* report/words\.qmd"):
        require_references("report/words.html", f"<p>{shown}</p>", {"fig-other"})


@pytest.mark.parametrize(
    "shown",
    [
        "<p>Is it so? fig-leaves, and @fig is a name?</p>",
        '<script>let a = b ?? "?fig-x";</script>',
        '<a href="words.html?fig-x">x</a>',
        "<pre><code>?fig-x</code></pre>",
    ],
)
def test_what_only_looks_like_a_lost_reference_is_none(shown):
    assert require_references("report/words.html", shown, set()) == []


def test_a_reference_to_a_page_that_is_not_made_yet_is_no_error():
    shown = "<p>?fig-there and <b>?@sec-there</b>, ?fig-there</p>"
    known = {"fig-there", "sec-there"}
    assert require_references("report/words.html", shown, known) == ["fig-there", "sec-there"]


def test_scripts_wait_for_the_page_but_for_that_of_the_theme():
    theme = '<script src="site_libs/quarto-contrib/theme/theme.js"></script>'
    module = '<script src="site_libs/quarto-html/quarto.js" type="module"></script>'
    nav = '<script src="site_libs/quarto-nav/quarto-nav.js"></script>'
    deferred = nav.replace("<script ", "<script defer ")
    assert defer_scripts(theme + module + nav) == theme + module + deferred


def test_a_page_says_what_it_is_without_number_and_book():
    head = {"title": r'A "\1" & b', "description": "Words.", "address": "", "image": "x.png"}
    said = with_head(PAGE, head).partition("</head>")[0].splitlines()
    assert said == [
        "<head>",
        '<meta name="twitter:card" content="summary_large_image">',
        '<meta property="og:type" content="article">',
        r'<meta property="og:title" content="A &quot;\1&quot; &amp; b">',
        '<meta property="og:description" content="Words.">',
        '<meta property="og:image" content="x.png">',
    ]
    known = with_head(PAGE, head | {"address": "https://example.org/x.html"})
    assert '<link rel="canonical" href="https://example.org/x.html">\n</head>' in known


def test_links_to_files_that_are_not_there_are_taken_out():
    tool = '<a href="../x.pdf" title="PDF" class="tool"><i class="bi"></i></a>'
    kept = '<a href="../other.pdf">Other</a>'
    assert without_links(f"{kept}{tool} text", ["x.pdf"]) == f"{kept} text"
    assert without_links(f"{kept}{tool} text", []) == f"{kept}{tool} text"
