"""The Social Capital Atlas: read, refused with a sentence, and averaged to zones."""

import numpy as np
import pandas as pd
import pytest

from analysis.data.registry import SOCIAL_CAPITAL
from analysis.data.social_capital import (
    ALL,
    MEASURES,
    POOR,
    read_social_capital,
    zones_of_social_capital,
)
from analysis.errors import ReportError


@pytest.fixture
def table():
    random = np.random.default_rng(1)
    size = 3_089
    columns = {column: random.uniform(0.1, 0.3, size) for column, _, _ in MEASURES.values()}
    return pd.DataFrame({"county": np.arange(1001, 1001 + size), POOR: 10.0, ALL: 100.0, **columns})


BROKEN = {
    "no column": (lambda t: t.drop(columns="ec_county"), "no column 'ec_county'"),
    "cut": (lambda t: t.head(10), "10 rows"),
    "twice": (lambda t: t.assign(county=1001), "stands twice"),
    "out of range": (lambda t: t.assign(ec_county=50.0), "outside 0 to 2"),
}


@pytest.mark.parametrize(("spoil", "words"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_one_sentence(table, tmp_path, spoil, words):
    spoil(table).to_csv(tmp_path / SOCIAL_CAPITAL.name, index=False)
    with pytest.raises(ReportError, match=words):
        read_social_capital(tmp_path / SOCIAL_CAPITAL.name)


def test_zones_are_weighted_means_of_their_counties(table, tmp_path):
    table.loc[0, [POOR, "ec_county"]] = 30.0, 0.9
    table.loc[1, [POOR, "ec_county"]] = 10.0, 0.5
    table.loc[2, "ec_county"] = np.nan
    table.to_csv(tmp_path / SOCIAL_CAPITAL.name, index=False)
    measures = read_social_capital(tmp_path / SOCIAL_CAPITAL.name)
    counties = pd.DataFrame({"county": [1001, 1002, 1003], "cz": [5, 5, 5]})
    found = zones_of_social_capital(measures, counties)
    assert found["economic_connectedness"].tolist() == pytest.approx([0.8])
