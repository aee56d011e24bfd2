"""Bad surveys: every fault is found at once and said in one sentence."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ReportError
from analysis.scorecard.survey.load import examine, load_survey


def test_the_unspoilt_survey_has_no_fault(files):
    survey, found = files.check()
    assert found.errors == []
    assert found.warnings == []
    assert len(survey) == 600


def test_everything_at_once(files):
    homes = files.homes
    homes["spare"] = np.where(np.arange(600) < 300, 1, 2)
    homes["lonely"] = (np.arange(600) == 17).astype(int)
    homes.loc[3, "weight"] = 0
    homes.loc[4, "weight"] = np.nan
    homes.loc[9, "household"] = 8
    homes.loc[homes["region"] == 2, "consumption"] += 1e6
    homes["quintile"] = pd.qcut(homes["consumption"], 5, labels=False)
    files.persons.loc[0, "household"] = 99_999
    files.spec["welfare"]["related"] = ["spare"]
    files.spec["lines"].append({"name": "far", "label": "a far line", "amount": 1e9})
    files.spec["extra"] = 1
    files.spec["questions"] += [
        {"name": "gone", "text": "Gone?", "column": "rooff"},
        {"name": "lone", "text": "Lonely?", "column": "lonely"},
        {"name": "never", "text": "Never?", "column": "spare2",
         "answers": {"A": 1, "B": 2, "C": 3}},
        {"name": "own", "text": "Own?", "column": "spare"},
        {"name": "rank", "text": "Rank?", "column": "quintile"},
        {"name": "sum", "text": "=SUM(A1:A9)", "column": "bicycle",
         "answers": {"+1": 1, "@no": 0}},
    ]  # fmt: skip
    homes["spare2"] = homes["spare"]
    _, found = files.check()
    errors = found.errors
    for words in (
        "the key 'extra' is unknown",
        "no column 'rooff'; did you mean 'roof'?",
        "2 households have no weight above 0",
        "2 rows of homes.parquet share their key",
        "line 'far': every household is poor",
        "line 'poorest-40': the region '2' has no poor household",
        "question 'lone': its answer '1' is given by one household",
        "question 'never': its answer 'C' is given by no household",
        "question 'own': its column 'spare' is part of the welfare variable",
        "question 'rank': its answers are a function of welfare",
    ):
        assert sum(words in error for error in errors) == 1, (words, errors)
    assert all("\n" not in error and error[-1] in ".?" for error in errors)
    for words in (
        "'=SUM(A1:A9)' looks like",
        "'@no' looks like",
        "persons have no household in homes.parquet and are left out",
    ):
        assert sum(words in warning for warning in found.warnings) == 1, words
    with pytest.raises(ReportError, match="rooff"):
        load_survey(files.path)


def test_too_few_questions(files):
    files.spec["questions"] = files.spec["questions"][:9]
    assert any("Only 9 questions can be used, but the card needs 10" in f for f in files.errors())


def test_a_number_without_bins_and_an_answer_that_is_not_listed(files):
    files.spec["questions"] += [
        {"name": "many", "text": "How many?", "column": "weight"},
        {"name": "part", "text": "Part?", "column": "roof", "answers": {"A": 0, "B": 1}},
    ]
    errors = files.errors()
    assert any("'many': it has" in f and "give 'bins' or 'answers'" in f for f in errors)
    assert any("'part': " in f and "have none of its answers" in f for f in errors)


def test_a_file_that_is_missing_or_of_no_known_format(files):
    files.check()
    files.path.write_text(files.path.read_text().replace("homes.parquet", "gone.dta"))
    assert "gone.dta was not found" in examine(files.path)[1].errors[0]
    files.path.write_text(files.path.read_text().replace("gone.dta", "gone.doc"))
    assert "no known format" in examine(files.path)[1].errors[0]


@pytest.mark.parametrize("name", ["homes.dta", "homes.sav", "homes.csv", "homes.xlsx"])
def test_a_damaged_file_is_one_sentence(files, tmp_path, name):
    files.check()
    (tmp_path / name).write_bytes(b"\x00\x01 not a table")
    files.path.write_text(files.path.read_text().replace("homes.parquet", name))
    found = examine(files.path)[1]
    assert name in found.errors[0]
    assert "\n" not in found.errors[0]


def test_all_formats_give_the_same_survey(files, tmp_path):
    import pyreadstat

    survey, _ = files.check()
    homes = files.homes.astype(float)
    pyreadstat.write_dta(homes, str(tmp_path / "h.dta"))
    pyreadstat.write_sav(homes, str(tmp_path / "h.sav"))
    files.homes.to_csv(tmp_path / "h.csv", index=False)
    files.homes.to_excel(tmp_path / "h.xlsx", index=False)
    text = files.path.read_text()
    for name in ("h.dta", "h.sav", "h.csv", "h.xlsx"):
        files.path.write_text(text.replace("homes.parquet", name))
        other, found = examine(files.path)
        assert found.errors == []
        np.testing.assert_array_equal(other.codes, survey.codes)
        np.testing.assert_allclose(other.weight, survey.weight)
        assert (other.lines[0].poor == survey.lines[0].poor).all()
        assert [item.answers for item in other.items] == [item.answers for item in survey.items]


def test_persons_are_weighted_by_household_size(small):
    line = small.lines[0]
    assert np.average(line.poor, weights=small.persons) == pytest.approx(0.4, abs=0.01)
    assert np.average(line.poor, weights=small.weight) < 0.39
