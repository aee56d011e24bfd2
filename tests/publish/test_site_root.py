"""What a chunk learns about the page that it is part of."""

import json

import pytest

from analysis.paths import ROOT
from analysis.publish import site_root


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in ("REPORT_DOCUMENT", "QUARTO_EXECUTE_INFO"):
        monkeypatch.delenv(name, raising=False)


def test_quarto_names_the_page(tmp_path, monkeypatch):
    info = tmp_path / "info.json"
    info.write_text(json.dumps({"document-path": str(ROOT / "report" / "data.qmd")}))
    monkeypatch.setenv("QUARTO_EXECUTE_INFO", str(info))
    assert site_root.site_root() == "../"


def test_the_build_names_the_page(monkeypatch):
    monkeypatch.setenv("REPORT_DOCUMENT", "index.qmd")
    assert site_root.site_root() == ""


def test_outside_a_build_it_is_the_root():
    assert site_root.site_root() == ""
