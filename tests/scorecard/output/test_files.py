"""Card, score, sheet and form: the same numbers, and nothing that can do harm."""

import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader
from pyxform.xls2xform import convert

from analysis.errors import ReportError
from analysis.scorecard.card.card import GroupError, codes_on_card, digest_of, read_card, write_card
from analysis.scorecard.card.score import headcount, score_file, score_frame
from analysis.scorecard.evaluation.group_bias import biased_groups, group_errors
from analysis.scorecard.output.files import OUTPUT_FILES, write_study
from analysis.scorecard.output.sheet import write_sheet
from analysis.scorecard.output.xlsform import survey_rows, write_form
from analysis.scorecard.wording import short_names


@pytest.fixture(scope="module")
def folder(card_study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("card")
    write_study(card_study, folder)
    return folder


@pytest.fixture(scope="module")
def households(card):
    """A thousand households with any answers, of any region."""
    rng = np.random.default_rng(11)
    frame = pd.DataFrame({q.name: rng.choice(q.answers, 1000) for q in card.questions})
    frame["region"] = rng.choice(card.regions, 1000)
    return frame


class Form:
    """The form's calculations, worked out by Python in the place of a phone."""

    def __init__(self, card):
        self.rows = [row for row in survey_rows(card) if row[0] == "calculate"]
        self.names = {
            name: dict(zip(labels, short_names(labels), strict=True))
            for name, labels in [("region", card.regions)]
            + [(q.name, q.answers) for q in card.questions]
        }

    def fill(self, answers):
        known = {name: self.names[name][word] for name, word in answers.items()}
        for _, name, _, _, calculation, _ in self.rows:
            python = re.sub(r"\$\{(\w+)\}", r"known['\1']", calculation)
            python = python.replace("selected-at", "at").replace(" div ", " / ")
            python = python.replace("if(", "choose(").replace(" = ", " == ")
            tools = {"at": lambda text, i: text.split(" ")[i], "number": float, "known": known,
                     "choose": lambda test, yes, no: yes if test else no}  # fmt: skip
            known[name] = eval(python, {"__builtins__": {}}, tools)
        return known


def test_all_files_are_written(folder):
    assert {path.name for path in folder.iterdir()} == {file.name for file in OUTPUT_FILES}


def test_score_form_and_sheet_agree_on_a_thousand_households(card, folder, households):
    again = read_card(folder / "scorecard.json")
    by_region = score_frame(again, households).households
    national = score_frame(again, households.drop(columns="region")).households
    form = Form(card)
    sheet = sheet_lookup(folder / "scorecard.pdf")
    points = [dict(zip(q.answers, q.points, strict=True)) for q in card.questions]
    for i, answers in enumerate(households.to_dict("records")):
        by_hand = sum(p[answers[q.name]] for p, q in zip(points, card.questions, strict=True))
        filled = form.fill(answers)
        assert by_hand == filled["score"] == by_region["score"][i] == national["score"][i]
        probability = f"{100 * by_region['probability'][i]:.1f}"
        assert f"{filled['probability_poorest_40']:.1f}" == probability
        assert sheet[by_hand] == f"{100 * national['probability'][i]:.1f}"
        place = np.array([card.regions.index(answers["region"])])
        for line in card.lines:
            told = filled[f"probability_persons_{line.name.replace('-', '_')}"]
            (persons,) = card.probability(np.array([by_hand]), place, line.name, of="persons")
            assert told == pytest.approx(100 * persons)


def sheet_lookup(path):
    """The 101 probabilities that stand on the printed page, by score."""
    text = PdfReader(path).pages[0].extract_text()
    grid = text[text.index("From the score") :]
    numbers = re.findall(r"\d+(?:\.\d)?", grid[grid.index("poorest 40%") + 11 :])
    start = next(i for i in range(len(numbers)) if numbers[i : i + 10] == list("0123456789"))
    cells = [n for n in numbers[start + 10 :] if "." in n][:101]
    assert len(cells) == 101
    return cells


def test_the_sheet_is_one_a4_page_with_everything_on_it(card, folder):
    page, _, *behind = PdfReader(folder / "scorecard.pdf").pages
    assert len(behind) == len(card.lines)
    assert [round(float(x)) for x in page.mediabox[2:]] == [595, 842]
    text = " ".join(page.extract_text().split())
    for question in card.questions:
        assert question.text in text
    assert "PPI-style scorecard, not an official PPI" in text
    assert card.notice in text
    assert "average the probabilities" in text


def test_every_probability_by_region_and_line_stands_behind_the_card(card, folder):
    pages = PdfReader(folder / "scorecard.pdf").pages[2:]
    for page, line in zip(pages, card.lines, strict=True):
        text = page.extract_text()
        assert line.label in text
        assert all(region in text for region in card.regions)
        numbers = iter(text[text.rindex(card.regions[-1]) + len(card.regions[-1]) :].split())
        expected = np.array([line.lookup.national, *line.lookup.regions]) / 10
        for start in range(0, 101, 10):
            scores = range(start, min(start + 10, 101))
            assert [int(next(numbers)) for _ in scores] == list(scores)
            for column in expected:
                assert [float(next(numbers)) for _ in scores] == list(column[scores])
        assert next(numbers, None) is None


def test_many_regions_take_more_pages(card, tmp_path):
    lookup = card.lines[0].lookup
    line = replace(card.lines[0], lookup=replace(lookup, regions=(lookup.regions[0],) * 40))
    names = tuple(f"The region of number {n}" for n in range(40))
    write_sheet(replace(card, lines=(line,), regions=names), tmp_path / "many.pdf")
    text = [page.extract_text() for page in PdfReader(tmp_path / "many.pdf").pages]
    assert len(text) == 5
    assert all("\n100 " in page for page in text[1:])


def test_where_regions_do_not_differ_the_sheet_has_the_country_s_column_alone(card, tmp_path):
    lookup = card.lines[0].lookup
    alike = replace(lookup, regions=(lookup.national,) * 40)
    names = tuple(f"The region of number {n}" for n in range(40))
    line = replace(card.lines[0], lookup=alike)
    write_sheet(replace(card, lines=(line,), regions=names, groups=()), tmp_path / "alike.pdf")
    text = [page.extract_text() for page in PdfReader(tmp_path / "alike.pdf").pages]
    assert len(text) == 3
    assert "The country" in text[2] and "number 0" not in text[2]


def test_the_second_page_has_the_persons_lookup_and_both_errors_of_every_group(card, folder):
    text = PdfReader(folder / "scorecard.pdf").pages[1].extract_text()
    grid, errors = text.split("How far off the rates were")
    cells = re.findall(r"\d+\.\d", grid)[-101:]
    assert [float(c) for c in cells] == [t / 10 for t in card.lines[0].persons.national]
    rows = " ".join(errors.split())
    for group in card.groups:
        for error in (group.error, group.persons_error):
            number = f"{abs(100 * error[0]):.1f}"
            assert re.search(rf"[+−]?{number}", rows)
    assert "The country" in rows and "sex: Female" in rows and "9 or more" in rows
    assert "too few areas" in rows  # regions of a small survey
    assert len(card.groups) == 1 + 2 + len(card.regions) + 5 + 2


def test_sheet_and_form_say_accuracy_survey_and_whom_the_card_does_not_fit(card, tmp_path):
    told = replace(
        card, citation="The agency (2019). A survey.", date="in 2018",
        notes=("The survey has no weights: every household counts alike.",),
        groups=(GroupError("region", "South", 90, 20, (-0.04, -0.07, -0.01), (0.0, None, None)),),
        questions=(replace(card.questions[0], missing=card.questions[0].answers[1]),
                   *card.questions[1:]),
    )  # fmt: skip
    write_sheet(told, tmp_path / "told.pdf")
    write_form(told, tmp_path / "told.xlsx")
    sheet = " ".join(PdfReader(tmp_path / "told.pdf").pages[0].extract_text().split())
    (about,) = [row[2] for row in survey_rows(told) if row[1] == "about"]
    for words in (
        f"AUC {card.build_info['auc']:.2f}",
        f"{card.build_info['held_out_households']:,} households",
        "points too",
        "The agency (2019). A survey.",
        "in 2018",
        "no weights",
        "South: 4.0 points too low (1.0 to 7.0)",
    ):
        assert words in sheet, words
        assert words in about, words
    assert f"no answer to question 1 counts as “{card.questions[0].answers[1]}”" in sheet


def test_groups_are_named_whose_interval_leaves_out_zero_and_that_have_areas(card_study):
    line = card_study.card.lines[0].name
    accuracy = card_study.evaluation.accuracy.copy()
    here = (accuracy["metric"] == "headcount_bias") & (accuracy["line"] == line)
    here &= accuracy["model"] == "card"
    accuracy.loc[here, ["estimate", "ci_low", "ci_high"]] = [0.0, -0.1, 0.1]
    assert biased_groups(group_errors(accuracy, line)) == []
    accuracy.loc[here & (accuracy["group"] == "urban"), ["estimate", "ci_low", "ci_high"]] = [
        -0.05, -0.08, -0.02]  # fmt: skip
    region = here & (accuracy["kind"] == "region")
    accuracy.loc[region, ["estimate", "ci_low", "ci_high"]] = [0.05, 0.02, 0.08]
    few = accuracy.index[region][0]
    accuracy.loc[few, ["ci_low", "ci_high"]] = np.nan
    enough = accuracy.loc[region, "group"].drop(few)
    assert set(biased_groups(group_errors(accuracy, line))) == {
        "urban areas: 5.0 points too low (2.0 to 8.0)",
        *(f"{name}: 5.0 points too high (2.0 to 8.0)" for name in enough),
    }


def test_a_study_is_written_whole_or_not_at_all(card_study, tmp_path, monkeypatch):
    from analysis.scorecard.output import files

    def fail(*_):
        raise ReportError("no room")

    monkeypatch.setattr(files, "write_form", fail)
    with pytest.raises(ReportError, match="no room"):
        write_study(card_study, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_long_card_still_fits_and_a_hopeless_one_is_refused(card, tmp_path):
    long = replace(
        card.questions[0], text="What is it, and why? " * 6,
        answers=tuple(f"An answer that is rather long, number {i}" for i in range(6)),
        points=(0, 1, 2, 3, 4, 5),
    )  # fmt: skip
    write_sheet(replace(card, questions=(long,) * 10), tmp_path / "long.pdf")
    assert len(PdfReader(tmp_path / "long.pdf").pages) == 2 + len(card.lines)
    with pytest.raises(ReportError, match="too long for one page"):
        write_sheet(replace(card, questions=(long,) * 30), tmp_path / "no.pdf")


def test_text_is_never_read_as_typst_markup(card, tmp_path):
    odd = replace(card.questions[0], text='#read("/etc/hosts") *bold* $x$ \\ "')
    write_sheet(replace(card, questions=(odd, *card.questions[1:])), tmp_path / "odd.pdf")
    text = PdfReader(tmp_path / "odd.pdf").pages[0].extract_text()
    assert '#read("/etc/hosts")' in " ".join(text.split())


def test_the_form_is_a_valid_xlsform(folder, card):
    result = convert(str(folder / "form.xlsx"), validate=False, warnings=[])
    for question in card.questions:
        assert question.text in result.xform
    assert "selected-at" in result.xform
    assert "To count persons" in result.xform


def test_formula_like_text_stays_text_in_the_form(card, tmp_path):
    hostile = replace(
        card.questions[0], text='=HYPERLINK("http://x","y")',
        answers=("=1+1", "+A1", "@SUM(A1)")[: len(card.questions[0].answers)],
    )  # fmt: skip
    spoilt = replace(
        card, title="=cmd()", regions=("=A1", *card.regions[1:]),
        questions=(hostile, *card.questions[1:]),
    )  # fmt: skip
    write_form(spoilt, tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    texts = [cell.value for sheet in book for row in sheet for cell in row if cell.value]
    assert '=HYPERLINK("http://x","y")' in texts
    assert "=A1" in texts
    assert not any(cell.data_type == "f" for sheet in book for row in sheet for cell in row)
    convert(str(tmp_path / "form.xlsx"), validate=False, warnings=[])


def test_form_and_sheet_carry_the_date_that_is_given_and_no_other(card, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1893456000")
    write_form(card, tmp_path / "form.xlsx")
    write_sheet(card, tmp_path / "sheet.pdf")
    with zipfile.ZipFile(tmp_path / "form.xlsx") as parts:
        assert {part.date_time for part in parts.infolist()} == {(2030, 1, 1, 0, 0, 0)}
    properties = openpyxl.load_workbook(tmp_path / "form.xlsx").properties
    assert properties.created == properties.modified == datetime(2030, 1, 1)
    about = PdfReader(tmp_path / "sheet.pdf").metadata
    assert about.creation_date == about.modification_date == datetime(2030, 1, 1, tzinfo=UTC)
    # A zip file can't tell years before 1980.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    write_form(card, tmp_path / "old.xlsx")
    assert openpyxl.load_workbook(tmp_path / "old.xlsx").properties.created == datetime(1970, 1, 1)


def test_a_reference_in_a_text_is_not_one_in_the_form(card, tmp_path):
    odd = replace(card.questions[0], text="How many ${score} are there?")
    write_form(replace(card, questions=(odd, *card.questions[1:])), tmp_path / "form.xlsx")
    assert "$ {score}" in convert(str(tmp_path / "form.xlsx"), warnings=[]).xform


def test_short_names_are_distinct_and_plain():
    names = short_names(("None", "none", "Água", "水", "火", "3 or more", ""))
    assert len(set(names)) == 7
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


def test_choice_names_of_the_form_are_answers_too(card, households):
    exported = households.copy()
    for question in card.questions:
        names = dict(zip(question.answers, short_names(question.answers), strict=True))
        exported[question.name] = exported[question.name].map(names)
    one = score_frame(card, households).households["score"]
    assert one.equals(score_frame(card, exported).households["score"])


def test_rows_that_can_not_be_scored_are_named_and_the_others_are_scored(card, households):
    spoilt = households.head(40).copy()
    name = card.questions[2].name
    spoilt.loc[4, name] = "purple"
    spoilt.loc[5, name] = " "
    spoilt.loc[7, "region"] = "Atlantis"
    spoilt["weight"] = 1.0
    spoilt.loc[9, "weight"] = -1.0
    spoilt.loc[11, "region"] = ""
    scored = score_frame(card, spoilt)
    assert list(scored.rejects["row"]) == [6, 7, 9, 11]
    why = list(scored.rejects["why"])
    assert why[0].startswith(f"'purple' is no answer to '{name}'; the card knows")
    assert why[1] == f"'{name}' has no answer."
    assert why[2].startswith("'Atlantis' is no region of the card")
    assert why[3] == "the weight '-1.0' is not above 0."
    assert scored.nowhere == 1
    sound = spoilt.drop(index=[4, 5, 7, 9])
    again = score_frame(card, sound)
    pd.testing.assert_frame_equal(scored.households, again.households)
    assert scored.headcounts == again.headcounts
    national = score_frame(card, sound.loc[[11]].drop(columns="region")).households
    assert scored.households.loc[11, "probability"] == national.loc[11, "probability"]
    spoilt[name] = "purple"
    with pytest.raises(ReportError, match="no household that can be scored; row 2: 'purple'"):
        score_frame(card, spoilt)


def test_a_gap_counts_as_the_answer_that_the_card_names(card, households):
    question = replace(card.questions[0], missing=card.questions[0].answers[1])
    lenient = replace(card, questions=(question, *card.questions[1:]))
    with_gap = households.head(5).copy()
    with_gap.loc[2, question.name] = None
    filled = households.head(5).copy()
    filled.loc[2, question.name] = question.missing
    one, other = score_frame(lenient, with_gap), score_frame(card, filled)
    assert one.households["score"].equals(other.households["score"])


@pytest.mark.parametrize(
    ("suffix", "separator", "encoding"),
    [("csv", ",", "utf-8"), ("csv", ";", "utf-8-sig"), ("csv", "\t", "utf-16"),
     ("tsv", "\t", "utf-8"), ("txt", ";", "cp1252"), ("xlsx", "", ""), ("dta", "", ""),
     ("sav", "", ""), ("parquet", "", "")],
)  # fmt: skip
def test_answers_are_read_from_any_file(card, households, tmp_path, suffix, separator, encoding):
    import pyreadstat

    given = households.head(60).assign(weight=1.5, size=3, note="Água; e, pão")
    path = tmp_path / f"answers.{suffix}"
    if separator:
        decimal = "," if separator == ";" else "."
        text = given.to_csv(sep=separator, index=False, decimal=decimal)
        path.write_bytes(text.encode(encoding))
    elif suffix == "xlsx":
        given.to_excel(path, index=False)
    elif suffix == "parquet":
        given.to_parquet(path)
    else:
        # codes with labels, as a survey's program writes them
        question = card.questions[0]
        codes = {answer: float(k) for k, answer in enumerate(question.answers)}
        labels = {question.name: {code: answer for answer, code in codes.items()}}
        coded = given.assign(**{question.name: given[question.name].map(codes)})
        write = pyreadstat.write_dta if suffix == "dta" else pyreadstat.write_sav
        write(coded, str(path), variable_value_labels=labels)
    scored = score_file(card, path)
    expected = score_frame(card, given)
    assert scored.rejects.empty
    assert list(scored.households["score"]) == list(expected.households["score"])
    assert scored.headcounts == expected.headcounts
    assert list(scored.households["note"]) == ["Água; e, pão"] * 60


def test_columns_as_a_phone_exports_them(card, households):
    exported = households.rename(
        columns={q.name: f"group/{q.name.upper()}" for q in card.questions}
    )
    one = score_frame(card, households).households["score"]
    assert one.equals(score_frame(card, exported).households["score"])


def test_a_missing_question_an_empty_file_and_a_missing_file(card, households, tmp_path):
    with pytest.raises(ReportError, match=f"no column for the question {card.questions[0].name}"):
        score_frame(card, households.drop(columns=card.questions[0].name))
    with pytest.raises(ReportError, match="no households"):
        score_frame(card, households.head(0))
    with pytest.raises(ReportError, match="can't be read"):
        score_file(card, tmp_path / "gone.csv")
    with pytest.raises(ReportError, match="no line 'far'; it has poorest-40"):
        score_frame(card, households, "far")


def regions_of(card, households):
    return households["region"].map({name: r for r, name in enumerate(card.regions)}).to_numpy()


def test_the_headcount_averages_probabilities_and_not_scores(card, households):
    weighted = households.assign(weight=np.arange(1, 1001.0), size=3.0)
    scored = score_frame(card, weighted)
    of_households, of_persons = scored.headcounts
    p = scored.households["probability"]
    assert of_households.rate == pytest.approx(np.average(p, weights=weighted["weight"]))
    score = scored.households["score"].to_numpy()
    by_persons = card.probability(score, regions_of(card, households), of="persons")
    assert of_persons.rate == pytest.approx(np.average(by_persons, weights=weighted["weight"]))
    mean_score = round(np.average(scored.households["score"], weights=weighted["weight"]))
    looked_up = card.line().lookup.national[mean_score] / 1000
    assert abs(of_households.rate - looked_up) > 0.02


def test_standard_errors_by_hand():
    p, w = np.array([0.2, 0.6, 0.9]), np.array([1.0, 2.0, 1.0])
    count = headcount("households", p, w, 0.03)
    assert count.rate == pytest.approx(0.575)
    chance = (1 * 0.16 + 4 * 0.24 + 1 * 0.09) / 16
    assert count.group_error == pytest.approx(np.sqrt(chance + 0.03**2))
    spread = (0.375**2 + 4 * 0.025**2 + 0.325**2) / 16 * 1.5
    assert count.population_error == pytest.approx(np.sqrt(spread + 0.03**2))


def test_a_card_that_was_tampered_with_is_refused(card, tmp_path):
    path = tmp_path / "scorecard.json"
    write_card(card, path)
    assert read_card(path) == card
    content = json.loads(path.read_text())
    content["questions"][0]["points"][0] += 1
    path.write_text(json.dumps(content))
    with pytest.raises(ReportError, match="was changed after it was built"):
        read_card(path)
    for wrong, words in (("[]", "not a scorecard"), ("{}", "not a scorecard"), ("{", "not a")):
        path.write_text(wrong)
        with pytest.raises(ReportError, match=words):
            read_card(path)
    write_card(card, path)
    path.write_text(path.read_text().replace('"format": 3', '"format": 9'))
    with pytest.raises(ReportError, match="format 9"):
        read_card(path)


def test_a_card_of_an_earlier_version_is_read(card, tmp_path):
    """It holds sentences on its groups, which are made of their errors now."""
    path = tmp_path / "scorecard.json"
    write_card(card, path)
    content = json.loads(path.read_text())
    content["misfits"] = ["South: 4.0 points too low (1.0 to 7.0)"]
    content["digest"] = digest_of(content)
    path.write_text(json.dumps(content))
    assert read_card(path) == card


def test_lookup_follows_the_model_within_the_rounding_bound(card_study):
    """Region columns against the unrounded model, for every held-out household."""
    card, fit, survey = card_study.card, card_study.selection.fit, card_study.survey
    from analysis.scorecard.model.points import scores

    score = scores(card.points, codes_on_card(card, survey))
    eta = fit.predictor(survey)
    p = card.probability(score, survey.region)
    slack = card.rounding * card.scale / 100

    def sigma(t):
        return 1 / (1 + np.exp(-t))

    assert (p <= sigma(eta + slack) + 0.0005 + 1e-9).all()
    assert (p >= sigma(eta - slack) - 0.0005 - 1e-9).all()
    assert score.min() >= 0
    assert score.max() <= 100
