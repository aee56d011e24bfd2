"""What the scorecard study says."""

from __future__ import annotations

import pandas as pd

from analysis.mobility.wording import listed
from analysis.publish import numbers
from analysis.publish.exhibits.scorecard.accuracy import MODELS, bias_rows, national
from analysis.publish.rows import where
from analysis.scorecard.evaluate import CARD, CUT
from analysis.scorecard.score import Scored
from analysis.scorecard.study import Study
from analysis.scorecard.units import UnitEffect


def card_headline(study: Study) -> str:
    """Shares of the poor and of the others above the cut-off."""
    poor, others = national(study, "poor_above_cut"), national(study, "nonpoor_below_cut")
    wrongly = [1 - others[end] for end in ("estimate", "ci_high", "ci_low")]
    return (
        f"Asked {numbers.count(len(study.card.questions))} questions, "
        f"{_percent(poor['estimate'], poor['ci_low'], poor['ci_high'])} of the poor households "
        f"come out with a probability of being poor above {numbers.percent(CUT)}, and "
        f"{_percent(*wrongly)} of the others do."
    )


def survey_sentence(study: Study) -> str:
    """Which survey it is, and what its publisher says of it."""
    survey = study.survey
    notice = f" {survey.notice}" if survey.notice else ""
    return (
        f"The worked example is called “{survey.title}”: {numbers.plain(len(survey))} households "
        f"in {numbers.plain(len(set(survey.cluster)))} enumeration areas and "
        f"{numbers.count(len(survey.regions))} regions.{notice}"
    )


def order_of_pairs(study: Study) -> str:
    """The AUC, in words."""
    found = national(study, "auc")
    told = _percent(found["estimate"], found["ci_low"], found["ci_high"], 1)
    return (
        f"Of a poor household and one that is not, drawn at random, the card gives the poor one "
        f"the higher probability {told} of the time."
    )


def cost_of_ten(study: Study) -> str:
    """What the full model gains on the card, and what stepwise selection does."""
    every, steps = (national(study, "auc_less_card", m) for m in ("all_questions", "stepwise"))
    return (
        f"A model with all {len(study.survey.items)} candidate questions would change the AUC by "
        f"{_points(every)}; choosing {numbers.count(len(study.card.questions))} by stepwise "
        f"selection instead changes it by {_points(steps)}."
    )


def interactions(study: Study) -> str:
    """Whether models with interactions beat the card."""
    better, rest = [], []
    for model in ("random_forest", "boosting"):
        found = national(study, "log_loss_less_card", model)
        (better if found["ci_high"] < 0 else rest).append(MODELS[model].lower())
    if not better:
        return (
            "Models that allow for interactions, a random forest and gradient boosting with all "
            "questions, do not clearly beat the card."
        )
    tail = f", and the {listed(rest)} does not" if rest else ""
    return (
        f"With all questions and interactions at its service, {listed(better)} clearly predicts "
        f"better than the card{tail}."
    )


def national_bias(study: Study) -> str:
    """How far the estimated poverty rate of the country is off."""
    found, actual = national(study, "headcount_bias"), national(study, "headcount")
    word = "above" if found["estimate"] > 0 else "below"
    inside = found["ci_low"] <= 0 <= found["ci_high"]
    verdict = "within the range of chance" if inside else "more than chance would explain"
    return (
        f"For the country the card's estimate of the share of poor households lies "
        f"{numbers.plain(abs(100 * found['estimate']), 1)} percentage points {word} the actual "
        f"{numbers.percent(actual['estimate'], 1)}, {verdict}."
    )


