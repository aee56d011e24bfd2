"""The table of variables, ``data/columns.csv``: whole, in known words, and all that there is."""

import csv

import pandas as pd

from analysis import paths
from analysis.data.codebook import build_codebook
from analysis.data.names import (
    CHARACTERISTICS,
    COUNTIES,
    FEATURES,
    MEASURED_LATER,
    MOBILITY,
    RANGES,
    read_columns,
)
from analysis.data.workbook import normal

TABLES = {8: CHARACTERISTICS, 5: MOBILITY, 3: COUNTIES}


def test_every_row_is_a_variable_in_known_words():
    with paths.COLUMNS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(map(len, TABLES.values()))
    for columns in TABLES.values():
        assert len({column.name for column in columns}) == len(columns)
        assert len({normal(column.header) for column in columns}) == len(columns)
        assert all(column.title and column.unit for column in columns)
        assert {column.kind for column in columns} <= {*RANGES, "identifier", "text"}
        assert {column.role for column in columns} <= {"", "trait"}
    shared = {column.name for column in CHARACTERISTICS}
    described = [*CHARACTERISTICS, *(column for column in MOBILITY if column.name not in shared)]
    assert all(column.domain for column in described)


def test_what_is_simulated_has_every_parameter():
    table = pd.read_csv(paths.COLUMNS)
    simulated = table[table["sim_center"].notna()]
    loadings = ["sim_urban", "sim_hardship", "sim_churn", "sim_west", "sim_state_share"]
    for number, own, other in (
        (8, loadings, ["sim_target_slope"]),
        (5, ["sim_target_slope"], loadings),
    ):
        rows = simulated[simulated["table"] == number]
        assert rows[["sim_shape", "sim_spread", "sim_hidden", *own]].notna().all(axis=None)
        assert rows[other].isna().all(axis=None)
    assert set(simulated["sim_shape"]) == {"log", "logit", "normal"}


def test_a_trait_is_added_by_one_row(tmp_path, monkeypatch):
    with paths.COLUMNS.open(newline="") as file:
        reader = csv.DictReader(file)
        rows, fields = list(reader), reader.fieldnames
    new = dict.fromkeys(fields, "") | {"table": "8", "name": "rain", "header": "Rain"}
    new |= {"title": "Rain", "unit": "days", "kind": "rate", "role": "trait", "domain": "Sky"}
    monkeypatch.setattr(paths, "COLUMNS", tmp_path / "columns.csv")
    with paths.COLUMNS.open("w", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerows([*rows, new])
    columns = read_columns(8)
    assert columns[:-1] == CHARACTERISTICS
    assert columns[-1].role == "trait"
    assert columns[-1].entry == "Rain"
    monkeypatch.setattr("analysis.data.codebook.CHARACTERISTICS", columns)
    entries = {
        normal(column.entry): {"Definition": "Days of it"} for column in (*columns, *MOBILITY)
    }
    codebook = build_codebook(entries, entries)
    assert codebook.loc["rain", ["domain", "definition"]].to_list() == ["Sky", "Days of it."]


def test_identifiers_and_race_are_no_traits():
    others = {"cz", "zone", "state", "frac_black"}
    assert {column.name for column in CHARACTERISTICS} - set(FEATURES) == others
    assert set(FEATURES) > MEASURED_LATER
