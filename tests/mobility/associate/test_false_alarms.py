"""The simulation of sizes against the tests themselves, one outcome at a time."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.mobility.associate.false_alarms import (
    CLUSTERED,
    INDEPENDENT,
    TESTS,
    WILD,
    false_alarm_table,
)
from analysis.mobility.associate.wild_bootstrap import wild_test


@pytest.fixture(scope="module")
def zones():
    """Thirty states of 1 to 30 zones, a trait that varies freely and one set by the state."""
    rng = np.random.default_rng(4)
    state = np.repeat(np.arange(30), np.arange(1, 31))
    free, law = rng.normal(size=len(state)), rng.normal(size=30)[state]
    free[rng.random(len(state)) < 0.1] = np.nan
    return pd.DataFrame({"state": state, "free": free, "law": law})


def test_shares_are_those_of_single_tests(zones):
    """The same outcomes, drawn again in the order that is documented, tested one by one."""
    table = false_alarm_table(zones, ("free", "law"), outcomes=60, seed=2)
    rng = np.random.default_rng(2)
    codes = zones["state"].to_numpy()
    outcomes = np.sqrt(0.6) * rng.normal(size=(30, 60))[codes]
    outcomes += np.sqrt(0.4) * rng.normal(size=(len(zones), 60))
    for feature in ("free", "law"):
        known = zones[feature].notna().to_numpy()
        x, states = zones.loc[known, feature].to_numpy(), codes[known]
        found = {test: [] for test in TESTS}
        for y in outcomes[known].T:
            found[INDEPENDENT].append(stats.pearsonr(x, y).pvalue)
            wild = wild_test(y, x, states, draws=39)
            t = abs(wild.estimate) / wild.std_error
            found[CLUSTERED].append(2 * stats.t.sf(t, wild.clusters - 1))
            found[WILD].append(wild.p_value)
        for row in table[table["feature"] == feature].itertuples():
            expected = np.mean(np.array(found[row.test]) <= row.level + 1e-12)
            assert row.share == pytest.approx(expected)


def test_levels_are_five_per_cent_and_holms_first(zones):
    table = false_alarm_table(zones, ("free", "law"), outcomes=20)
    assert sorted(table["level"].unique()) == [0.025, 0.05]
    assert len(table) == 2 * 3 * 2


def test_a_trait_of_states_fools_the_textbook_test(zones):
    table = false_alarm_table(zones, ("free", "law"), outcomes=800)
    share = table[table["level"] == 0.05].set_index(["feature", "test"])["share"]
    assert share["law", INDEPENDENT] > 0.4
    assert share["law", CLUSTERED] > 0.06
    assert share["law", WILD] < 0.08
    assert share["free", WILD] == pytest.approx(0.05, abs=0.03)


@pytest.mark.slow
def test_without_likeness_every_test_keeps_its_size(zones):
    table = false_alarm_table(zones, ("free",), outcomes=4000, icc=0.0)
    share = table[table["level"] == 0.05].groupby("test")["share"].first()
    assert share[[INDEPENDENT, WILD]].to_numpy() == pytest.approx(0.05, abs=0.015)
