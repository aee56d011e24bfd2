"""Find a Chrome or Chromium on this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

VARIABLES = ("CHROME", "BROWSER_PATH")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_PROGRAMS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find_chromium() -> Path | None:
    """Path of the browser, or None if there is none.

    ``$CHROME`` and ``$BROWSER_PATH`` come first (a path, or a name on PATH),
    then the usual names on PATH, then the usual places on a Mac.
    """
    named = (os.environ.get(variable) for variable in VARIABLES)
    for candidate in (*filter(None, named), *PROGRAMS, *MAC_PROGRAMS):
        path = shutil.which(candidate)
        if path:
            return Path(path)
    return None
