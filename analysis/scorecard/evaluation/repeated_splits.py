"""Other splits: one third held out is one draw, and may be a lucky or an unlucky one."""

from __future__ import annotations

import numpy as np
from scipy.stats import t as student
from threadpoolctl import threadpool_limits

from analysis.scorecard.card.card import make_card
from analysis.scorecard.metrics import MEASURES, headcount_bias
from analysis.scorecard.model.refit import refit
from analysis.scorecard.sampling.bootstrap import test_rows
from analysis.scorecard.sampling.intervals import LEVEL
from analysis.scorecard.selection.frequency import ALL_HOUSEHOLDS
from analysis.scorecard.selection.nested import searched_fit
from analysis.scorecard.settings import Settings, Stream
from analysis.scorecard.survey.survey import Survey

HELD_OUT = 1 / 3


def split(survey: Survey, settings: Settings, number: int = 0) -> np.ndarray:
    """Which households are held out, in the study's own split (0) or in another.

    Clusters are held out whole, stratified by their strata and by their poverty rates.
    """
    stream = (Stream.SPLIT, number) if number else (Stream.SPLIT,)
    return test_rows(survey.cluster, survey.stratum, settings.unit, settings.rng(*stream),
                     survey.lines[0].poor, survey.weight)  # fmt: skip


def repeat_once(survey: Survey, settings: Settings, line: str, number: int) -> dict[str, float]:
    """Choose, fit and measure a card anew in another split, by the default rule.

    Returns
    -------
    dict
        Each measure of the card on the households that this split holds out.
    """
    is_test = split(survey, settings, number)
    train, test = survey.take(~is_test), survey.take(is_test)
    with threadpool_limits(1):
        fit = searched_fit(train, train.lines[0].poor, settings)
        if line != train.lines[0].name:
            fit = refit(train, train.line(line).poor, list(fit.questions), settings.l1_ratios,
                        settings, ALL_HOUSEHOLDS, fit.tau)  # fmt: skip
        card = make_card(train, fit, line, {})
        p, of_persons = (card.predict(test, of=of) for of in ("households", "persons"))
        poor = test.line(line).poor
        result = {name: measure(p, poor, test.weight) for name, measure in MEASURES.items()}
        result["headcount_bias_persons"] = headcount_bias(of_persons, poor, test.persons)
        result["headcount_bias_persons_by_households"] = headcount_bias(p, poor, test.persons)
    return result


def over_splits(values: list[float]) -> tuple[float, float, float]:
    """Mean over splits with a 95 % interval.

    Splits share most of their households, so that their variance alone is too small: the
    variance of the mean is (1/R + n_test/n_train) s² (Nadeau and Bengio 2003), with Student's
    t on R − 1 degrees of freedom.
    """
    count = len(values)
    mean = float(np.mean(values))
    if count < 2:
        return mean, float("nan"), float("nan")
    error = np.std(values, ddof=1) * np.sqrt(1 / count + HELD_OUT / (1 - HELD_OUT))
    half_width = float(student.ppf((1 + LEVEL) / 2, count - 1) * error)
    return mean, mean - half_width, mean + half_width
