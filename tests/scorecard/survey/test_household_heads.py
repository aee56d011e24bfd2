"""Groups of households by their heads."""

import numpy as np
import pytest

from analysis.scorecard.metrics import headcount_bias


def heads_of(files):
    people = files.persons
    return people[people["relation"] == 1].set_index("household")


def test_each_household_is_of_its_head_s_group(files):
    files.spec["head"]["by"] = ["sex", "reads"]
    survey, found = files.check()
    assert not found.errors
    (sex, names, code), (reads, _, _) = survey.heads
    assert (sex, names, reads) == ("sex", ("1", "2"), "reads")
    np.testing.assert_array_equal(code + 1, heads_of(files)["sex"].reindex(range(600)))
    half = survey.take(np.arange(600) < 300)
    np.testing.assert_array_equal(half.heads[0][2], code[:300])


def test_a_head_whose_group_is_not_known_has_a_group(files):
    files.spec["head"]["by"] = "sex"
    heads = files.persons.index[files.persons["relation"] == 1]
    files.persons["sex"] = files.persons["sex"].astype(float)
    files.persons.loc[heads[[4, 7]], "sex"] = np.nan
    survey, found = files.check()
    assert not found.errors
    (_, names, code) = survey.heads[0]
    assert names == ("1", "2", "not known")
    assert list(np.flatnonzero(code == 2)) == [4, 7]


def test_too_many_groups_and_a_column_that_is_not_there(files):
    files.spec["head"]["by"] = "age"
    (error,) = files.errors()
    assert error.startswith("head, by: 'age' has ") and "too many groups" in error
    files.spec["head"]["by"] = "gender"
    (error,) = files.errors()
    assert "has no column 'gender'" in error


def test_errors_by_head_are_reported_with_intervals(card_study):
    table = card_study.evaluation.accuracy.query("kind == 'head' and line == 'poorest-40'")
    assert set(table["group"]) == {"sex: Male", "sex: Female"}
    test = card_study.survey.take(card_study.is_test)
    households = card_study.evaluation.households
    for place, name in enumerate(("Male", "Female")):
        here = test.heads[0][2] == place
        row = table[(table["group"] == f"sex: {name}") & (table["metric"] == "headcount_bias")]
        expected = headcount_bias(
            households["probability"][here], households["poor"][here], test.weight[here]
        )
        assert row["estimate"].item() == pytest.approx(expected)
        assert row["ci_low"].item() < row["estimate"].item() < row["ci_high"].item()
        kept = next(g for g in card_study.card.groups if g.name == f"sex: {name}")
        assert kept.error[0] == pytest.approx(expected, abs=1e-6)
        assert kept.households == here.sum()
