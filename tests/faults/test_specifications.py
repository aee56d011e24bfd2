"""Specifications of every kind end in faults that are sentences, and the data's are told too."""

import json

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.__main__ import main
from analysis.errors import ReportError
from analysis.scorecard.output.xlsform import survey_rows
from analysis.scorecard.spec.spec import TAKEN, is_taken
from analysis.scorecard.spec.spec_file import find_spec, read_spec
from analysis.scorecard.survey.load import examine
from analysis.scorecard.survey.simulate import simulate_tables
from tests.faults.damage import HELD, SILENT, TRACEBACK, count, cuts, flips, replacements, told_well
from tests.faults.works import small_card

FREE = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


@pytest.fixture
def survey(tmp_path):
    """A simulated survey with a weight of 0, as files, and its specification as a tree."""
    homes, people = (table.frame for table in simulate_tables(300, 8).values())
    homes.loc[0, "weight"] = 0
    homes.to_csv(tmp_path / "homes.csv", index=False)
    people.to_csv(tmp_path / "persons.csv", index=False)
    spec = yaml.safe_load(find_spec("simulated").read_text())
    del spec["simulate"]
    spec["files"] = {"household": "homes.csv", "individual": "persons.csv"}
    return spec


OF_DATA = "no weight above 0"


def said(folder, text):
    path = folder / "own.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return examine(path)[1].errors


NAMES = [*sorted(TAKEN), "points_x", "table_0", "probability_poorest", "a b", "a.b", "Roof", "1st",
         "", "é", "a\nb", "a\x07", "${score}", "x" * 61]  # fmt: skip
