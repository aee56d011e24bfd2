"""Bring the shapes to the figures: one script for the site, copies for paper.

A figure names its shapes instead of carrying them: a trace with
``meta={"geometry": "zones"}`` gets the polygons of the zones, one with
``meta={"geometry": "states"}`` the lines between states.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from analysis.publish.geometry.build import Geometry


def write_script(path: Path, geometry: Geometry) -> Path:
    """Write the shapes as a script that assigns ``window.ReportGeometry``.

    A script rather than a JSON file, since browsers do not let a page that was
    opened from disk read a file beside it.
    """
    text = json.dumps(asdict(geometry), separators=(",", ":"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"window.ReportGeometry={text};\n", encoding="utf-8")
    return path


def fill_geometry(figure: dict, geometry: Geometry) -> dict:
    """Put the shapes into the traces of a figure (as plain dict) that name them."""
    return {**figure, "data": [_filled(trace, geometry) for trace in figure["data"]]}


def _filled(trace: dict, geometry: Geometry) -> dict:
    named = (trace.get("meta") or {}).get("geometry")
    if named == "zones":
        return {**trace, "geojson": geometry.zones}
    if named == "states":
        return {**trace, **geometry.states}
    return trace


def needs_geometry(figure: dict) -> bool:
    """Whether any trace names shapes."""
    return any((trace.get("meta") or {}).get("geometry") for trace in figure["data"])
