"""What is done to Quarto's pages once they are there."""

import json

import pytest

from analysis.book.assets.search import INDEX, PLACES, write_quarto_index
from analysis.book.quarto.finish import (
    defer_scripts,
    place_icons,
    require_icons,
    require_references,
    with_head,
    with_skip_link,
    without_links,
    without_uncited,
)
from analysis.errors import ReportError

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


def test_the_skip_link_comes_first():
    text = '<body class="nav">\n<a href="x">x</a><main class="content" id="y">'
    given = with_skip_link(text)
    assert given.index("Skip to the text") < given.index('href="x"')
    assert '<main tabindex="-1" class="content" id="y">' in given


def test_a_hidden_list_of_works_has_those_that_the_page_cites():
    works = "".join(
        f'<div id="ref-{key}" class="csl-entry" role="listitem">\n{key} <em>x</em>\n</div>\n'
        for key in ("a2000", "b2000")
    )
    cite = '<span class="citation" data-cites="b2000">B (2000)</span>'
    shown = f'{cite}<div id="refs" class="references" role="list">\n{works}</div><p>End</p>'
    hidden = shown.replace('role="list">', 'role="list" style="display: none">')
    assert without_uncited(shown) == shown
    assert "ref-a2000" not in without_uncited(hidden)
    assert "ref-b2000" in without_uncited(hidden)
    assert without_uncited(hidden).endswith("</div><p>End</p>")


CHAPTER = """<body><nav>Menu</nav><main><header id="title-block-header"><p>1 June</p>
<h1 class="title"><span>2</span>&nbsp; <span>Words</span></h1></header>
<p>Before <em>it</em>: a &lt; b.</p><details class="code-fold"><pre>import pandas</pre></details>
<section id="s" class="level2"><h2><span>2.1</span> Part</h2><div class="callout"><div><span
class="screen-reader-only">Note</span>Definition</div><p>A rank.<br>And more.</p></div>
<section id="t" class="level3"><h3>Within</h3><p>Deep.</p></section></section>
<div id="refs" style="display: none">Chetty</div></main><p>Footer</p></body>"""


def test_the_search_knows_words_without_code_and_each_part_by_itself(tmp_path):
    other = {"href": "other.html#x", "title": "Other", "section": "", "text": "Kept."}
    old = {"href": "report/words.html#gone", "title": "", "section": "", "text": "Old"}
    (tmp_path / INDEX).write_text(json.dumps([old, other]))
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "words.html").write_text(CHAPTER)
    write_quarto_index(tmp_path, ["report/words.html"])
    title, address = "2 Words", "report/words.html"
    part = "Definition A rank. And more. Within Deep."
    known = [
        other,
        {"href": address, "title": title, "section": "", "text": "Before it: a &lt; b."},
        {"href": f"{address}#s", "title": title, "section": "2.1 Part", "text": part},
    ]
    assert json.loads((tmp_path / INDEX).read_text()) == known
    write_quarto_index(tmp_path, ["report/words.html"])
    assert json.loads((tmp_path / INDEX).read_text()) == known


def test_the_search_knows_each_zone_and_tells_those_of_one_name_apart(tmp_path):
    places = {
        "states": [["CA", "California"], ["NV", "Nevada"]],
        "zones": [[1, "Reno", 1], [2, "<b>", 0], [3, "Reno", 1]],
        "counties": [[10, "Washoe County", 0, 1], [11, "Clark", 0, 1], [12, "Mineral", 2, 1]],
    }
    (tmp_path / PLACES).parent.mkdir(parents=True)
    (tmp_path / PLACES).write_text(f"window.reportPlaces={json.dumps(places)};")
    (tmp_path / INDEX).write_text("[]")
    (tmp_path / "finder.html").write_text('<main><div id="place-finder"></div></main>')
    write_quarto_index(tmp_path, ["finder.html"])
    found = {e["href"]: e["section"] for e in json.loads((tmp_path / INDEX).read_text())}
    assert found == {
        "finder.html#cz=1": "Reno, NV (Washoe County)",
        "finder.html#cz=2": "<b>, CA",
        "finder.html#cz=3": "Reno, NV (Mineral)",
    }


def test_the_search_knows_the_cities_of_a_zone(tmp_path):
    places = {
        "states": [["OH", "Ohio"], ["PA", "Pennsylvania"]],
        "zones": [[1, "Cleveland", 0], [2, "Erie", 1]],
        "counties": [[10, "Cuyahoga", 0, 0], [11, "Erie", 1, 1], [12, "Crawford", 0, 1]],
        "cities": [["Cleveland", "Parma"], [], ["<Meadville>"]],
    }
    (tmp_path / PLACES).parent.mkdir(parents=True)
    (tmp_path / PLACES).write_text(f"window.reportPlaces={json.dumps(places)};")
    (tmp_path / INDEX).write_text("[]")
    (tmp_path / "finder.html").write_text('<main><div id="place-finder"></div></main>')
    write_quarto_index(tmp_path, ["finder.html"])
    found = {e["section"]: e.get("text") for e in json.loads((tmp_path / INDEX).read_text())}
    assert found == {"Cleveland, OH": "Parma, OH; &lt;Meadville&gt;, PA", "Erie, PA": None}
