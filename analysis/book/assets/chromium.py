"""Get the Chromium that draws figures for paper and opens the site in tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from analysis.publish.drawing.browser import find_chromium

MISSING = (
    "No Chrome or Chromium was found, so the PDF has words in place of pictures: "
    "install one, or name it in $CHROME."
)
# Downloading and unpacking takes about a minute; a dead mirror must not hold the build up.
PATIENCE = 600


def find_or_install() -> Path | None:
    """The browser; Debian's is installed where there is none and this is root with apt."""
    program = find_chromium()
    if program or not shutil.which("apt-get") or os.geteuid() != 0:
        return program
    print("  installing Debian's chromium", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "chromium", "fonts-liberation"],
    ):
        try:
            subprocess.run(command, env=environment, timeout=PATIENCE, check=False, **quiet)
        except subprocess.TimeoutExpired:
            break
    return find_chromium()
