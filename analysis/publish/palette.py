"""Colours of mobility: burnt orange is low, deep violet is high.

Lightness falls evenly from low to high (L* of about 65, 51, 38 and 21), so
that the order is kept in grey print and for readers who see colours otherwise.
"""

from __future__ import annotations

MOBILITY = ("#e0883a", "#c25f63", "#84489a", "#3f1f75")
MISSING = "#d9d9d6"
