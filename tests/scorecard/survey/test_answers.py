"""Answers worked out from two files, against loops over persons."""

import numpy as np
import pandas as pd
import pytest

from analysis.scorecard.spec.spec import Question
from analysis.scorecard.survey.answers import Individuals, answer
from analysis.scorecard.survey.data_files import Table

people = pd.DataFrame(
    {
        "home": [0, 0, 0, 1, 2, 2, 2, 2],
        "age": [40, 8, 10, 70, 30, 6, 14, 15],
        "school": [0, 1, 0, 0, 0, 1, 1, 0],
        "role": [1, 3, 3, 1, 2, 3, 3, 1],
    }
)
LABELS = {"school": {0: "No", 1: "Yes"}, "role": {1: "Head", 2: "Spouse", 3: "Child"}}
PERSONS = Individuals(
    Table("persons", people, LABELS), people["home"].to_numpy(), (people["role"] == 1).to_numpy(), 3
)
HOMES = Table(
    "homes",
    pd.DataFrame({"wall": [1.0, 2.0, np.nan], "rooms": [1, 7, 3], "word": ["None", " mud", "MUD"]}),
    {"wall": {1.0: "Mud", 2.0: "Brick"}},
)


def asked(**question):
    found = answer(Question(name="q", text="Q?", **question), HOMES, PERSONS)
    return [found.labels[c] if c >= 0 else None for c in found.codes]


def test_all_any_count_and_head():
    pupils = {"age": {"from": 6, "to": 14}}
    derive = {"of": "all", "where": pupils, "test": {"school": "Yes"}, "nobody": "No children"}
    assert asked(derive=derive) == ["No", "No children", "Yes"]
    assert asked(derive={"of": "any", "where": pupils, "test": {"school": 1}}) == [
        "Yes",
        "No",
        "Yes",
    ]
    bins = {"None": {"to": 0}, "Some": {"from": 1}}
    assert asked(derive={"of": "count", "where": pupils}, bins=bins) == ["Some", "None", "Some"]
    old = {"Young": {"to": 39}, "Old": {"from": 40}}
    assert asked(derive={"of": "head", "column": "age"}, bins=old) == ["Old", "Old", "Young"]
    both = {"role": ["Head", "Spouse"], "age": {"to": 35}}
    assert asked(derive={"of": "any", "test": both}) == ["No", "No", "Yes"]


def test_labels_codes_words_and_gaps():
    assert asked(column="wall") == ["Mud", "Brick", None]
    assert asked(column="wall", missing="Not known") == ["Mud", "Brick", "Not known"]
    assert asked(column="wall", answers={"M": "mud", "B": 2}) == ["M", "B", None]
    assert asked(column="word", answers={"Mud": "Mud", "No wall": "None"}) == [
        "No wall",
        "Mud",
        "Mud",
    ]
    assert asked(column="word", answers={"Mud": "Mud"}, other="Else") == ["Else", "Mud", "Mud"]
    assert asked(column="rooms") == ["1", "7", "3"]


def test_overlapping_bins_and_answers_are_refused():
    with pytest.raises(ValueError, match="overlaps"):
        asked(column="rooms", bins={"a": {"to": 3}, "b": {"from": 3}})
    with pytest.raises(ValueError, match="claims a value"):
        asked(column="wall", answers={"a": 1, "b": ["Mud", "Brick"]})
