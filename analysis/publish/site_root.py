"""Which chapter runs, and by whom: from where its output leads to the site's root."""

from __future__ import annotations

import json
import os
from pathlib import Path

from analysis.paths import ROOT


def site_root() -> str:
    """The path from the page being made to the site's root: "" or "../" and so on."""
    page = document()
    return "../" * len(page.parent.relative_to(ROOT).parts) if page else ""


def document() -> Path | None:
    """The chapter whose code runs; None where nothing says so, as in a notebook.

    ``make report`` names it in ``$REPORT_DOCUMENT``; Quarto, when it runs a
    chapter by itself, in the JSON file that ``$QUARTO_EXECUTE_INFO`` names.
    """
    page = os.environ.get("REPORT_DOCUMENT") or _quarto().get("document-path")
    return (ROOT / page).resolve() if page else None


def draws_later() -> bool:
    """Whether whoever runs the chapter draws its figures afterwards, all in one browser.

    ``make report`` says so in ``$REPORT_DRAW``. Quarto's pages name pictures that
    ``analysis/book/after.py`` makes; on paper they must be there at once.
    """
    base = _quarto().get("format", {}).get("identifier", {}).get("base-format")
    return os.environ.get("REPORT_DRAW") == "later" or base == "html"


def _quarto() -> dict:
    described = os.environ.get("QUARTO_EXECUTE_INFO")
    if not described or not Path(described).is_file():
        return {}
    return json.loads(Path(described).read_text(encoding="utf-8"))
