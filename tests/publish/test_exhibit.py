"""Figures and tables as Markdown, read back by Pandoc."""

import json

import pandas as pd
import pypandoc
import pytest

from analysis.publish import results
from analysis.publish.exhibit import Figure, Table, escape
from analysis.publish.style import new_figure

HOSTILE = '<script>alert("x")</script> | *a* _b_ $c$ [d](e) `f` #g @h ^i^ ~j~'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Results go to a temporary project."""
    monkeypatch.setattr(results, "ROOT", tmp_path)
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    return tmp_path


@pytest.fixture
def html(monkeypatch):
    monkeypatch.setenv("REPORT_FORMAT", "html")
    monkeypatch.setenv("REPORT_DOCUMENT", "report/page.qmd")


def blocks(markdown: str) -> list:
    return json.loads(pypandoc.convert_text(markdown, "json", "markdown"))["blocks"]


def words(node) -> str:
    if isinstance(node, dict):
        if node.get("t") == "Str":
            return node["c"]
        if node.get("t") in {"Space", "SoftBreak"}:
            return " "
        return words(node.get("c", ""))
    return "".join(words(item) for item in node) if isinstance(node, list) else ""


def test_table_is_one_cross_reference_block_with_caption_and_link(folder, html):
    table = Table("two", pd.DataFrame({"Name": ["a"], "Value": ["1"]}), "What it shows.")
    (block,) = blocks(table._repr_markdown_())
    assert block["t"] == "Div"
    assert block["c"][0][0] == "tbl-two"
    kinds = [inner["t"] for inner in block["c"][1]]
    assert kinds == ["Table", "Para"]
    assert "../results/tables/two.csv" in table._repr_markdown_()
    assert (folder / "results/tables/two.csv").read_text() == "Name,Value\na,1\n"


def test_hostile_cells_are_shown_as_text(folder, html):
    table = Table("bad", pd.DataFrame({"Name": [HOSTILE], "Value": ["1"]}), "Caption.")
    (block,) = blocks(table._repr_markdown_())
    printed = words(block["c"][1][0])
    assert HOSTILE.replace(" ", "") in printed.replace(" ", "")
    assert "RawInline" not in json.dumps(block)


def test_column_widths_reach_pandoc(folder, html):
    rows = pd.DataFrame({"A": ["x"], "B": ["long " * 40]})
    markdown = Table("wide", rows, "Caption.", align="ll", widths=(20, 60))._repr_markdown_()
    (block,) = blocks(markdown)
    specs = block["c"][1][0]["c"][2]
    widths = [spec[1]["c"] for spec in specs]
    assert widths[1] / widths[0] == pytest.approx(3, rel=0.1)


def test_figure_for_the_site_carries_alt_text_and_data(folder, html):
    plot = new_figure()
    plot.add_scatter(x=[1, 2], y=[3, 4])
    figure = Figure("one", plot, "It rises.", "How to read.", 'A line, "rising".', pd.DataFrame())
    markdown = figure._repr_markdown_()
    (block,) = blocks(markdown)
    assert block["c"][0][0] == "fig-one"
    assert "A line, &quot;rising&quot;." in markdown or 'A line, "rising".' in markdown
    assert "It rises." in words(block["c"][1][-1])


def test_figure_for_paper_has_no_links(folder, monkeypatch):
    monkeypatch.setenv("REPORT_FORMAT", "typst")
    table = Table("three", pd.DataFrame({"A": ["1"]}), "Caption.")
    assert ".csv" not in table._repr_markdown_()


def test_escape_leaves_words_alone():
    assert escape("Gini coefficient, 0 to 1") == "Gini coefficient, 0 to 1"
