"""Exhibits of the colophon: what this copy of the report was made of."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version

import pandas as pd

from analysis.data import Study
from analysis.publish import numbers
from analysis.publish.card_files import CARD_FILES, FOLDER
from analysis.publish.exhibit import Table
from analysis.publish.result_files import RESULT_FILES

PACKAGES = [
    "numpy",
    "scipy",
    "pandas",
    "statsmodels",
    "scikit-learn",
    "plotly",
    "plotly-geo",
    "shapely",
    "xlrd",
    "tabulate",
]


def build_date() -> str:
    """Date of the build in UTC; ``$SOURCE_DATE_EPOCH`` sets it for repeatable builds."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return f"{now:%-d %B %Y}"


def files(study: Study) -> Table:
    """The raw files: found or not, with checksums and licences."""
    table = pd.DataFrame(
        [
            (file.name, file.state, file.bytes, file.sha256, file.licence, file.note)
            for file in study.files
        ],
        columns=["file", "state", "bytes", "sha256", "licence", "note"],
    )
    rows = pd.DataFrame(
        {
            "File": table["file"],
            "State": table["state"],
            "Bytes": [numbers.plain(file.bytes) if file.bytes else "–" for file in study.files],
            "SHA-256 begins": [(file.sha256 or "–")[:12] for file in study.files],
            "Licence": table["licence"],
        }
    )
    return Table(
        name="colophon-files",
        rows=rows,
        caption="Raw data files of this build.",
        data=table,
        align="llrll",
        widths=(30, 16, 12, 16, 26),
    )


def versions() -> Table:
    """Versions of Python and of the packages that the numbers depend on."""
    table = pd.DataFrame(
        [("Python", platform.python_version()), *((name, version(name)) for name in PACKAGES)],
        columns=["Software", "Version"],
    )
    return Table(
        name="colophon-versions", rows=table, caption="Software that made this copy.", align="ll"
    )


def result_files() -> Table:
    """The results files with the meaning of each column."""
    table = pd.DataFrame(
        [
            (file.name, file.what, column, meaning)
            for file in RESULT_FILES
            for column, meaning in file.columns.items()
        ]
        + [(f"{FOLDER}/<survey>/{name}", what, "", what) for name, what in CARD_FILES.items()],
        columns=["file", "row", "column", "meaning"],
    )
    first = ~table.duplicated("file")
    rows = pd.DataFrame(
        {
            "File": table["file"].where(first, ""),
            "Column": table["column"],
            "Meaning": table["meaning"],
        }
    )
    return Table(
        name="colophon-results",
        rows=rows,
        caption="Results files and their columns.",
        data=table,
        align="lll",
        widths=(26, 18, 56),
    )
