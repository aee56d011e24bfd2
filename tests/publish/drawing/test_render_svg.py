"""Figures on paper."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import plotly.graph_objects as go
import pypdf
import pytest
import typst

from analysis import paths
from analysis.paths import ROOT
from analysis.publish.drawing import render_svg
from analysis.publish.drawing.browser import find_chromium
from analysis.publish.drawing.render_svg import paper_svg
from analysis.publish.figures.maps import zone_map

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Drawn figures, and those that wait, are kept away from the report's own."""
    monkeypatch.setattr(render_svg, "FIGURES", tmp_path)
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")


@pytest.fixture
def line():
    return go.Figure(
        go.Scatter(x=[1, 2], y=[3, 4]),
        layout={"height": 300, "xaxis_title": "Year"},
    )


def texts(path):
    return ["".join(node.itertext()) for node in ET.parse(path).getroot().iter(f"{SVG}text")]


def test_figure_has_its_size_and_font(line, tmp_path):
    path = paper_svg(line, "line")
    root = ET.parse(path).getroot()
    assert float(root.get("width")) == round(15.2 * render_svg.PIXELS_PER_CM)
    assert float(root.get("height")) == 300
    assert "Year" in texts(path)
    assert "Libertinus Serif" in path.read_text()


def test_drawn_once_and_again_when_anything_changes(line, tmp_path, monkeypatch):
    drawn = []

    def draw(figures):
        for path, _, size in figures:
            drawn.append(size)
            path.write_bytes(b"<svg/>")

    monkeypatch.setattr(render_svg, "_draw", draw)
    first = paper_svg(line, "line")
    assert paper_svg(line, "line") == first
    assert len(drawn) == 1
    paper_svg(line, "line", width_cm=8)
    line.data[0].y = [3, 5]
    assert paper_svg(line, "line") != first
    assert len(drawn) == 3


def test_none_without_a_browser(line, tmp_path, monkeypatch):
    monkeypatch.setattr(render_svg, "find_chromium", lambda: None)
    assert paper_svg(line, "line") is None


def test_figures_left_for_later_are_drawn_together(line, tmp_path, monkeypatch):
    monkeypatch.setenv("REPORT_DRAW", "later")
    drawn = [paper_svg(line, name) for name in ("one", "two")]
    assert not any(path.exists() for path in drawn)
    assert all(render_svg.is_drawn_or_waits(path) for path in drawn)
    assert render_svg.draw_waiting() == 2
    assert all("Year" in texts(path) for path in drawn)
    assert sorted(tmp_path.glob("*.*")) == sorted(drawn)
    assert render_svg.draw_waiting() == 0


def _drawn_with(browser, folder):
    """Draw a figure in a process of its own, since the browser is started once a process."""
    script = (
        "import plotly.graph_objects as go, pathlib\n"
        "from analysis.publish.drawing import render_svg\n"
        f"render_svg.FIGURES = pathlib.Path({str(folder)!r})\n"
        "render_svg.paper_svg(go.Figure(), 'a')\n"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "CHROME": str(browser)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_browser_that_does_not_draw_ends_in_a_sentence(tmp_path):
    done = _drawn_with(shutil.which("true"), tmp_path)
    assert done.returncode != 0
    assert re.search(r"ReportError: The browser \S+/true does not draw \(.+\); check", done.stderr)
    assert not list(tmp_path.glob("*.svg"))


def test_browser_that_closes_at_its_start_is_started_again(tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(
        f"#!/bin/sh\n[ -e {tmp_path}/tried ] || {{ touch {tmp_path}/tried; exit 1; }}\n"
        f'exec {find_chromium()} "$@"\n'
    )
    browser.chmod(0o755)
    done = _drawn_with(browser, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "tried").exists()
    assert len(list(tmp_path.glob("a-*.svg"))) == 1


def test_map_has_every_zone_and_real_text_in_the_pdf(here_study, tmp_path):
    fig = zone_map(here_study.zones, "am", unit="Average rank")
    path = paper_svg(fig, "map")
    shapes = ET.parse(path).getroot().iter(f"{SVG}path")
    assert sum(node.get("class") == "choroplethlocation" for node in shapes) == 741
    # A reader of PDF may draw no line thinner than a pixel: it would hide small zones.
    widths = [
        node.get("style")
        for node in ET.parse(path).getroot().iter(f"{SVG}path")
        if node.get("class") == "choroplethlocation"
    ]
    assert all("stroke-width: 0px" in style for style in widths)
    (tmp_path / "page.typ").write_text(f'#image("{path.name}", width: 16cm)')
    typst.compile(tmp_path / "page.typ", output=tmp_path / "page.pdf", root=tmp_path)
    text = pypdf.PdfReader(tmp_path / "page.pdf").pages[0].extract_text()
    assert "Average rank" in text
    assert "No estimate" in text
