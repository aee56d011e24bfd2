"""Figures to be saved, and what pages say to those who link to them."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from analysis.book.manuscript.book import read_book
from analysis.book.manuscript.document import read_trees
from analysis.book.sharing.pictures import Picture, pictures, with_title_and_source
from analysis.book.sharing.share import heads
from analysis.publish.chapter.cite import bibtex

WOVEN = """---
description: "About 'lines' & dots."
---

# Lines & dots {#sec-lines}

::: {#fig-line}

```{=typst}
#image("/drawn/line.svg", width: 50%, alt: "A line.")
```

```{=html}
<p class="data-link"><a href="../results/figures/line.csv">Data (CSV)</a></p>
```

**It *rises* & rises`<!-- holds -->`{=html}.** By a half.
:::

::: {#tbl-none}

| a |
|---|
| 1 |

A table.
:::
"""
DRAWN = '<svg class="main-svg" xmlns="http://www.w3.org/2000/svg" width="400" height="200"/>'


@pytest.fixture
def book(tmp_path):
    (tmp_path / "_quarto.yml").write_text(
        "book: {title: Lines, chapters: [index.qmd, report/lines.qmd]}\n"
    )
    (tmp_path / "report").mkdir()
    (tmp_path / "index.qmd").write_text("# Start {#sec-start}\n")
    (tmp_path / "report" / "lines.qmd").write_text(WOVEN)
    return read_book(tmp_path)


@pytest.fixture
def trees():
    return read_trees({"index.qmd": "# Start {#sec-start}\n", "report/lines.qmd": WOVEN})


def test_a_chapters_figures_are_found_by_their_captions(trees):
    (found,) = pictures(trees["report/lines.qmd"])
    assert found.name == "figures/line"
    assert found.title == "It rises & rises."
    assert found.drawings == ("drawn/line.svg",)
    assert pictures(trees["index.qmd"]) == []


def test_a_saved_figure_stands_between_title_and_source(tmp_path):
    (tmp_path / "line.svg").write_text(DRAWN)
    picture = Picture("figures/line", "It rises & rises. " * 8, "", ("line.svg", "line.svg"))
    root = ElementTree.fromstring(with_title_and_source(picture, tmp_path, "Source: <here>."))
    texts = [node for node in root if node.tag.endswith("text")]
    drawn = [node for node in root if node.tag.endswith("svg")]
    said = " ".join(node.text for node in texts)
    assert said == ("It rises & rises. " * 8).strip() + " Source: <here>."
    assert len(texts) > 2, "a long title takes several lines"
    left, right = (float(node.get("x")) for node in drawn)
    assert right >= left + 400
    last_of_title, source = texts[-2], texts[-1]
    top = float(drawn[0].get("y"))
    assert float(last_of_title.get("y")) < top
    assert top + 200 < float(source.get("y")) < float(root.get("height"))
    assert float(root.get("width")) >= right + 400


def test_heads_lead_to_the_sites_address_where_it_is_known(book, trees):
    plain = heads(book, trees)["report/lines.html"]
    assert plain["title"] == "Lines & dots"
    assert plain["description"] == "About 'lines' & dots."
    assert plain["image"] == "../social/lines.png"
    assert plain["alt"] == "It rises & rises."
    assert plain["address"] == ""
    known = heads(replace(book, site_url="https://example.org/book/"), trees)
    assert known["report/lines.html"]["address"] == "https://example.org/book/report/lines.html"
    assert known["report/lines.html"]["image"] == "https://example.org/book/social/lines.png"
    assert known["index.html"]["address"] == "https://example.org/book/"
    assert known["index.html"]["title"] == "Lines"


def test_bibtex():
    shown = bibtex("key", {"title": "{A Title}", "year": "1970"}).markdown
    assert "@misc{key,\n  title = {{A Title}},\n  year  = {1970}\n}" in shown
