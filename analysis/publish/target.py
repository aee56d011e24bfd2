"""From which page a chunk's output leads to the site's root."""

from __future__ import annotations

import json
import os
from pathlib import Path

from analysis.paths import ROOT


def site_root() -> str:
    """The path from the page being made to the site's root: "" or "../" and so on.

    ``make report`` names the page in ``$REPORT_DOCUMENT``; Quarto, when it runs a
    chapter by itself, in the JSON file that ``$QUARTO_EXECUTE_INFO`` names.
    """
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
