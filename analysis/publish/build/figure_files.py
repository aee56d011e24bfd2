"""Put the figures' files beside the pages that name them.

Quarto runs this file after it renders (``post-render`` in ``_quarto.yml``), so that
``quarto preview`` works as well as ``make report``.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from analysis.paths import PROCESSED

FOLDER = "figures"
_NAMED = re.compile(r'(?:src|srcset|data-source)="(?:\.\./)*figures/([\w.-]+)"')


def place_figures(site: Path) -> None:
    """Copy into a site the pictures and scripts that its pages name."""
    pages = (page.read_text(encoding="utf-8") for page in site.rglob("*.html"))
    names = {name for page in pages for name in _NAMED.findall(page)}
    if names:
        (site / FOLDER).mkdir(exist_ok=True)
    for name in sorted(names):
        shutil.copyfile(PROCESSED / FOLDER / name, site / FOLDER / name)


if __name__ == "__main__":
    place_figures(Path(os.environ["QUARTO_PROJECT_OUTPUT_DIR"]))
