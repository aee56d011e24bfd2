"""Specifications: what YAML may not do, and faults in words, all at once."""

import pytest

from analysis.errors import ReportError
from analysis.scorecard.spec.spec_file import find_spec, load_spec, read_spec
from analysis.scorecard.spec.yaml_loader import read_yaml

SHIPPED = ["simulated", "wb-synthetic", "zambia-lcms-2015"]


def write(tmp_path, text):
    path = tmp_path / "survey.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: !!python/object/apply:os.system ['true']", "tag .*python/object/apply.* is refused"),
        ("a: !!python/name:os.system", "is refused"),
        ("a: !own {b: 1}", "tag !own is refused"),
        ("a: &x [1]\nb: *x", "alias"),
        ("a: 1\na: 2", "'a' stands twice"),
        ("a: [1", "line"),
        ("a: Size: big", "line 1: .*put a text with a colon in it between quotes"),
        ("a:\n\t- b", "line 2: .*indent with spaces and not with tabs"),
        ("a: @home", "put a text that begins with such a character between quotes"),
        ("a: *all* of them", "put a text that begins with such a character between quotes"),
        ("a: 'open", "opened must be closed"),
        ('a: "One" or two', "must end with it"),
        ("a: {b: [1, 2}", "put a text with a comma or a colon between quotes"),
        ("[1, 2]", "keys and values"),
        ("? [1, 2]\n: 3", "key must be"),
        ("a: " + "[" * 3000, "not valid YAML"),
        ("a: \x00", "not valid YAML"),
        ("", "keys and values"),
    ],
)
def test_yaml_that_is_refused_with_one_sentence(tmp_path, text, words):
    with pytest.raises(ReportError, match=words) as caught:
        read_yaml(write(tmp_path, text))
    assert "\n" not in str(caught.value)
    assert "survey.yml" in str(caught.value)


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "survey.yml"
    path.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(ReportError, match="text file"):
        read_yaml(path)


def test_yes_and_no_stay_words(tmp_path):
    path = write(tmp_path, "a: {No: Yes, on: off}\nb: 2015-01-01\nc: [1, 2.5]")
    assert read_yaml(path) == {"a": {"No": "Yes", "on": "off"}, "b": "2015-01-01", "c": [1, 2.5]}


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_specifications_are_sound(name):
    spec = load_spec(find_spec(name))
    assert spec.name == name
    assert spec.tested == (name != "zambia-lcms-2015")


def test_the_world_bank_survey_offers_forty_questions_from_both_files_and_none_on_welfare():
    spec = load_spec(find_spec("wb-synthetic"))
    assert len(spec.questions) >= 40
    assert sum(q.derive is not None for q in spec.questions) >= 15
    forbidden = {spec.welfare.column, *spec.welfare.related}
    assert {f"exp_{i:02}" for i in range(1, 13)} | {"tot_exp", "quint_nat"} <= forbidden
    assert not forbidden & {q.column for q in spec.questions}
    assert "synthetic" in spec.notice


def test_all_faults_at_once_with_suggestions(tmp_path):
    text = find_spec("simulated").read_text(encoding="utf-8")
    text = text.replace("  weight: weight", "  wieght: weight\n  weight: weight")
    text = text.replace("quantile: 0.40", "quantile: 1.4")
    text = text.replace("- {name: floor, text:", "- {name: floor, colour: red, txet:")
    _, errors = read_spec(write(tmp_path, text))
    assert any("'wieght' is unknown; did you mean 'weight'?" in f and "design" in f for f in errors)
    assert any("line 'poorest-40'" in f and "less than 1" in f for f in errors)
    assert any("question 'floor'" in f and "'txet'" in f and "'text'" in f for f in errors)
    assert any("question 'floor'" in f and "'text' is missing" in f for f in errors)
    assert any("question 'floor'" in f and "'colour' is unknown" in f for f in errors)
    assert len(errors) == 5


@pytest.mark.parametrize(("added", "told"), [
    ("keep: {roof: [Tin]}", "keep: the key 'roof' is unknown; name the file first, for example "
                            "'household: {roof: [VALUE, VALUE]}'."),
    ("column: roof", "the key 'column' is unknown here; move it to where it belongs, or "
                     "remove it."),
])  # fmt: skip
def test_a_key_in_the_wrong_place_is_told_where_it_belongs(tmp_path, added, told):
    text = find_spec("simulated").read_text(encoding="utf-8")
    _, errors = read_spec(write(tmp_path, f"{added}\n{text}"))
    assert [error.endswith(told) for error in errors] == [True]


def test_texts_that_want_quotes_are_pointed_out(tmp_path):
    text = find_spec("simulated").read_text(encoding="utf-8")
    text = text.replace('"What is the roof mainly made of?"', "Roof, if any")
    text = text.replace('"What is the floor mainly made of?"', "2015")
    _, errors = read_spec(write(tmp_path, text))
    assert any("question 'roof': 'if any' is no key; put a text with a comma" in f for f in errors)
    assert any("question 'floor', text: a text is needed, but it is 2015; put it between quotes."
               in f for f in errors)  # fmt: skip
    assert len(errors) == 2


def test_a_faulty_question_does_not_hide_the_rest(tmp_path):
    text = find_spec("simulated").read_text(encoding="utf-8")
    spec, errors = read_spec(write(tmp_path, text.replace("column: roof}", "colunm: roof}")))
    assert len(errors) == 1
    assert "'colunm' is unknown; did you mean 'column'?" in errors[0]
    assert spec is not None
    assert "roof" not in {q.name for q in spec.questions}
    assert len(spec.questions) == 24


def test_an_unknown_specification_names_the_known_ones():
    with pytest.raises(ReportError, match="wb-synthetic"):
        find_spec("nowhere")
