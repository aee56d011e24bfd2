"""What a chunk is being run for: the site or paper, and from which page."""

from __future__ import annotations

import json
import os
from pathlib import Path

from analysis.paths import ROOT

HTML, TYPST = "html", "typst"


def output_format() -> str:
    """``"html"`` for the site, ``"typst"`` for the PDF.

    The preview build says so in ``$REPORT_FORMAT``; Quarto describes the run in
    the JSON file that ``$QUARTO_EXECUTE_INFO`` names. Outside both, the site.
    """
    named = os.environ.get("REPORT_FORMAT")
    if named:
        return named
    writer = _quarto().get("format", {}).get("pandoc", {}).get("to", HTML)
    return TYPST if writer.startswith(TYPST) else HTML


def site_root() -> str:
    """The path from the page being made to the site's root: "" or "../" and so on."""
    page = os.environ.get("REPORT_DOCUMENT") or _quarto().get("document-path")
    if not page:
        return ""
    folder = (ROOT / page).resolve().parent
    return "../" * len(folder.relative_to(ROOT).parts)


def _quarto() -> dict:
    described = os.environ.get("QUARTO_EXECUTE_INFO")
    if not described or not Path(described).is_file():
        return {}
    return json.loads(Path(described).read_text(encoding="utf-8"))
