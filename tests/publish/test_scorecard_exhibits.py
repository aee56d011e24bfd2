"""Exhibits and sentences of the scorecard study, on a small simulated survey."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.publish import card_files, results
from analysis.publish.calculator import Calculator
from analysis.publish.exhibits.scorecard import accuracy, boxes, card, claims, worked
from analysis.publish.findings import scorecard as findings
from analysis.scorecard.card import codes_on_card, read_card
from analysis.scorecard.units import UnitEffect
from tests.scorecard.conftest import card_study  # noqa: F401

FIGURES = (
    boxes.national,
    boxes.deciles,
    boxes.areas,
    boxes.regions,
    accuracy.targeting,
    accuracy.calibration,
    accuracy.bias,
    card.selection,
    lambda study: card.lookup_curves(study.card),
)
TABLES = (
    accuracy.models,
    claims.claims,
    worked.scored_rows,
    lambda study: card.card_table(study.card),
    lambda study: card.lookup_rows(study.card),
)
SENTENCES = (
    findings.card_headline,
    findings.survey_sentence,
    findings.order_of_pairs,
    findings.cost_of_ten,
    findings.interactions,
    findings.national_bias,
    findings.worst_regions,
    findings.strongest_question,
    findings.rounding,
    findings.checked,
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "ROOT", tmp_path)
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("REPORT_FORMAT", "html")
    return tmp_path


@pytest.fixture(scope="module")
def study(card_study):  # noqa: F811
    return card_study


def test_what_resampling_households_changes_is_said_of_what_was_measured(study):
    effect = UnitEffect(9, ("roof",), ("radio",), 0.8, 0.9, (0.001, -0.002, 0.004),
                        (-0.005, -0.025, 0.015), (-0.005, -0.015, 0.005))  # fmt: skip
    said = findings.resampled_questions(effect, study)
    assert "nine of the same ten questions, and change the AUC by 0.1 percentage points" in said
    assert "80% " in said and "90% " in said
    assert "50% narrower" in findings.resampled_intervals(effect)
    alike = replace(effect, shared=10, bias_households=effect.bias_areas)
    assert "would choose the same questions. A chosen" in findings.resampled_questions(alike, study)


@pytest.mark.parametrize("make", FIGURES)
def test_figures_state_a_finding_and_offer_their_rows(study, make, folder):
    figure = make(study)
    assert figure.finding.endswith(".") and figure.alt.endswith(".")
    assert "nan" not in f"{figure.finding}{figure.caption}{figure.alt}".lower().split()
    assert f"{{#fig-{figure.name}}}" in figure._repr_markdown_()
    assert len(pd.read_csv(folder / f"results/figures/{figure.name}.csv")) == len(figure.data)


@pytest.mark.parametrize("make", TABLES)
def test_tables_have_a_caption_and_no_gaps(study, make):
    table = make(study)
    assert table.caption.endswith(".")
    assert not table.rows.isna().any().any()
    assert f"{{#tbl-{table.name}}}" in table._repr_markdown_()


@pytest.mark.parametrize("say", SENTENCES)
def test_sentences_are_whole(study, say):
    text = say(study)
    assert text[0].isupper() or text[0].isdigit()
    assert text.endswith(".") and "nan" not in text and "  " not in text


def test_boxes_are_the_weighted_quantiles_of_the_held_out(study):
    """Recomputed by repeating each household by its weight."""
    test = study.survey.take(study.held)
    score = np.zeros(len(test), dtype=int)
    for question, codes in zip(
        study.card.questions, codes_on_card(study.card, test).T, strict=True
    ):
        score += np.array(question.points)[codes]
    lookup = np.array(study.card.lines[0].lookup.regions) / 1000
    p = lookup[test.region, score]
    poor = test.lines[0].poor
    times = np.maximum(1, np.round(200 * test.weight / test.weight.mean()).astype(int))
    plot = boxes.national(study).plot
    for trace, who in zip(plot.data, (~poor, poor), strict=True):
        every = np.repeat(p[who], times[who])
        for name, q in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
            (drawn,) = getattr(trace, name)
            near = np.quantile(every, [q - 0.01, q + 0.01])
            assert near[0] - 1e-9 <= drawn <= near[1] + 1e-9


def test_a_claim_is_judged_by_its_interval(study):
    frame = study.evaluation.accuracy.copy()
    here = (frame["metric"] == "poor_above_cut") & (frame["kind"] == "national")
    verdicts = []
    for low, high in ((0.8, 0.9), (0.7, 0.8), (0.5, 0.6)):
        frame.loc[here, ["estimate", "ci_low", "ci_high"]] = ((low + high) / 2, low, high)
        changed = replace(study.evaluation, accuracy=frame.copy())
        table = claims.claims(replace(study, evaluation=changed))
        verdicts.append(table.rows["Verdict"].iloc[0])
    assert verdicts == [claims.HOLDS, claims.UNCLEAR, claims.FAILS]


def test_the_card_as_a_table_has_every_answer_once(study):
    rows = card.card_table(study.card).data
    assert len(rows) == sum(len(q.answers) for q in study.card.questions)
    assert rows.groupby("question")["points"].max().sum() == 100
    assert (rows.groupby("question")["points"].min() == 0).all()


def test_the_files_are_written_whole_and_read_back(study, folder):
    written = card_files.write_card_files(study)
    assert [name.rsplit("/", 1)[1] for name in written] == list(card_files.CARD_FILES)
    inside = folder / "results/scorecard" / study.card.name
    assert {path.name for path in inside.iterdir()} == set(card_files.CARD_FILES)
    again = read_card(inside / "scorecard.json")
    assert (again.questions, again.lines) == (study.card.questions, study.card.lines)
    links = card.Downloads(study)._repr_markdown_()
    assert all(f"]({name})" in links for name in written)


def test_paper_gets_the_card_in_place_of_the_calculator(study, monkeypatch):
    monkeypatch.setenv("REPORT_FORMAT", "typst")
    text = Calculator(study.card)._repr_markdown_()
    assert "{=html}" not in text
    assert "tbl-calculator-card" in text
    assert "results/" in card.Downloads(study)._repr_markdown_()


def test_the_beginning_of_a_specification_is_cut_between_questions():
    text = "name: x\n# why\nquestions:\n" + "".join(
        f"  - name: q{i}\n    text: T{i}\n" for i in range(5)
    )
    cut = worked.beginning(text)
    assert cut.startswith("name: x\nquestions:\n") and "T2\n" in cut
    assert "q3" not in cut and "# why" not in cut
