"""Card, score, sheet and form: the same numbers, and nothing that can do harm."""

import json
import re
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader
from pyxform.xls2xform import convert

from analysis.errors import ReportError
from analysis.scorecard.card import codes_on_card, read_card, write_card
from analysis.scorecard.form import survey_rows, write_form
from analysis.scorecard.outputs import FILES, write_study
from analysis.scorecard.score import headcount, score_file, score_frame
from analysis.scorecard.sheet import write_sheet
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
    assert {path.name for path in folder.iterdir()} == set(FILES)


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


def sheet_lookup(path):
    """The 101 probabilities that stand on the printed page, by score."""
    text = PdfReader(path).pages[0].extract_text()
    grid = text[text.index("From the score") :]
    numbers = re.findall(r"\d+(?:\.\d)?", grid[grid.index("poorest 40 %") + 12 :])
    start = next(i for i in range(len(numbers)) if numbers[i : i + 10] == list("0123456789"))
    cells = [n for n in numbers[start + 10 :] if "." in n][:101]
    assert len(cells) == 101
    return cells


def test_the_sheet_is_one_a4_page_with_everything_on_it(card, folder):
    (page,) = PdfReader(folder / "scorecard.pdf").pages
    assert [round(float(x)) for x in page.mediabox[2:]] == [595, 842]
    text = " ".join(page.extract_text().split())
    for question in card.questions:
        assert question.text in text
    assert "PPI-style scorecard, not an official PPI" in text
    assert card.notice in text
    assert "average the probabilities" in text


def test_a_long_card_still_fits_and_a_hopeless_one_is_refused(card, tmp_path):
    long = replace(
        card.questions[0], text="What is it, and why? " * 6,
        answers=tuple(f"An answer that is rather long, number {i}" for i in range(6)),
        points=(0, 1, 2, 3, 4, 5),
    )  # fmt: skip
    write_sheet(replace(card, questions=(long,) * 10), tmp_path / "long.pdf")
    assert len(PdfReader(tmp_path / "long.pdf").pages) == 1
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


def test_unknown_answers_are_named_by_row(card, households, tmp_path):
    spoilt = households.head(40).copy()
    name = card.questions[2].name
    spoilt.loc[4, name] = "purple"
    spoilt.loc[7, "region"] = "Atlantis"
    spoilt["weight"] = 1.0
    spoilt.loc[9, "weight"] = -1.0
    spoilt.to_csv(tmp_path / "answers.csv", index=False)
    with pytest.raises(ReportError) as caught:
        score_file(card, tmp_path / "answers.csv")
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert any(line.startswith(f"Row 6: 'purple' is no answer to '{name}'") for line in lines)
    assert any(line.startswith("Row 9: 'Atlantis'") for line in lines)
    assert any(line.startswith("Row 11: the weight '-1.0'") for line in lines)


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
    with pytest.raises(ReportError, match="no longer add up"):
        read_card(path)
    for wrong, words in (("[]", "not a scorecard"), ("{}", "not a scorecard"), ("{", "not a")):
        path.write_text(wrong)
        with pytest.raises(ReportError, match=words):
            read_card(path)
    write_card(card, path)
    path.write_text(path.read_text().replace('"format": 2', '"format": 9'))
    with pytest.raises(ReportError, match="format 9"):
        read_card(path)


def test_lookup_follows_the_model_within_the_rounding_bound(card_study):
    """Region columns against the unrounded model, for every held-out household."""
    card, fit, survey = card_study.card, card_study.selection.fit, card_study.survey
    from analysis.scorecard.points import scores

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
