"""Save a workbook so that the same cells give the same bytes."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

from analysis.store.clock import made_at

EARLIEST, LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # that a zip file can tell
PROPERTIES = "docProps/core.xml"
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def save_dated(book: Workbook, path: Path) -> None:
    """Save a workbook with the date that outputs carry in the place of the present time."""
    now = made_at()
    written = BytesIO()
    book.save(written)
    with ZipFile(written) as parts, ZipFile(path, "w", ZIP_DEFLATED) as dated:
        for name in parts.namelist():
            content = parts.read(name)
            if name == PROPERTIES:
                content = _TIME.sub(f"{now:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            part = ZipInfo(name, min(LATEST, max(EARLIEST, now.timetuple()[:6])))
            dated.writestr(part, content, ZIP_DEFLATED)
