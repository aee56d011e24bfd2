"""The 50 states and the District of Columbia, as ``data/states.csv`` lists them.

Divisions and regions are those of the US Census Bureau.
"""

from __future__ import annotations

import csv
from types import MappingProxyType

from analysis import paths

with paths.STATES.open(encoding="utf-8", newline="") as _file:
    _ROWS = list(csv.DictReader(_file))

POSTAL_BY_FIPS = MappingProxyType({int(row["fips"]): row["postal"] for row in _ROWS})
NAME_BY_POSTAL = MappingProxyType({row["postal"]: row["name"] for row in _ROWS})
POSTAL_BY_NAME = MappingProxyType({row["name"]: row["postal"] for row in _ROWS})
DIVISION_BY_POSTAL = MappingProxyType({row["postal"]: row["division"] for row in _ROWS})
REGION_BY_POSTAL = MappingProxyType({row["postal"]: row["region"] for row in _ROWS})
