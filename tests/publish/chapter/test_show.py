"""Figures and tables as Markdown, read back by Pandoc."""

import json
import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pypandoc
import pytest

from analysis.errors import ReportError
from analysis.publish import site_files
from analysis.publish.chapter import show as showing
from analysis.publish.chapter.holds import holds
from analysis.publish.chapter.show import show
from analysis.publish.drawing import site_images
from analysis.publish.text.markdown import escape_markdown

HOSTILE = '<script>alert("x")</script> | *a* _b_ $c$ [d](e) `f` #g @h ^i^ ~j~\n\n# k'
LINE = go.Figure(go.Scatter(x=[1, 2], y=[3, 4]))
ROWS = pd.DataFrame({"Name": ["a"], "Value": ["1"]})


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Results go to a temporary project, and nothing is drawn."""
    monkeypatch.setattr(site_images, "drawn", lambda *figure, **size: None)
    monkeypatch.setattr(site_files, "ROOT", tmp_path)
    monkeypatch.setattr(site_files, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(showing, "ROOT", tmp_path)
    monkeypatch.setattr(showing, "paper_svg", lambda plot, name, **size: tmp_path / f"{name}.svg")
    monkeypatch.setenv("REPORT_DOCUMENT", "report/page.qmd")
    return tmp_path


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


def test_a_table_is_shown_with_a_link_to_its_rows(folder):
    table, link = blocks(show(ROWS, name="two").markdown)
    assert table["t"] == "Table"
    assert 'href="../results/tables/two.csv"' in link["c"][1]
    assert (folder / "results/tables/two.csv").read_text() == "Name,Value\na,1\n"


def test_hostile_cells_are_shown_as_text():
    found = blocks(show(pd.DataFrame({"Name": [HOSTILE], "Value": ["1"]}), name="bad").markdown)
    assert [block["t"] for block in found] == ["Table", "RawBlock"]
    printed = words(found[0])
    assert "".join(HOSTILE.split()) in "".join(printed.split())
    assert "RawInline" not in json.dumps(found[0])


def test_an_interval_in_a_cell_is_not_broken():
    told = show(pd.DataFrame({"r": ["−0.73 (−0.90 to −0.57)", "83% (75% to 89%)"]}), name="n")
    assert "−0.73 (−0.90\u00a0to\u00a0−0.57)" in told.markdown
    assert "83% (75%\u00a0to\u00a089%)" in told.markdown
    assert (
        "\u00a0" not in show(pd.DataFrame({"r": ["a (from here to there on)"]}), name="n").markdown
    )


def test_many_dots_are_drawn_without_webgl():
    plot = go.Figure(go.Scattergl(x=[1, 2], y=[3, 4], customdata=["<b>a</b>", "b"]))
    told = show(plot, data=ROWS, alt="Two dots that rise from left to right.", name="dots").markdown
    figure = json.loads(re.search(r'<script type="application/json">(.*?)</script>', told)[1])
    assert [trace["type"] for trace in figure["data"]] == ["scatter"]


def test_column_widths_reach_pandoc():
    rows = pd.DataFrame({"A": ["x"], "B": ["long " * 40]})
    table, _ = blocks(show(rows, name="wide", align="ll", widths=(20, 60)).markdown)
    widths = [spec[1]["c"] for spec in table["c"][2]]
    assert widths[1] / widths[0] == pytest.approx(3, rel=0.1)


def test_a_figure_carries_both_forms_its_words_and_its_rows(folder):
    shown = show(LINE, name="one", alt='A line, "rising" by C:\\dollars.', data=ROWS)
    site, paper, link = blocks(shown.markdown)
    assert site["c"][0] == "html"
    assert 'aria-label="A line, &quot;rising&quot; by C:\\dollars."' in site["c"][1]
    assert paper["c"] == [
        "typst",
        '#image("/one.svg", width: 100%, alt: "A line, \\"rising\\" by C:\\\\dollars.")',
    ]
    assert "../results/figures/one.csv" in link["c"][1]


@pytest.mark.parametrize("given", [{"alt": "Words."}, {"data": ROWS}])
def test_a_figure_without_words_or_rows_is_refused(given):
    with pytest.raises(ReportError, match="The figure one needs data=… and alt=…"):
        show(LINE, name="one", **given)


def test_versions_are_a_group_of_radio_buttons_and_stand_side_by_side_on_paper():
    plots = {"Actual": LINE, HOSTILE: LINE}
    shown = show(plots, name="both", alt={"Actual": "One.", HOSTILE: "Two."}, data=ROWS)
    site, paper, _ = blocks(shown.markdown)
    markup = site["c"][1]
    assert markup.count('type="radio" name="switch-both"') == 2
    assert markup.count(" checked>") == 1
    assert "<script>alert" not in markup
    assert paper["c"][1].count("image(") == 2
    assert paper["c"][1].startswith("#grid(columns: 2")


def test_a_map_can_be_unfolded_as_a_table():
    rows = pd.DataFrame({"State": [HOSTILE]})
    found = blocks(show(LINE, name="map", alt="A map.", data=ROWS, rows=rows).markdown)
    markup = found[2]["c"][1]
    assert "<summary>The map as a table, by state</summary>" in markup
    assert "<script>" not in markup
    assert all(block["t"] == "RawBlock" for block in found)


def test_a_chunk_without_a_label_is_told():
    with pytest.raises(ReportError, match="The chunk has no label"):
        show(ROWS)


def test_a_sentence_that_holds_shows_nothing_and_another_a_mark_with_a_note():
    assert words(blocks(f"It rises{holds(True).data}.")) == "It rises."
    found = holds(np.bool_(False)).data
    assert 'href="../report/colophon.html#sec-claims"' in found
    assert "†</a></sup>`{=html}" in found
    assert "#footnote(numbering: _ => [†])[Written for the published data" in found


@pytest.mark.parametrize("condition", [1, None, "yes", pd.Series([True])])
def test_only_true_or_false_holds(condition):
    with pytest.raises(TypeError, match="takes true or false"):
        holds(condition)


def test_escaping_leaves_words_alone():
    assert escape_markdown("Gini coefficient, 0 to 1") == "Gini coefficient, 0 to 1"
