"""What a chunk learns about the run it is part of."""

import json

import pytest

from analysis.paths import ROOT
from analysis.publish import target


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in ("REPORT_FORMAT", "REPORT_DOCUMENT", "QUARTO_EXECUTE_INFO"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("writer", "expected"), [("html", "html"), ("typst", "typst")])
def test_quarto_tells_format_and_page(tmp_path, monkeypatch, writer, expected):
    info = tmp_path / "info.json"
    page = str(ROOT / "report" / "data.qmd")
    info.write_text(json.dumps({"document-path": page, "format": {"pandoc": {"to": writer}}}))
    monkeypatch.setenv("QUARTO_EXECUTE_INFO", str(info))
    assert target.output_format() == expected
    assert target.site_root() == "../"


def test_preview_tells_format_and_page(monkeypatch):
    monkeypatch.setenv("REPORT_FORMAT", "typst")
    monkeypatch.setenv("REPORT_DOCUMENT", "index.qmd")
    assert target.output_format() == "typst"
    assert target.site_root() == ""


def test_outside_a_build_it_is_the_site():
    assert target.output_format() == "html"
    assert target.site_root() == ""
