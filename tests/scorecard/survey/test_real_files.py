"""Files as they come: gaps, odd designs, rows that don't belong, several files."""

import numpy as np
import pandas as pd
import pytest

from analysis.scorecard.survey.load import examine


def only(errors, *words):
    """The one fault that has all the words, and no other fault."""
    assert len(errors) == 1, errors
    assert all(word in errors[0] for word in words), errors[0]
    assert "\n" not in errors[0]
    assert errors[0].endswith((".", "?"))


@pytest.mark.parametrize(
    ("column", "place"),
    [("region", "region"), ("area", "urban"), ("ea", "cluster"), ("kind", "stratum")],
)
@pytest.mark.parametrize("text", [False, True])
def test_a_design_value_that_is_missing_is_counted(files, column, place, text):
    if place == "stratum":
        files.homes["kind"] = files.homes["area"]
        files.spec["design"]["stratum"] = ["region", "kind"]
    values = files.homes[column]
    files.homes[column] = values.map(lambda v: f" {v:g}") if text else values.astype(float)
    if column == "area" and text:
        files.spec["design"]["urban"]["urban"] = "1"
        files.spec["design"]["stratum"] = "region"
    if column == "area":
        files.spec["design"]["stratum"] = "region"
    files.homes.loc[[5, 11, 12], column] = "  " if text else np.nan
    only(files.errors(), f"design, {place}: 3 households have no value", f"{column!r}",
         "household 5", "'keep'")  # fmt: skip
    files.spec["keep"] = {"household": {"household": [n for n in range(600) if n not in (5, 11)]}}
    only(files.errors(), "1 household has no value", "household 12")


def test_a_cluster_that_is_the_region_or_a_stratum(files):
    files.spec["design"]["cluster"] = "region"
    files.spec["design"]["stratum"] = ["area", "region"]
    only(files.errors(), "'region' is the column of the stratum too")
    del files.spec["design"]["stratum"]
    only(files.errors(), "'region' is the column of the region too")
    files.spec["design"]["cluster"] = "area"
    files.spec["design"]["stratum"] = "area"
    only(files.errors(), "'area' is the column of the stratum too")


def test_form_and_data_faults_come_in_one_pass(files):
    files.spec["lines"][0]["quantile"] = 1.4
    del files.spec["design"]["size"]
    files.spec["design"]["weigth"] = "weight"
    files.spec["questions"][0]["colunm"] = files.spec["questions"][0].pop("column")
    files.spec["questions"].append(dict(files.spec["questions"][1]))
    files.homes.loc[4, "weight"] = np.nan
    files.homes.loc[5, "region"] = np.nan
    errors = files.errors()
    for words in ("less than 1", "the key 'size' is missing", "'weigth' is unknown",
                  "'colunm' is unknown", "no weight above 0", "no value in 'region'",
                  "the question name 'floor' stands twice"):  # fmt: skip
        assert sum(words in error for error in errors) == 1, (words, errors)
    assert len(errors) == 7


def test_a_specification_without_most_of_itself_still_looks_at_the_data(files):
    for key in ("title", "key", "design", "lines"):
        del files.spec[key]
    files.spec["questions"].append({"name": "gone", "text": "Gone?", "column": "rooff"})
    errors = files.errors()
    for key in ("title", "key", "design", "lines"):
        assert sum(f"the key {key!r} is missing" in error for error in errors) == 1
    assert any("'rooff'; did you mean 'roof'" in error for error in errors)
    assert not any("(missing)" in error for error in errors)


@pytest.mark.parametrize("suffix", ["dta", "sav", "csv", "parquet", "xlsx"])
def test_blank_text_is_missing_in_every_format(files, tmp_path, suffix):
    import pyreadstat

    homes = files.homes
    homes["wall"] = np.where(np.arange(600) % 2, "Mud", "Brick")
    homes.loc[[7, 8], "wall"] = ["", "   "]
    files.spec["questions"].append({"name": "wall", "text": "Wall?", "column": "wall"})
    files.spec["files"]["household"] = f"h.{suffix}"
    write = {
        "dta": lambda p: pyreadstat.write_dta(homes, str(p)),
        "sav": lambda p: pyreadstat.write_sav(homes, str(p)),
        "csv": lambda p: homes.to_csv(p, index=False),
        "parquet": homes.to_parquet,
        "xlsx": lambda p: homes.to_excel(p, index=False),
    }
    write[suffix](tmp_path / f"h.{suffix}")
    only(files.errors(), "question 'wall': 2 households have no value")
    files.spec["questions"][-1]["missing"] = "Not seen"
    survey, found = files.check()
    assert found.errors == []
    assert survey.items[-1].answers == ("Brick", "Mud", "Not seen")


