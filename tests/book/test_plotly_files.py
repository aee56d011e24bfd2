"""plotly.js and its styles, taken apart."""

import re

import plotly
import pytest

from analysis.book.assets import plotly_files
from analysis.book.assets.plotly_files import plotly_script, plotly_style
from analysis.errors import ReportError

RULES = "sheet => [...sheet.cssRules].map(rule => rule.cssText)"


def test_the_file_has_the_rules_that_plotly_would_write_into_the_page(browser):
    page = browser.new_page()
    page.set_content("<html><head></head></html>")
    page.add_script_tag(content=plotly_files._source())
    expected = page.evaluate(f"({RULES})(document.getElementById('plotly.js-style-global').sheet)")
    page.set_content(f"<html><head><style id='own'>{plotly_style()}</style></head></html>")
    assert page.evaluate(f"({RULES})(document.getElementById('own').sheet)") == expected
    assert len(expected) > 50
    page.close()


def test_only_the_styles_of_tiled_maps_are_left_out():
    whole, script = plotly_files._source(), plotly_script()
    assert ".maplibregl-map{" in whole
    assert ".maplibregl-map{" not in script
    assert 60_000 < len(whole) - len(script) < 120_000
    assert f"plotly.js v{re.search(r'v([0-9.]+)', whole)[1]}" in script[:200]
    assert plotly.__version__


def test_another_plotly_ends_in_a_sentence(monkeypatch):
    monkeypatch.setattr(plotly_files, "_source", lambda: "var other = 1;")
    with pytest.raises(ReportError, match="install the version that"):
        plotly_style()
