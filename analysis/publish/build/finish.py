"""Finish the pages that Quarto has made: their icons, their titles, when their scripts load.

Quarto runs this file after it renders (``post-render`` in ``_quarto.yml``).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from html import escape
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from analysis.errors import ReportError
from analysis.paths import THEME
from analysis.publish.build.prepare import HEADS

ICONS = THEME / "quarto" / "icons.css"
_SHOWN = re.compile(r'class="bi (bi-[\w-]+)')
_SCRIPT = re.compile(r'<script (?=src="[^"]*site_libs/(?![^"]*/theme\.js)[^"]*">)')
_TITLE = re.compile(r'(<meta property="og:title" content=")[^"]*(">)')


def place_icons(site: Path) -> None:
    """Put a sheet of the few icons that pages show in the place of Quarto's font of all.

    The font and its sheet are 194 kB of each first visit.

    Raises
    ------
    ReportError
        If a page shows an icon that the sheet does not have.
    """
    drawn = set(re.findall(r"\.(bi-[\w-]+)", ICONS.read_text(encoding="utf-8")))
    for page in sorted(site.rglob("*.html")):
        if lost := sorted(set(_SHOWN.findall(page.read_text(encoding="utf-8"))) - drawn):
            raise ReportError(f"{page.name} shows the icon {lost[0]}: draw it in {ICONS.name}.")
    folder = site / "site_libs" / "bootstrap"
    if folder.is_dir():
        (folder / "bootstrap-icons.woff").unlink(missing_ok=True)
        shutil.copyfile(ICONS, folder / "bootstrap-icons.css")


def place_titles(site: Path, heads: dict[str, dict[str, str]]) -> None:
    """Say each page's title to those who link to it without number and book, which Quarto adds."""
    for name, head in heads.items():
        page = site / name
        if page.is_file():
            text = page.read_text(encoding="utf-8")
            title = escape(head["title"], quote=True)
            page.write_text(_TITLE.sub(rf"\g<1>{_literal(title)}\g<2>", text), encoding="utf-8")


def defer_scripts(site: Path) -> None:
    """Let Quarto's scripts wait for the page, which needs none of them to be drawn.

    All of them act when the page is there (``DOMContentLoaded``), after what is deferred.
    That of the theme goes first.
    """
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        page.write_text(_SCRIPT.sub("<script defer ", text), encoding="utf-8")


def _literal(text: str) -> str:
    return text.replace("\\", r"\\")


if __name__ == "__main__":
    folder = Path(os.environ["QUARTO_PROJECT_OUTPUT_DIR"])
    place_icons(folder)
    defer_scripts(folder)
    if HEADS.is_file():
        place_titles(folder, json.loads(HEADS.read_text(encoding="utf-8")))
