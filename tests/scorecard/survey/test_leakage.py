"""Questions that know who is poor: found whatever way the line is given."""

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.scorecard.spec.spec_file import find_spec
from analysis.scorecard.survey.leakage import status_by_answer
from analysis.scorecard.survey.load import examine


def add(files, name, values):
    files.homes[name] = values
    files.spec["questions"].append({"name": name, "text": f"{name}?", "column": name})


@pytest.fixture(params=["welfare", "status"])
def line(files, request):
    """The same survey with a line by quantile, and with one by a column of status."""
    homes = files.homes
    order = homes["consumption"].rank(pct=True)
    homes["status"] = np.where(order < 0.4, 1, 2)
    if request.param == "status":
        files.spec["lines"] = [
            {"name": "national", "label": "the poor", "column": "status", "poor": 1}
        ]
        del files.spec["welfare"]
    return request.param, order.to_numpy()


def test_the_status_itself_and_a_copy_of_it(files, line):
    kind, order = line
    add(files, "copy", np.where(order < 0.4, "a", "b"))
    add(files, "parts", np.digitize(order, [0.2, 0.4, 0.7]))
    if kind == "status":
        files.spec["questions"].append({"name": "same", "text": "Same?", "column": "status"})
    errors = files.errors()
    for name in ("copy", "parts"):
        assert sum(f"question {name!r}" in error for error in errors) == 1, errors
    if kind == "status":
        assert any("'same': its column 'status' is the poverty status itself" in f for f in errors)
        assert any("'parts': its answers tell exactly who is poor" in f for f in errors)


def test_what_nearly_decides_is_a_caution_with_its_name(files, line):
    _, order = line
    rng = np.random.default_rng(2)
    poor = files.homes["status"].to_numpy() == 1
    wrong = rng.random(600) < 0.01
    add(files, "near", np.where(poor ^ wrong, "x", "y"))
    if line[0] == "status":
        # a fifth that is cut elsewhere than the line: all answers but one are sure
        add(files, "fifth", np.digitize(order, [0.2, 0.5, 0.7]))
    _, found = files.check()
    assert found.errors == []
    (said,) = [c for c in found.warnings if "'near'" in c]
    assert "AUC of 0.98" in said or "AUC of 0.99" in said
    if line[0] == "status":
        (said,) = [c for c in found.warnings if "'fifth'" in c]
        assert "leave no doubt" in said or "AUC" in said
    assert len(found.warnings) == 1 + (line[0] == "status")


def test_a_good_question_is_no_leak(files, line):
    rng = np.random.default_rng(3)
    poor = files.homes["status"].to_numpy() == 1
    add(files, "good", np.where(poor ^ (rng.random(600) < 0.15), "x", "y"))
    _, found = files.check()
    assert found.errors == []
    assert found.warnings == []


def test_shares_of_poor_by_answer_against_pandas():
    rng = np.random.default_rng(4)
    codes, weight = rng.integers(0, 4, 300), rng.uniform(1, 3, 300)
    poor = rng.random(300) < codes / 4
    frame = pd.DataFrame({"k": codes, "w": weight, "p": weight * poor})
    sums = frame.groupby("k").sum()
    np.testing.assert_allclose(status_by_answer(codes, poor, weight, 4), sums["p"] / sums["w"])


@pytest.mark.needs_data
def test_leaks_of_the_world_bank_survey_are_found_where_its_line_is_a_published_fifth(tmp_path):
    raw = yaml.load(find_spec("wb-synthetic").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    del raw["welfare"]
    raw["lines"] = [{"name": "two-fifths", "label": "the poorest two fifths",
                     "column": "quint_nat", "poor": ["poorest", "poor"]}]  # fmt: skip
    cuts = {"Low": {"to": 1700}, "Middle": {"from": 1700.01, "to": 2500}, "High": {"from": 2500.01}}
    raw["questions"] += [
        {"name": "fifth", "text": "Which fifth?", "column": "quint_nat"},
        {"name": "spends", "text": "How much does each spend?", "column": "pc_exp", "bins": cuts},
    ]
    path = tmp_path / "leaks.yml"
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    survey, found = examine(path)
    (error,) = found.errors
    assert "'fifth': its column 'quint_nat' is the poverty status itself" in error
    warnings = [words for words in found.warnings if "leave it out" in words]
    poor = survey.lines[0].poor
    middle = survey.answers()["spends"] == "Middle"
    assert 0.02 < poor[middle].mean() < 0.98  # so that the cut is not the line's own
    (warning,) = warnings
    assert "question 'spends'" in warning