CONTROLS = ["\x00", "\x07", "\n", "\r", "\t", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029"]


def unfit(spec):
    """A change a case, each of which is a fault of the form."""
    for name in NAMES:
        yield f"question {name!r}", lambda name=name: spec["questions"][0].update(name=name)
    for letter in CONTROLS:
        text = f"Roof{letter}?"
        yield f"text {letter!r}", lambda text=text: spec["questions"][0].update(text=text)
        yield (
            f"answer {letter!r}",
            lambda text=text: spec["questions"][0].update(answers={text: 1, "Other": 2}),
        )
        yield f"title {letter!r}", lambda text=text: spec.update(title=text)
        yield f"label {letter!r}", lambda text=text: spec["lines"][0].update(label=text)
    twins = [{"name": name, "text": "Tin?", "column": "roof"} for name in ("tin-a", "tin_a")]
    yield "twin questions", lambda: spec["questions"].extend(twins)
    lines = [{"name": name, "label": "a line", "quantile": 0.3} for name in ("a-b", "a_b")]
    yield "twin lines", lambda: spec["lines"].extend(lines)
    for key in ("name", "title", "lines", "questions", "limits", "budget", "missing"):
        yield f"odd {key}", lambda key=key: spec.update({key: -1})
    yield "unknown key", lambda: spec.update(colour="red")
    yield "odd design", lambda: spec["design"].update(colour="red")


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_faults_of_the_form_and_of_the_data_are_told_together(survey, tmp_path, step):
    before = json.dumps(survey)
    known = said(tmp_path, before)
    made = {}
    for name, _ in list(unfit(survey))[::step]:
        spec = json.loads(before)
        dict(unfit(spec))[name]()
        try:
            faults = said(tmp_path, json.dumps(spec))
        except Exception:
            made[name] = TRACEBACK
            continue
        of_form = [fault for fault in faults if fault not in known]
        together = any(OF_DATA in fault for fault in faults)
        made[name] = HELD if of_form and together and "\n" not in "".join(faults) else SILENT
    count("specifications", made)


DESIGNS = {
    "a column twice in stratum": {"stratum": ["region", "region"]},
    "cluster among strata": {"stratum": ["region", "ea"], "cluster": "ea"},
    "region is cluster": {"cluster": "region"},
    "region is size": {"size": "region"},
    "weight is size": {"weight": "size"},
    "no such column": {"cluster": "nowhere"},
    "empty": {"stratum": []},
    "nested": {"stratum": [["region"]]},
}


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_odd_designs_end_in_sentences(survey, tmp_path, design):
    survey["design"].update(design)
    faults = said(tmp_path, yaml.safe_dump(survey))
    assert any(OF_DATA in fault for fault in faults) or design.get("weight") == "size"
    assert "\n" not in "".join(faults)


@pytest.mark.parametrize("key", [["household", "household"], ["region", "region"], [], ["gone"]])
def test_odd_keys_end_in_sentences(survey, tmp_path, key):
    survey["key"] = key
    assert all("\n" not in fault for fault in said(tmp_path, yaml.safe_dump(survey)))


@pytest.mark.parametrize("weight", [1e308, 1e-320, float("inf"), float("nan"), -1])
def test_weights_that_can_not_be_added_up_are_faults(survey, tmp_path, weight):
    import pandas as pd

    homes = pd.read_csv(tmp_path / "homes.csv").assign(weight=1.0)
    homes.loc[5, "weight"] = weight
    homes.to_csv(tmp_path / "homes.csv", index=False)
    assert any(fault.startswith("design, weight: ") for fault in said(tmp_path, json.dumps(survey)))


ODD_YAML = {
    **{f"tag {tag}": f"name: {tag}\n" for tag in (
        "!!int abc", "!!float abc", "!!bool maybe", "!!timestamp x", "!!binary ???", "!!null x",
        "!!set {a, b}", "!!omap [a]", "!!pairs [a]", "!!python/name:os.system", "!own x", "! x",
        "!!str 5", "!!seq 5", "!!map 5", "!!merge x")},
    "digits": "name: " + "9" * 5000,
    "hexadecimal": "name: 0x" + "f" * 20_000,
    "binary": "name: 0b" + "1" * 50_000,
    "octal": "name: 0" + "7" * 50_000,
    "sixties": "name: " + "1:" * 5000 + "1",
    "point": "name: 1." + "9" * 5000,
    "exponent": "name: 1.0e+999999999",
    "key of digits": "9" * 5000 + ": x",
    "deep": "[" * 20_000,
    "deep maps": "{a: " * 20_000,
    "anchors": "a: &x [1]\nb: [*x, *x]",
    "merge": "<<: {a: 1}",
    "two files": "a: 1\n---\nb: 2",
    "directive": "%YAML 9.9\n---\na: 1",
    "tabs": "a:\n\t- b",
    "zero": "a: \x00",
    "escape": 'name: "\\0"',
    "path with zero": 'files: {household: "a\\0.csv"}',
    "nobody's home": "files: {household: ~nosuchuser/a.csv}",
    "surrogate": b"a: \xed\xa0\x80",
    "mark": b"\xff\xfea\x00",
}  # fmt: skip


def checked(path, text, capsys):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        code = main(["scorecard", "check", str(path)])
    except Exception:
        return TRACEBACK
    out = capsys.readouterr()
    told = all(line.startswith(("fault: ", "caution: ")) or "; mend " in line
               for line in out.out.splitlines())  # fmt: skip
    if code != 2:
        return SILENT
    return HELD if out.err == "" and told and out.out else told_well(code, out.out, out.err)


@pytest.mark.parametrize("share", [0.2, pytest.param(1, marks=pytest.mark.slow)])
def test_odd_yaml_ends_in_sentences(tmp_path, capsys, share):
    whole = b"colour: red\n" + find_spec("zambia-lcms-2015").read_bytes()
    cases = (
        ODD_YAML | replacements() | cuts(whole, int(50 * share)) | flips(whole, int(150 * share))
    )
    path = tmp_path / "own.yml"
    count("YAML", {name: checked(path, text, capsys) for name, text in cases.items()})


WORDS = st.text(max_size=10) | st.sampled_from(["!!int ", "&a ", "*a", "- ", ": ", "{", "[", "\n"])


def any_specification(examples):
    @settings(max_examples=examples, **FREE)
    @given(st.lists(WORDS, max_size=12).map("".join) | st.binary(max_size=100))
    def body(tmp_path_factory, text):
        path = tmp_path_factory.getbasetemp() / "any.yml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "replace"))
        try:
            spec, faults = read_spec(path)
        except ReportError as error:
            faults, spec = [str(error)], None
        assert spec is not None or faults
        assert all("\n" not in fault for fault in faults)

    return body


test_any_text_for_a_specification_ends_in_a_sentence = any_specification(80)
test_much_text_for_a_specification_ends_in_a_sentence = pytest.mark.slow(any_specification(3000))


def test_the_names_of_a_form_are_taken():
    """What a form holds beside its questions is what a question can't be called."""
    fixed = {row[1] for row in survey_rows(small_card())} - {"roof", "radio"}
    assert [name for name in fixed if not is_taken(name)] == []
