"""Numbers as the report writes them."""

import numpy as np
import pytest

from analysis.publish.text import numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (numbers.plain(1234567.4), "1,234,567"),
        (numbers.plain(-0.123, 2), "−0.12"),
        (numbers.plain(-0.001, 2), "0.00"),
        (numbers.plain(float("nan")), "–"),
        (numbers.rank(np.float64(41.75)), "41.8"),
        (numbers.percent(0.8645), "86%"),
        (numbers.percent(0.8645, 1), "86.5%"),
        (numbers.percent_interval(0.84, np.nan), "84% to –"),
        (numbers.percent_estimate(0.8645, 0.84, 0.88), "86% (84% to 88%)"),
        (numbers.chance(0.0018), "under 1%"),
        (numbers.chance(0.834), "83%"),
        (numbers.chance(0.9971), "over 99%"),
        (numbers.signed(0.6009), "+0.60"),
        (numbers.signed(-0.7173), "−0.72"),
        (numbers.signed(0.0), "0.00"),
        (numbers.p_value(0.00005), "< 0.001"),
        (numbers.p_value(0.0421), "0.042"),
        (numbers.p_value(0.0037, least=True), "≤ 0.004"),
        (numbers.estimate(0.861, 0.8399, 0.8801), "0.86 (0.84 to 0.88)"),
        (numbers.in_words(-0.7269, -0.7912, -0.6577), "−0.73, 95% interval −0.79 to −0.66"),
        (numbers.count(1, "zone"), "one zone"),
        (numbers.count(7, "zone"), "seven zones"),
        (numbers.count(471, "zone"), "471 zones"),
        (numbers.count(2, "county", "counties"), "two counties"),
        (numbers.by_kind(0.2345, "share"), "23.4%"),
        (numbers.by_kind(31559.77, "dollars"), "$31,560"),
        (numbers.by_kind(0.0014095, "rate"), "0.00141"),
        (numbers.by_kind(float("nan"), "share"), "–"),
    ],
)
def test_format(text, expected):
    assert text == expected
    assert type(text) is str
