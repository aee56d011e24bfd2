"""Colours of mobility: burnt orange is low, deep violet is high."""

from __future__ import annotations

MOBILITY = ("#b3541e", "#e0a06a", "#a08cc0", "#4a2377")
MISSING = "#d9d9d6"
