"""Outcomes of groups of children: read, refused with a sentence, and averaged to zones."""

import numpy as np
import pandas as pd
import pytest

from analysis.data.atlas import GROUPS, names_of, read_atlas, zones_by_group
from analysis.data.locate import locate
from analysis.data.registry import ATLAS
from analysis.data.simulate import simulate
from analysis.data.simulate_groups import simulate_counties
from analysis.errors import ReportError

RANK, ERROR, COUNT = names_of("black", "all", "rank")


@pytest.fixture(scope="module")
def counties():
    """The simulated file, as its reader gives it."""
    return simulate_counties(simulate()[0])[0]


@pytest.fixture(scope="module")
def as_file(counties):
    """The same in the layout of the source, with as many counties as it has."""
    table = counties.assign(state=counties["county"] // 1000)
    more = table.iloc[: 3_219 - len(table)].assign(state=72)
    table = pd.concat([table, more], ignore_index=True)
    return table.assign(county=np.arange(len(table)) % 1000)


def test_a_written_file_is_read_back(as_file, tmp_path):
    as_file.to_csv(tmp_path / ATLAS.name, index=False)
    table = read_atlas(tmp_path / ATLAS.name)
    assert table["county"].is_unique
    np.testing.assert_allclose(table[RANK], as_file[RANK])


BROKEN = {
    "no column": (lambda t: t.drop(columns=ERROR), f"no column '{ERROR}'"),
    "cut": (lambda t: t.head(2_000), "2,000 rows"),
    "twice": (lambda t: t.assign(county=1, state=1), "stands twice"),
    "another unit": (lambda t: t.assign(**{RANK: 41.0}), f"outside 0 to 1 in its column '{RANK}'"),
    "no error": (lambda t: t.assign(**{ERROR: 0.0}), "not positive"),
    "negative children": (lambda t: t.assign(**{COUNT: -1.0}), "not positive"),
    "text": (lambda t: t.assign(**{RANK: "high"}), "should hold numbers"),
}


@pytest.mark.parametrize(("spoil", "words"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_one_sentence(as_file, tmp_path, spoil, words):
    spoil(as_file).to_csv(tmp_path / ATLAS.name, index=False)
    with pytest.raises(ReportError, match=words):
        read_atlas(tmp_path / ATLAS.name)


def test_zones_are_weighted_means_of_their_counties():
    """By hand: 100 children at 0.30 and 300 at 0.50 give rank 45."""
    table = pd.DataFrame({"cz": [7, 7, 7], "county": [1, 2, 3]})
    for name in {name for group in GROUPS for cell in ("rank", "incarcerated")
                 for gender in ("all", "female", "male")
                 for name in names_of(group, gender, cell)}:  # fmt: skip
        table[name] = np.nan
    table[RANK], table[ERROR], table[COUNT] = [0.3, 0.5, 0.9], [0.04, 0.02, 0.1], [100, 300, np.nan]
    found = zones_by_group(table)
    assert found.iloc[0].to_dict() == pytest.approx(
        {"cz": 7, "group": "black", "gender": "all", "outcome": "rank", "estimate": 45.0,
         "se": 100 * np.sqrt(4.0**2 + 6.0**2) / 400, "children": 400.0}
    )  # fmt: skip
    assert len(found) == 1


def test_neither_order_nor_a_county_cut_in_two_changes_a_zone(counties):
    """Two halves with half the children, and errors √2 times as large, say the same."""
    whole = zones_by_group(counties)
    halves = counties.copy()
    for column in counties:
        if column.endswith("_count"):
            halves[column] /= 2
        elif column.endswith("_se"):
            halves[column] *= np.sqrt(2)
    twice = pd.concat([halves, halves]).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(zones_by_group(twice), whole, rtol=1e-9)


@pytest.mark.needs_data
def test_real_zones_by_pandas_alone(study):
    """Counts, means and spreads of the sample, and one cell by groupby and apply."""
    if (path := locate(ATLAS)) is None:
        pytest.skip("the file of outcomes by group is not on this machine")
    raw = pd.read_csv(path)
    known = raw.dropna(subset=[RANK, ERROR, COUNT])
    mean = known.groupby("cz").apply(lambda g: 100 * np.average(g[RANK], weights=g[COUNT]))
    table = study.by_group.query("group == 'black' and gender == 'all' and outcome == 'rank'")
    np.testing.assert_allclose(table.set_index("cz")["estimate"], mean[table["cz"]], rtol=1e-12)
    sample = study.by_group[study.by_group["cz"].isin(study.sample.zones)]
    counts = sample.query("gender == 'all' and outcome == 'rank'").groupby("group")["cz"].count()
    if study.sample.name != "county":
        assert counts["white"] >= 471
        assert 405 <= counts["black"] <= 415