@pytest.mark.parametrize(
    ("separator", "encoding"),
    [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), (";", "cp1252")],
)
def test_text_files_of_any_separator_and_encoding(files, tmp_path, separator, encoding):
    files.homes["wall"] = np.where(np.arange(600) % 2, "Bambú", "Brick, or; stone")
    files.spec["questions"].append({"name": "wall", "text": "Wall?", "column": "wall"})
    plain, _ = files.check()
    decimal = "," if separator == ";" else "."
    text = files.homes.to_csv(sep=separator, index=False, decimal=decimal)
    (tmp_path / "h.csv").write_bytes(text.encode(encoding))
    files.spec["files"]["household"] = "h.csv"
    survey, found = files.check()
    assert found.errors == []
    np.testing.assert_array_equal(survey.codes, plain.codes)
    np.testing.assert_allclose(survey.weight, plain.weight)
    assert survey.items[-1].answers == plain.items[-1].answers


def test_policies_for_households_without_an_answer(files):
    files.homes["roof"] = files.homes["roof"].astype(float)
    files.homes.loc[[1, 2, 3], "roof"] = np.nan
    files.homes["walls"] = files.homes["walls"].astype(float)
    files.homes.loc[[3, 4, 5], "walls"] = np.nan
    line = files.check()[0]
    assert line.lines[0].amount > 0
    files.spec["missing"] = "drop"
    survey, found = files.check()
    assert len(survey) == 595
    assert found.errors == []
    assert any(
        "5 households without an answer to roof, walls are left out" in n for n in survey.notes
    )
    # the line is drawn before households leave
    assert survey.lines[0].amount == line.lines[0].amount

    files.spec["missing"] = "impute most common"
    survey, _ = files.check()
    roof = survey.items[0]
    common = roof.answers[np.bincount(survey.codes[:, 0]).argmax()]
    assert survey.blanks[0] == common
    assert survey.answers()["roof"][1] == common
    said = f"'roof': 3 households have no answer and are counted as {common!r}"
    assert any(said in warning for warning in files.check()[1].warnings)

    files.spec["missing"] = "answer"
    files.spec["questions"][0]["missing"] = "drop"
    survey, _ = files.check()
    assert len(survey) == 597
    walls = [item.name for item in survey.items].index("walls")
    assert survey.items[walls].answers[-1] == "No answer"

    del files.spec["missing"]
    del files.spec["questions"][0]["missing"]
    errors = files.errors()
    assert any("question 'roof': 3 households have no value" in f for f in errors)
    assert any("question 'walls': 3 households have no value" in f for f in errors)


def test_persons_without_a_value_are_counted_question_by_question(files):
    persons = files.persons
    persons["age"] = persons["age"].astype(float)
    first = persons.index[persons["relation"] == 1][:4]
    persons.loc[first, "age"] = np.nan
    _, found = files.check()
    for name in ("children", "elderly"):
        (said,) = [c for c in found.warnings if f"question {name!r}" in c]
        assert "4 persons have no value in 'age' (in 4 households)" in said
    assert found.errors == []


def test_keep_and_persons_of_households_that_are_left_out(files):
    files.homes["result"] = np.where(np.arange(600) < 560, 1, 9)
    files.homes.loc[[577, 578], "weight"] = np.nan
    files.spec["keep"] = {"household": {"result": 1}, "individual": {"age": {"to": 90}}}
    survey, found = files.check()
    assert found.errors == []
    assert len(survey) == 560
    strangers = int((files.persons["household"] >= 560).sum())
    assert any(f"{strangers:,} persons have no household" in c for c in found.warnings)
    assert any("40 rows of homes.parquet are left out by 'keep' (result)" in n for n in found.notes)
    files.spec["keep"]["household"]["result"] = 7
    assert any("keep, household: no row" in f for f in files.errors())


def test_households_of_which_there_is_nobody(files):
    files.persons = files.persons[~files.persons["household"].isin([3, 4])]
    errors = files.errors()
    assert any("2 households have no person in persons.csv" in error for error in errors)
    files.spec["missing"] = "drop"
    survey, found = files.check()
    assert found.errors == []
    assert len(survey) == 598
    assert any("2 households have no person" in note for note in survey.notes)
    files.persons["household"] = "h" + files.persons["household"].astype(str)
    assert any("holds numbers there and text here" in f for f in files.errors())


