"""Cards that were damaged or changed by hand are refused; odd answers end in rows or sentences."""

import copy
import json
import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.__main__ import main
from analysis.errors import ReportError
from analysis.scorecard.card.card import read_card, write_card
from analysis.scorecard.card.read_answers import read_answers
from analysis.scorecard.card.score import score_file
from tests.faults.damage import (
    SILENT,
    TRACEBACK,
    count,
    cuts,
    flips,
    replacements,
    told_well,
)
from tests.faults.works import answers, small_card

ODD = [None, -1, 1e308, float("nan"), "", "x", [], {}, True, [[]], 10**400]


def leaves(tree, place=()):
    """The place of every value in a card's file."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for step, inside in items:
        if isinstance(inside, dict | list):
            yield (*place, step)
            yield from leaves(inside, (*place, step))
        else:
            yield (*place, step)


def changed(content, place, value):
    tree = copy.deepcopy(content)
    node = tree
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = value
    return tree


def edited(content, number):
    """The card with one value changed, by hand as it were."""
    rng = np.random.default_rng(3)
    places = [place for place in leaves(content) if place != ("digest",)]
    made = {}
    for turn in range(number):
        place = places[rng.integers(len(places))]
        value = ODD[turn % len(ODD)]
        tree = changed(content, place, value)
        if json.dumps(tree) != json.dumps(content):
            made[f"{place} = {str(value)[:9]}"] = json.dumps(tree).encode()
    deep = changed(content, ("notes",), json.loads("[" * 900 + "]" * 900))
    points = changed(content, ("questions", 0, "points"), [0, 30, 60])
    made |= {
        "points that add up": json.dumps(points).encode(),
        "error that is no number": json.dumps(
            changed(content, ("lines", 0, "error", 0), float("nan"))
        ).encode(),
        "error below 0": json.dumps(changed(content, ("lines", 0, "error", 0), -0.1)).encode(),
        "no questions": json.dumps(changed(content, ("questions",), [])).encode(),
        "no points": json.dumps(changed(content, ("questions", 0, "points"), [])).encode(),
        "no lookup": json.dumps(changed(content, ("lines", 0, "lookup", "national"), [])).encode(),
        "deep": json.dumps(deep).encode(),
        "very deep": b'{"format": 3, "notes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "digits": json.dumps(content).replace("0.02", "9" * 5000).encode(),
        "surrogate": json.dumps(changed(content, ("title",), "\ud800")).encode(),
    }
    return made


def refused(card_file, answers_file, capsys, cases):
    made = {}
    for name, bad in cases.items():
        card_file.write_bytes(bad)
        try:
            code = main(["scorecard", "score", str(card_file), str(answers_file)])
        except Exception:
            made[name] = TRACEBACK
            continue
        said = capsys.readouterr()
        made[name] = SILENT if code == 0 else told_well(code, said.out, said.err)
    return made


def damaged(content, share):
    tree = json.loads(content)
    return (
        cuts(content.rstrip(), int(50 * share))
        | flips(content, int(150 * share))
        | replacements()
        | edited(tree, int(150 * share))
    )


@pytest.mark.parametrize("share", [0.2, pytest.param(1, marks=pytest.mark.slow)])
def test_a_card_that_is_not_as_it_was_built_is_refused(card_file, answers_file, capsys, share):
    content = card_file.read_bytes()
    assert read_card(card_file) == small_card()
    count("cards", refused(card_file, answers_file, capsys, damaged(content, share)))


def test_a_card_that_was_only_laid_out_anew_is_read(card_file):
    card_file.write_text(json.dumps(json.loads(card_file.read_text()), sort_keys=True))
    assert read_card(card_file) == small_card()


WEIGHTS = {
    "huge": [1e308] * 40,
    "tiny": [1e-320] * 40,
    "huge and one": [1e308] * 39 + [1.0],
    "tiny and one": [5e-324] * 39 + [1.0],
    "infinite": ["inf"] * 40,
    "none": [float("nan")] * 40,
    "nought": [0] * 40,
    "below": [-1] * 40,
    "digits": ["9" * 5000] * 40,
    "words": ["many"] * 40,
}


def hostile_answers():
    """Files of answers, and the share of households (None: any number that is one)."""
    frame = answers()
    for name, weight in WEIGHTS.items():
        for column in ("weight", "size"):
            yield f"{column} {name}", frame.assign(**{column: weight}).to_csv(index=False).encode()
    for name, cell in {
        "formula": "=1+1",
        "control": "a\x07b",
        "long": "x" * 100_000,
        "quote": 'a"b',
        "lines": "a\nb",
        "zero": "a\x00b",
        "bidi": "\u202eb",
        "digits": "9" * 5000,
    }.items():
        odd = frame.astype(object)
        odd.loc[3, "roof"] = cell
        yield f"cell {name}", odd.to_csv(index=False).encode()
        yield f"column {name}", frame.assign(**{cell: cell}).to_csv(index=False).encode()
        yield f"region {name}", odd.assign(region=cell).to_csv(index=False).encode()
    text = frame.to_csv(index=False).encode()
    yield "two columns", text.replace(b"radio", b"roof")
    yield "ragged", text + b"1,2,3,4,5,6,7,8\n"
    yield "latin", text.replace(b"Straw", "Pailléßé".encode("latin-1"))
    yield "tabs", text.replace(b",", b"\t")
    for share, content in cuts(text, 10).items():
        yield share, content
    for place, content in flips(text, 40).items():
        yield place, content
    for kind, content in replacements().items():
        yield kind, content


def rate_of(out_and_err):
    found = [line for line in out_and_err.splitlines() if "share of households" in line]
    return found[0] if found else ""


OTHER_KINDS = (".txt", ".xlsx", ".dta", ".sav", ".parquet")


@pytest.mark.parametrize(
    "suffix", [".csv", *(pytest.param(kind, marks=pytest.mark.slow) for kind in OTHER_KINDS)]
)
def test_odd_answers_end_in_rows_or_in_one_sentence(card_file, tmp_path, capsys, suffix):
    path, out = tmp_path / f"odd{suffix}", tmp_path / "out.csv"
    made = {}
    for name, content in hostile_answers():
        path.write_bytes(content)
        out.unlink(missing_ok=True)
        command = ["scorecard", "score", str(card_file), str(path), "--out", str(out)]
        try:
            code = main(command)
        except Exception:
            made[name] = TRACEBACK
            continue
        said = capsys.readouterr()
        made[name] = told_well(code, "", said.err if code else "")
        if code == 0 and any(word in rate_of(said.out) for word in ("nan", "inf", " 0.0%, ")):
            made[name] = SILENT
    count("answers", made)


@pytest.mark.parametrize(
    ("column", "value"), [("weight", 1e308), ("weight", 1e-320), ("size", 1e308)]
)
def test_equal_weights_of_any_size_give_the_same_shares(card_file, tmp_path, column, value):
    path = tmp_path / "answers.csv"
    answers().to_csv(path, index=False)
    plain = score_file(read_card(card_file), path).headcounts
    answers().assign(**{column: value}).to_csv(path, index=False)
    for one, other in zip(plain, score_file(read_card(card_file), path).headcounts, strict=True):
        assert one.rate == pytest.approx(other.rate)
        assert one.group_error == pytest.approx(other.group_error)


FORMULAS = ["=SUM(A1:A9)", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1", " =1", "＝1"]


def test_no_cell_is_a_formula_and_all_are_read_back_as_they_were(card_file, tmp_path):
    frame = answers(len(FORMULAS)).assign(note=FORMULAS, number=[-1.5] * len(FORMULAS))
    frame = frame.rename(columns={"note": "=note"})
    scored = tmp_path / "scored.csv"
    frame.to_csv(tmp_path / "answers.csv", index=False)
    command = ["scorecard", "score", str(card_file), str(tmp_path / "answers.csv")]
    assert main([*command, "--out", str(scored)]) == 0
    raw = pd.read_csv(scored, dtype=str)
    for text in [*raw.columns, *raw["'=note"]]:
        assert not text.lstrip().startswith(("=", "+", "-", "@"))
    assert set(raw["number"]) == {"-1.5"}
    again = read_answers(scored)
    assert list(again["=note"].str.strip()) == [text.strip() for text in FORMULAS]


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
FREE = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


def sentence_or_card(path):
    try:
        return read_card(path)
    except ReportError as error:
        assert "\n" not in str(error)


def any_card(examples):
    @settings(max_examples=examples, **FREE)
    @given(st.binary(max_size=200) | TREES.map(lambda tree: json.dumps(tree).encode()))
    def body(tmp_path_factory, content):
        path = tmp_path_factory.getbasetemp() / "any-card.json"
        path.write_bytes(content)
        assert sentence_or_card(path) is None

    return body


test_any_text_for_a_card_ends_in_a_sentence = any_card(60)
test_much_text_for_a_card_ends_in_a_sentence = pytest.mark.slow(any_card(3000))

CELLS = st.text(max_size=6) | st.sampled_from(["Straw", "Tin", "Yes", "No", "North", "1", "1e999"])
ROWS = st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=5)


def as_text(rows):
    frame = pd.DataFrame(rows, columns=["roof", "radio", "region", "weight"])
    return frame.to_csv(index=False).encode("utf-8", "replace")


def any_answers(examples):
    @settings(max_examples=examples, **FREE)
    @given(st.binary(max_size=300) | ROWS.map(as_text))
    def body(tmp_path_factory, content):
        folder = tmp_path_factory.getbasetemp()
        path = folder / "any-answers.csv"
        path.write_bytes(content)
        try:
            scored = score_file(small_card(), path)
        except ReportError as error:
            assert "\n" not in str(error)
        else:
            assert all(0 <= found.rate <= 1 for found in scored.headcounts)
            assert len(scored.households) + len(scored.rejects) >= 1

    return body


test_any_text_for_answers_ends_in_a_result_or_a_sentence = any_answers(60)
test_much_text_for_answers_ends_in_a_result_or_a_sentence = pytest.mark.slow(any_answers(2000))


def test_the_digest_is_part_of_the_file(tmp_path):
    write_card(small_card(), tmp_path / "scorecard.json")
    assert len(json.loads((tmp_path / "scorecard.json").read_text())["digest"]) == 64
    assert os.listdir(tmp_path) == ["scorecard.json"]
