"""Differences inside zones against a plain sum."""

import pandas as pd
import pytest

from analysis.mobility.describe.county_variance import share_inside_zones


def test_share_inside_zones_against_a_plain_sum():
    table = pd.DataFrame({"cz": [1, 1, 2, 2], "children": [1.0, 3, 2, 2], "am": [30.0, 50, 40, 44]})
    grand = (30 + 150 + 80 + 88) / 8
    total = (
        (30 - grand) ** 2 + 3 * (50 - grand) ** 2 + 2 * (40 - grand) ** 2 + 2 * (44 - grand) ** 2
    )
    inside = (30 - 45) ** 2 + 3 * (50 - 45) ** 2 + 2 * (40 - 42) ** 2 + 2 * (44 - 42) ** 2
    assert share_inside_zones(table) == pytest.approx(inside / total)
