"""A draft of a specification, from files alone."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from analysis.__main__ import main
from analysis.errors import ReportError
from analysis.scorecard import settings
from analysis.scorecard.draft.column_roles import guess
from analysis.scorecard.draft.draft_questions import draft_questions
from analysis.scorecard.draft.draft_spec import suggest
from analysis.scorecard.spec.spec_file import find_spec, load_spec
from analysis.scorecard.survey.data_files import Table, locate
from analysis.scorecard.survey.load import examine
from analysis.scorecard.survey.simulate import simulate_tables
from tests.scorecard.conftest import TINY


@pytest.fixture
def survey(tmp_path):
    """A simulated survey in two labelled files, with a leak and a constant in it."""
    households, people = simulate_tables(900, 8).values()
    homes = households.frame.rename(columns={"household": "hhid", "members": "persons"})
    homes["pc_consumption"] = homes.pop("consumption")
    homes["fifth"] = pd.qcut(homes["pc_consumption"], 5, labels=False)
    homes["near_copy"] = (homes["pc_consumption"] < homes["pc_consumption"].quantile(0.3)) * 1
    homes["country"] = 1
    rare = np.where(np.arange(900) // 4 == 5, 3, homes["walls"])
    homes["walls"] = np.where(np.arange(900) < 7, np.nan, rare)
    labels = dict(households.labels)
    labels["walls"] = {**labels["walls"], 3: "Glass"}
    texts = {"roof": "Main material of the roof", "persons": "Household members"}
    persons = people.frame.rename(columns={"household": "hhid"})
    pyreadstat.write_dta(homes, str(tmp_path / "homes.dta"), variable_value_labels=labels,
                         column_labels=[texts.get(c, c) for c in homes.columns])  # fmt: skip
    pyreadstat.write_dta(
        persons, str(tmp_path / "persons.dta"), variable_value_labels=people.labels
    )
    return tmp_path


def test_roles_leaks_rare_answers_and_a_draft_that_is_sound(survey):
    # the order of the files makes no difference
    draft = suggest([survey / "persons.dta", survey / "homes.dta"], beside=survey)
    (survey / "draft.yml").write_text(draft.text, encoding="utf-8")
    spec = load_spec(survey / "draft.yml")
    assert (spec.files.household, spec.files.individual) == ("homes.dta", "persons.dta")
    assert spec.key == ["hhid"]
    design = spec.design
    assert (design.weight, design.size, design.region) == ("weight", "persons", "region")
    assert (design.cluster, design.stratum) == ("ea", ["region", "area"])
    assert (design.urban.column, design.urban.urban) == ("area", ["Urban"])
    head = {"column": "relation", "values": ["Head"], "by": ["sex"]}
    assert spec.head.model_dump() == head
    assert spec.welfare.column == "pc_consumption"
    assert "fifth" in spec.welfare.related
    names = {question.name for question in spec.questions}
    assert {"roof", "goats", "children_under_15", "head_reads", "any_attends"} <= names
    assert not names & {"fifth", "near_copy", "country", "weight", "ea", "pc_consumption"}
    assert "#   country: every household has the same value" in draft.text
    roof = next(q for q in spec.questions if q.name == "roof")
    assert roof.text == "Main material of the roof?"
    walls = next(q for q in spec.questions if q.name == "walls")
    assert walls.missing == "impute most common"
    assert ["Concrete", "Glass"] in walls.answers.values()
    assert spec.tested is False
    found = examine(survey / "draft.yml")[1]
    assert found.errors == []
    assert draft.places == sum(
        "CONFIRM" in line for line in draft.text.splitlines() if line[:1] != "#"
    )


def test_what_is_not_found_has_to_be_filled_in(survey):
    homes, _ = pyreadstat.read_dta(str(survey / "homes.dta"))
    homes = homes.rename(columns={"region": "quarter", "weight": "factor9", "ea": "spot"})
    homes.to_csv(survey / "homes.csv", sep=";", index=False)
    draft = suggest([survey / "homes.csv", survey / "persons.dta"], beside=survey)
    assert "region: FILL_IN" in draft.text
    assert "# weight: …  # CONFIRM: none was found, so every household counts alike" in draft.text
    path = survey / "draft.yml"
    path.write_text(draft.text, encoding="utf-8")
    errors = examine(path)[1].errors
    assert any("design, region" in f and "fill in the column" in f for f in errors)
    filled = draft.text.replace("region: FILL_IN", "region: quarter")
    filled = filled.replace("  # weight: …", "  weight: factor9")
    path.write_text(filled.replace("FILL_IN", "quarter"), encoding="utf-8")
    found = examine(path)[1]
    assert found.errors == []


def test_one_file_alone_a_key_of_two_columns_and_a_status(tmp_path):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({
        "village_id": np.repeat(np.arange(40), 10), "house_id": np.tile(np.arange(10), 40),
        "hhsize": rng.integers(1, 9, 400), "province": rng.choice(["A", "B"], 400),
        "poverty": rng.choice(["Poor", "Not poor"], 400), "rooms": rng.integers(1, 6, 400),
        "radio": rng.choice(["Yes", "No"], 400),
    })  # fmt: skip
    frame.to_csv(tmp_path / "survey.csv", index=False)
    draft = suggest([tmp_path / "survey.csv"], beside=tmp_path)
    path = tmp_path / "draft.yml"
    path.write_text(draft.text.replace("poor: FILL_IN", "poor: Poor"), encoding="utf-8")
    spec = load_spec(path)
    assert sorted(spec.key) == ["house_id", "village_id"]
    assert spec.lines[0].column == "poverty"
    assert {q.name for q in spec.questions} >= {"hhsize", "rooms", "radio"}
    assert not any("question" in f for f in examine(path)[1].errors if "Only" not in f)


def test_counts_and_amounts_become_bins_that_cover_every_household():
    rng = np.random.default_rng(6)
    homes = Table("h", pd.DataFrame({
        "hh_id": np.arange(500), "hens": rng.poisson(1.5, 500), "acres": rng.gamma(2, 3, 500),
        "year": rng.integers(1950, 2015, 500), "house_no": rng.integers(0, 2, 500),
    }))  # fmt: skip
    for drafted in draft_questions(homes, None, guess([homes])):
        values = homes.frame[drafted.name]
        assert drafted.refused is None
        inside = [values.between(b.get("from", -np.inf), b.get("to", np.inf)).to_numpy()
                  for b in drafted.bins.values()]  # fmt: skip
        assert (np.sum(inside, axis=0) == 1).all(), drafted
        assert min(part.sum() for part in inside) >= 10


def test_no_key_no_file_and_a_file_that_is_there_already(survey, capsys, monkeypatch):
    monkeypatch.chdir(survey)
    pd.DataFrame({"a": [1, 1], "b": [2, 2]}).to_csv(survey / "odd.csv", index=False)
    assert main(["scorecard", "suggest", str(survey / "odd.csv")]) == 2
    assert "names each of its rows" in capsys.readouterr().err
    assert main(["scorecard", "suggest", str(survey / "gone.csv")]) == 2
    assert "There is no file" in capsys.readouterr().err
    files = [str(survey / "homes.dta"), str(survey / "persons.dta")]
    out = survey / "own.yml"
    assert main(["scorecard", "suggest", *files, "--out", str(out)]) == 0
    assert "Places to confirm" in capsys.readouterr().out
    before = out.read_text(encoding="utf-8")
    assert main(["scorecard", "suggest", *files, "--out", str(out)]) == 2
    assert out.read_text(encoding="utf-8") == before
    assert main(["scorecard", "suggest", *files]) == 0
    assert capsys.readouterr().out == before


@pytest.fixture(scope="module")
def world_bank(tmp_path_factory):
    spec = load_spec(find_spec("wb-synthetic"))
    folder = find_spec("wb-synthetic").parent
    try:
        files = [locate(name, folder) for name in (spec.files.household, spec.files.individual)]
    except ReportError:
        pytest.skip("the World Bank survey is not on this machine")
    path = tmp_path_factory.mktemp("draft") / "draft.yml"
    path.write_text(suggest(files, beside=path.parent).text, encoding="utf-8")
    return path, spec


def test_the_world_bank_survey_is_drafted_as_it_was_described_by_hand(world_bank):
    path, by_hand = world_bank
    drafted = load_spec(path)
    for part in ("key", "head", "design"):
        assert getattr(drafted, part) == getattr(by_hand, part)
    assert drafted.welfare.column == by_hand.welfare.column
    assert set(by_hand.welfare.related) <= set(drafted.welfare.related)
    columns = {q.column for q in by_hand.questions} - {None}
    assert columns <= {q.column for q in drafted.questions}
    survey, found = examine(path)
    assert found.errors == []
    assert len(survey.items) >= 40


@pytest.mark.slow
def test_a_card_is_built_of_the_draft(world_bank, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(settings.PROFILES, "quick", TINY)
    arguments = ["--profile", "quick", "--jobs", "2", "--out", str(tmp_path / "card")]
    assert main(["scorecard", "build", str(world_bank[0]), *arguments]) == 0
    from analysis.scorecard.card.card import read_card

    assert read_card(tmp_path / "card" / "scorecard.json").build_info["auc"] > 0.92
