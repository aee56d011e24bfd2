"""Poverty lines that are not the same everywhere, and international ones."""

import numpy as np
import pytest

from analysis.scorecard.spec.spec import International


def spec_line(files, **kind):
    files.spec["lines"] = [{"name": "z", "label": "the poor", **kind}]


def test_a_column_of_lines_makes_those_poor_who_are_below_their_own(files):
    by_region = np.array([400.0, 600.0, 800.0, 1000.0, 1500.0])
    files.homes["z"] = by_region[files.homes["region"]]
    spec_line(files, amounts="z")
    survey, found = files.check()
    assert not found.errors
    poor = files.homes["consumption"].to_numpy() < by_region[files.homes["region"]]
    np.testing.assert_array_equal(survey.line("z").poor, poor)
    assert np.isnan(survey.line("z").amount)
    # a column of one amount is that amount
    files.homes["z"] = 700.0
    same = files.check()[0].line("z").poor
    spec_line(files, amount=700.0)
    np.testing.assert_array_equal(same, files.check()[0].line("z").poor)


@pytest.mark.parametrize("bad", [np.nan, 0.0, -3.0])
def test_a_household_without_a_line_is_a_fault(files, bad):
    files.homes["z"] = 700.0
    files.homes.loc[[3, 9], "z"] = bad
    spec_line(files, amounts="z")
    (error,) = files.errors()
    assert error.startswith("line 'z': 2 households have no amount above 0 in 'z'")


def test_a_column_of_lines_that_is_not_there_and_two_kinds_at_once(files):
    spec_line(files, amounts="zline")
    assert any("line 'z': the file homes.parquet has no column 'zline'" in f
               for f in files.errors())  # fmt: skip
    spec_line(files, amounts="z", amount=3)
    assert any("exactly one of" in error for error in files.errors())


def test_an_international_line_by_hand():
    # 2.15 dollars a day, 19.47 pesos to the dollar in 2017, prices 24.6% higher, by the month
    line = International(dollars=2.15, factor=19.47, cpi={"base": 100, "survey": 124.6},
                         per="month")  # fmt: skip
    assert line.amount == pytest.approx(2.15 * 19.47 * 1.246 * 365 / 12)
    assert line.amount == pytest.approx(1586.48, abs=0.01)
    year = line.model_copy(update={"per": "year"})
    assert year.amount == pytest.approx(12 * line.amount)


def test_an_international_line_is_an_amount_of_welfare(files):
    ppp = {"dollars": 2.0, "factor": 10.0, "cpi": {"base": 80, "survey": 100}, "per": "month"}
    spec_line(files, ppp=ppp)
    survey, found = files.check()
    assert not found.errors
    amount = 2.0 * 10.0 / 0.8 * 365 / 12
    assert survey.line("z").amount == pytest.approx(amount)
    np.testing.assert_array_equal(survey.line("z").poor, files.homes["consumption"] < amount)
    spec_line(files, ppp={**ppp, "per": "week"})
    assert any("line 'z', ppp, per" in error for error in files.errors())
    spec_line(files, ppp={**ppp, "cpi": 1.25})
    assert any("line 'z', ppp, cpi" in error for error in files.errors())
