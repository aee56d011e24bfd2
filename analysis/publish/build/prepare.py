"""Put in place what pages load but the repository does not hold.

Quarto runs this file before it renders (``pre-render`` in ``_quarto.yml``), so
that ``quarto preview`` works as well as ``make report``.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from analysis.paths import REPORT
from analysis.publish.build.imprint import imprint
from analysis.publish.geometry.build import report_county_geometry, report_geometry
from analysis.publish.geometry.script import COUNTIES, ZONES, write_script

GENERATED = REPORT / "generated"
PLOTLY = GENERATED / "plotly.min.js"
SHAPES = {name: GENERATED / f"{name}.js" for name in (ZONES, COUNTIES)}
NOTICE = GENERATED / "notice.txt"
IMPRINT = GENERATED / "imprint.json"
HEADS = GENERATED / "heads.json"
SIMULATED = (
    "Simulated data: the real data were not at hand when this was built. "
    "Every number and figure below describes made-up zones, not the world. "
    "Sentences were written for the published data; a dagger (†) marks those that do not hold here."
)


def prepare(notice: str) -> None:
    """Copy plotly.js out of its wheel, write the maps' shapes and leave the words for Quarto."""
    GENERATED.mkdir(parents=True, exist_ok=True)
    source = _plotly()
    if not PLOTLY.is_file() or PLOTLY.stat().st_size != source.stat().st_size:
        whole = PLOTLY.with_suffix(f".{os.getpid()}.part")
        shutil.copyfile(source, whole)
        os.replace(whole, PLOTLY)
    write_script(SHAPES[ZONES], report_geometry())
    write_script(SHAPES[COUNTIES], report_county_geometry())
    NOTICE.write_text(notice, encoding="utf-8")
    IMPRINT.write_text(json.dumps(imprint()), encoding="utf-8")


def notice() -> str:
    """What every page must say of the data; empty if they are real."""
    from analysis import data

    return SIMULATED if data.load().simulated else ""


def _plotly() -> Path:
    import plotly

    return Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


if __name__ == "__main__":
    prepare(notice())
