"""Bring the shapes to the figures: one script for all of a page's maps.

A figure names its shapes instead of carrying them: a trace with
``meta={"geometry": "zones"}`` gets the polygons of the zones, one with
``meta={"geometry": "states"}`` the lines between states; ``"counties"`` and
``"county_states"`` are those of a map of counties.
"""

from __future__ import annotations

import json
from pathlib import Path

from analysis.publish.geometry.build import CountyGeometry, Geometry
from analysis.store import atomic

ZONES, COUNTIES = "zones", "counties"
"""The scripts with shapes, each named for what it holds."""

BEFORE, AFTER = "window.ReportGeometry=Object.assign(window.ReportGeometry||{},", ");\n"


def write_script(path: Path, geometry: Geometry | CountyGeometry) -> Path:
    """Write the shapes as a script that adds them to ``window.ReportGeometry``.

    A script rather than a JSON file, since browsers do not let a page that was
    opened from disk read a file beside it.
    """
    text = json.dumps(vars(geometry), separators=(",", ":"))
    atomic.write(path, f"{BEFORE}{text}{AFTER}")
    return path


def shapes_needed(figure: dict) -> str | None:
    """Which script has the shapes that the traces name, if they name any."""
    named = {_named(trace) for trace in figure["data"]} - {None}
    if not named:
        return None
    return COUNTIES if COUNTIES in named else ZONES


def needs_geometry(figure: dict) -> bool:
    """Whether any trace names shapes."""
    return shapes_needed(figure) is not None


def _named(trace: dict) -> str | None:
    return (trace.get("meta") or {}).get("geometry")