def worst_regions(study: Study) -> str:
    """Regions where the card tells households apart least well, and where it is most biased."""
    regions = where(
        study.evaluation.accuracy,
        line=study.card.lines[0].name,
        model=CARD,
        kind="region",
        metric="auc",
    )
    weak, strong = _row(regions, "idxmin"), _row(regions, "idxmax")
    table = bias_rows(study)
    off = table.loc[table["estimate"].abs().idxmax()]
    word = "high" if off["estimate"] > 0 else "low"
    return (
        f"It tells households apart least well in {weak['group']} (AUC {_interval(weak)}) and best "
        f"in {strong['group']} ({_interval(strong)}); its estimate of the poverty rate is furthest "
        f"off in {off['group']}, {numbers.plain(abs(100 * off['estimate']), 1)} percentage points "
        f"too {word}."
    )


def strongest_question(study: Study) -> str:
    """The question that moves the score most."""
    top = max(study.card.questions, key=lambda question: max(question.points))
    return (
        f"The question that moves the score most is “{top.text}”, with up to "
        f"{numbers.count(max(top.points), 'point')}."
    )


def rounding(study: Study) -> str:
    """What whole points cost."""
    found = national(study, "auc_less_card", "card_before_rounding")
    return (
        f"Rounding moves a score by at most {numbers.plain(study.card.rounding, 1)} points, and "
        f"without it the AUC would change by {_points(found)}."
    )


def resampled_questions(effect: UnitEffect, study: Study) -> str:
    """How far the choice of questions depends on what is resampled."""
    of = len(study.card.questions)
    gain = dict(zip(("estimate", "ci_low", "ci_high"), effect.auc, strict=True))
    chosen = (
        "the same questions" if effect.shared == of
        else f"{numbers.count(effect.shared)} of the same {numbers.count(of)} questions, and "
        f"change the AUC by {_points(gain)}"
    )  # fmt: skip
    return (
        f"Drawing single households in place of whole areas, as the original study did, would "
        f"choose {chosen}. "
        f"A chosen question is among the {numbers.count(of)} strongest in "
        f"{numbers.percent(effect.stability_areas)} of the resamples of areas, and in "
        f"{numbers.percent(effect.stability_households)} of those of households."
    )


def resampled_intervals(effect: UnitEffect) -> str:
    """How far the intervals depend on what is resampled."""
    areas, households = (
        numbers.interval(100 * low, 100 * high, 1)
        for _, low, high in (effect.bias_areas, effect.bias_households)
    )
    less = effect.narrower < 1
    return (
        f"The interval of the country's estimate is {areas} percentage points when areas are "
        f"drawn and {households} when households are: "
        f"{numbers.percent(abs(1 - effect.narrower))} {'narrower' if less else 'wider'}"
        f"{', as if neighbours told as much as strangers' if less else ''}."
    )


def _row(table: pd.DataFrame, which: str) -> pd.Series:
    return table.loc[getattr(table["estimate"], which)()]


def _interval(row: pd.Series) -> str:
    return numbers.estimate(row["estimate"], row["ci_low"], row["ci_high"])


def _points(row: pd.Series) -> str:
    """A difference in AUC as percentage points with its interval."""
    low, high = 100 * row["ci_low"], 100 * row["ci_high"]
    value = numbers.plain(100 * row["estimate"], 1)
    return f"{value} percentage points ({numbers.interval(low, high, 1)})"


def _percent(value: float, low: float, high: float, digits: int = 0) -> str:
    low, high = numbers.percent(low, digits), numbers.percent(high, digits)
    return f"{numbers.percent(value, digits)} ({low} to {high})"


def checked(study: Study) -> str:
    """What the check of a sound specification says."""
    survey = study.survey
    return (
        f"For the survey of this study it finds {numbers.plain(len(survey))} households, "
        f"{numbers.count(len(survey.regions), 'region')}, "
        f"{numbers.count(len(survey.items), 'candidate question')} and "
        f"{numbers.count(len(survey.lines), 'poverty line')}, and nothing wrong."
    )


def group_rate(scored: Scored) -> str:
    """The poverty rate of a scored group, of households and of persons."""
    said = []
    for count in scored.headcounts:
        low, high = count.interval()
        said.append(f"{_percent(count.rate, low, high, 1)} of the {count.of}")
    return f"Their mean probability says that {listed(said)} are poor."
