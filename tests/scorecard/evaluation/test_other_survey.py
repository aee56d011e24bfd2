"""A card measured on another survey, against plain NumPy."""

from dataclasses import replace

import numpy as np
import pytest
import yaml
from sklearn.metrics import roc_auc_score

from analysis.errors import ReportError
from analysis.scorecard.evaluation import other_survey as again
from analysis.scorecard.evaluation.other_survey import remeasure
from analysis.scorecard.spec.spec_file import find_spec
from tests.scorecard.conftest import simulated_survey


@pytest.fixture
def later(tmp_path, monkeypatch):
    """The specification of a later round, and a function that writes it."""
    monkeypatch.setattr(again, "SAMPLES", 30)
    spec = yaml.load(find_spec("simulated").read_text(), Loader=yaml.BaseLoader)
    spec["simulate"] = {"households": 1500, "seed": 77}
    for line in spec["lines"]:
        line["quantile"] = float(line["quantile"])
    path = tmp_path / "later.yml"

    def write():
        path.write_text(yaml.safe_dump(spec), encoding="utf-8")
        return path

    return spec, write


def test_the_figures_are_those_of_every_household_of_the_survey(card, later):
    measured = remeasure(card, later[1]())
    survey = simulated_survey(1500, 77)
    told = survey.answers()
    score = sum(
        told[q.name].map(dict(zip(q.answers, q.points, strict=True))).to_numpy()
        for q in card.questions
    )
    region = np.array([card.regions.index(r) for r in survey.regions])[survey.region]
    for line in card.lines:
        p = np.array(line.lookup.regions)[region, score] / 1000
        poor = survey.line(line.name).poor
        found = measured.evaluation.accuracy.query("line == @line.name and kind == 'national'")
        found = found.set_index("metric")["estimate"]
        auc = roc_auc_score(poor, p, sample_weight=survey.weight)
        assert found["auc"] == pytest.approx(auc, abs=1e-9)
        bias = np.average(p, weights=survey.weight) - np.average(poor, weights=survey.weight)
        assert found["headcount_bias"] == pytest.approx(bias, abs=1e-12)
        of_persons = np.array(line.persons.regions)[region, score] / 1000
        persons = np.average(of_persons - poor, weights=survey.persons)
        assert found["headcount_bias_persons"] == pytest.approx(persons, abs=1e-12)
    assert "1,500 households" in measured.summary()


def test_order_of_answers_and_other_regions_make_no_difference_to_scores(card, later):
    spec, write = later
    plain = remeasure(card, write())
    asked = {q.name for q in card.questions}
    for question in spec["questions"]:
        if question["name"] in asked and "bins" in question:
            question["bins"] = dict(reversed(question["bins"].items()))
    # a region of another name is looked up in the country's column
    other = remeasure(replace(card, regions=("Atlantis", *card.regions[1:])), write())
    assert any(f"no region {card.regions[0]!r}" in words for words in other.warnings)
    before, after = plain.evaluation.households, other.evaluation.households
    assert (before["score"] == after["score"]).all()
    moved = before["probability"] != after["probability"]
    assert set(before.loc[moved, "region"]) <= {card.regions[0]}


def test_what_the_survey_lacks_is_named_at_once(card, later):
    spec, write = later
    name, second = card.questions[0].name, card.questions[1].name
    spec["questions"] = [q for q in spec["questions"] if q["name"] != name]
    (changed,) = [q for q in spec["questions"] if q["name"] == second]
    changed["text"] = "In other words?"
    spec["lines"] = [{"name": "far", "label": "the poorest half", "quantile": 0.5}]
    with pytest.raises(ReportError) as caught:
        remeasure(card, write())
    errors = str(caught.value).splitlines()
    assert len(errors) == 2
    assert f"no question {name!r}" in errors[0]
    assert "no line of the card; name one of its lines poorest-40" in errors[1]


def test_an_answer_that_the_card_does_not_know_is_counted(card, later):
    spec, write = later
    given = {q["name"]: q for q in spec["questions"] if "derive" not in q}
    question = next(q for q in card.questions if q.name in given)
    changed = given[question.name]
    changed["answers"] = {a: a for a in question.answers[:-1]}
    changed["other"] = "Something else"
    with pytest.raises(ReportError, match="the answer 'Something else', which the card does not"):
        remeasure(card, write())
