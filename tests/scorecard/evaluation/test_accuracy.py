"""Accuracy on held-out households, against counting by hand; and coverage of the headcount."""

import numpy as np
import pytest

from analysis.scorecard.card.card import codes_on_card, make_card
from analysis.scorecard.card.score import headcount
from analysis.scorecard.evaluation.accuracy import CUT, best_cut
from analysis.scorecard.evaluation.standard_errors import with_errors
from analysis.scorecard.model.points import scores
from analysis.scorecard.model.refit import refit
from analysis.scorecard.survey.simulate import TRUE_QUESTIONS
from tests.scorecard.conftest import TINY, simulated_survey


@pytest.fixture(scope="module")
def measured(card_study):
    return card_study.evaluation


def value(measured, metric, model="card", group="national", line="poorest-40"):
    frame = measured.accuracy
    here = (frame["metric"] == metric) & (frame["model"] == model)
    (row,) = frame[here & (frame["group"] == group) & (frame["line"] == line)].to_dict("records")
    return row


def test_no_area_is_on_both_sides_of_the_split(card_study):
    cluster, held = card_study.survey.cluster, card_study.is_test
    assert not set(cluster[held]) & set(cluster[~held])
    assert held.mean() == pytest.approx(1 / 3, abs=0.05)


def test_the_known_truth_is_on_the_card(card_study):
    assert {q.name for q in card_study.card.questions} == set(TRUE_QUESTIONS)


def test_targeting_counts_every_cut_off(card_study, measured):
    test = card_study.survey.take(card_study.is_test)
    score = scores(card_study.card.points, codes_on_card(card_study.card, test))
    for name in ("poorest-40", "poorest-20"):
        table = measured.targeting.query("line == @name").set_index("score")
        assert list(table.index) == list(range(101))
        for cut in (0, 17, 40, 63, 100):
            targeted, poor, weight = score <= cut, test.line(name).poor, test.weight
            both = weight[targeted & poor].sum()
            expected = (
                weight[targeted].sum() / weight.sum(),
                1 - both / weight[poor].sum(),
                1 - both / weight[targeted].sum() if targeted.any() else np.nan,
            )
            row = table.loc[cut]
            found = (row["targeted"], row["exclusion_error"], row["inclusion_error"])
            np.testing.assert_allclose(found, expected, atol=1e-12)
            assert row["exclusion_error_low"] <= row["exclusion_error"] + 1e-9
            assert row["exclusion_error"] <= row["exclusion_error_high"] + 1e-9
    balanced = best_cut(measured.targeting.query("line == 'poorest-40'"))
    assert abs(balanced["exclusion_error"] - balanced["inclusion_error"]) < 0.1


def test_shares_at_the_cut(measured):
    frame = measured.households
    poor, above = frame["poor"].to_numpy(), frame["probability"].to_numpy() > CUT
    w = frame["weight"].to_numpy()
    found = value(measured, "poor_above_cut")
    assert found["estimate"] == pytest.approx(w[poor & above].sum() / w[poor].sum())
    assert found["ci_low"] < found["estimate"] < found["ci_high"]
    assert value(measured, "poor_above_cut", group="Capital")["households"] > 0


def test_other_models_are_told_from_the_card_on_the_same_samples(measured):
    models = set(measured.accuracy["model"])
    assert {"card", "card_before_rounding", "all_questions", "stepwise", "one_question",
            "random_forest", "boosting", "frequency"} == {
        model for model in models if not model.endswith("_intercepts")}  # fmt: skip
    kinds = {f"{kind}_intercepts" for kind in ("national", "pooled", "separate")}
    assert len(models & kinds) == 2  # those that were not chosen
    card_auc = value(measured, "auc")["estimate"]
    for model in models - {"card"}:
        less = value(measured, "auc_less_card", model)
        assert less["estimate"] == pytest.approx(
            value(measured, "auc", model)["estimate"] - card_auc
        )
    assert value(measured, "auc", "one_question")["estimate"] < card_auc - 0.05
    assert abs(value(measured, "auc_less_card", "card_before_rounding")["estimate"]) < 0.01
    # ten true questions of ten: nothing is lost against all candidates
    assert abs(value(measured, "log_loss_less_card", "all_questions")["estimate"]) < 0.02


def test_calibration_and_boxes(measured):
    slope = value(measured, "calibration_slope")
    assert slope["ci_low"] < 1 < slope["ci_high"]
    groups = measured.calibration
    assert groups["households"].sum() == len(measured.households)
    assert (np.diff(groups["predicted"]) > 0).all()
    boxes = measured.boxes
    spread = boxes[["p05", "q25", "median", "q75", "p95"]].dropna().to_numpy()
    assert (np.diff(spread, axis=1) >= 0).all()
    assert set(boxes["kind"]) == {"national", "area", "region", "decile"}
    deciles = boxes.query("kind == 'decile'")["median"].to_numpy()
    assert len(deciles) == 10
    assert deciles[0] > 0.6 > deciles[-1]


@pytest.mark.slow
def test_the_interval_of_a_headcount_covers_the_truth_about_as_often_as_it_says():
    """New households of the same country, scored by cards from different surveys of it."""
    inside = 0
    trials = 25
    for trial in range(trials):
        survey = simulated_survey(1000, 100 + trial)
        line = survey.lines[0]
        chosen = [j for j, item in enumerate(survey.items) if item.name in TRUE_QUESTIONS]
        fit = refit(survey, line.poor, chosen, (1.0,), TINY, 0)
        card = with_errors(make_card(survey, fit, None, {}), survey, fit, trial, samples=12)
        group = simulated_survey(400, 5000 + trial)
        p = card.probability(scores(card.points, codes_on_card(card, group)), group.region)
        count = headcount("households", p, np.ones(len(p)), card.lines[0].error[0])
        low, high = count.interval()
        inside += low <= (group.welfare < line.amount).mean() <= high
    assert 21 <= inside <= trials