def test_weight_and_cluster_may_be_left_out_and_it_is_said(files):
    del files.spec["design"]["weight"], files.spec["design"]["cluster"]
    survey, found = files.check()
    assert found.errors == []
    assert (survey.weight == 1).all()
    assert len(np.unique(survey.cluster)) == 600
    assert any("no weights" in note for note in survey.notes)
    assert any("no enumeration areas" in note for note in survey.notes)


def test_dummies_ratios_greatest_values_and_a_third_file(files, tmp_path):
    homes, persons = files.homes, files.persons
    rng = np.random.default_rng(0)
    source = rng.integers(0, 4, size=600)
    for k in range(3):
        homes[f"water_{k}"] = (source == k).astype(int)
    homes["rooms"] = rng.integers(1, 5, size=600)
    persons["grade"] = rng.integers(0, 4, size=len(persons))
    assets = pd.DataFrame({"household": np.repeat(np.arange(600), 3), "item": [1, 2, 3] * 600,
                           "owned": rng.integers(0, 2, size=1800)})  # fmt: skip
    assets.to_csv(tmp_path / "assets.csv", sep=";", index=False)
    files.spec["files"]["other"] = {"assets": "assets.csv"}
    grades = {"None": 0, "Primary": 1, "Higher": [2, 3]}
    files.spec["questions"] += [
        {"name": "drinks", "text": "Water?", "other": "Elsewhere",
         "one_hot": {"River": "water_0", "Well": "water_1", "Tap": "water_2"}},
        {"name": "crowd", "text": "Persons a room?", "ratio": {"of": "members", "by": "rooms"},
         "bins": {"Up to one": {"to": 1}, "More": {"from": 1.0001}}},
        {"name": "best", "text": "Best grade?", "answers": grades,
         "derive": {"of": "greatest", "column": "grade"}},
        {"name": "best_child", "text": "Best?", "answers": dict(grades, Higher=[2, 3]),
         "derive": {"of": "greatest", "column": "grade", "where": {"age": {"to": 14}},
                    "nobody": "No child"}},
        {"name": "owns", "text": "Owns a bicycle?",
         "derive": {"from": "assets", "of": "any", "test": {"item": 1, "owned": 1}}},
    ]  # fmt: skip
    survey, found = files.check()
    assert found.errors == []
    told = survey.answers()
    assert (told["drinks"] == np.array(["River", "Well", "Tap", "Elsewhere"])[source]).all()
    assert ((told["crowd"] == "More") == (homes["members"] > homes["rooms"]).to_numpy()).all()
    words = np.array(["None", "Primary", "Higher", "Higher"])
    assert (told["best"] == words[persons.groupby("household")["grade"].max()]).all()
    child = persons[persons["age"] <= 14].groupby("household")["grade"].max().reindex(range(600))
    expected = child.map(lambda g: words[int(g)], na_action="ignore").fillna("No child")
    assert (told["best_child"] == expected).all()
    assert survey.items[-2].answers[-1] == "No child"
    bicycle = assets[assets["item"] == 1].set_index("household")["owned"]
    assert ((told["owns"] == "Yes") == (bicycle == 1).to_numpy()).all()

    homes["water_1"] = 1
    assert any("have more than one of its answers" in error for error in files.errors())
    files.spec["questions"][-1]["derive"]["from"] = "foods"
    assert any("no file is named 'foods'" in error for error in examine_again(files))


def examine_again(files):
    files.check()
    return examine(files.path)[1].errors


def test_answers_stand_in_natural_order(files):
    homes = files.homes
    homes["fuel_words"] = np.array(["Wood", "Other", "Gas", "Don't know"])[np.arange(600) % 4]
    homes["number"] = (np.arange(600) % 11).astype(str)
    homes.loc[:9, "number"] = "n/a or so"
    files.spec["questions"] += [
        {"name": "fuel_words", "text": "Fuel?", "column": "fuel_words", "missing": "None"},
        {"name": "number", "text": "Number?", "column": "number"},
    ]
    survey, found = files.check()
    assert found.errors == []
    answers = {item.name: item.answers for item in survey.items}
    assert answers["fuel_words"] == ("Gas", "Wood", "Don't know", "Other")
    assert answers["number"] == (*map(str, range(11)), "n/a or so")
