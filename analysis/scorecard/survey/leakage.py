"""Questions that know too well who is poor: made of what the card has to estimate.

A candidate that was worked out from welfare or from the poverty status makes a card that is
perfect on paper and can't be asked at a door.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.scorecard.metrics import auc
from analysis.scorecard.spec.spec import Question, Spec
from analysis.scorecard.survey.reading import Issues
from analysis.scorecard.survey.survey import Survey

MAX_AUC = 0.98
MIN_SURE = 30  # households that must agree before an answer counts as leaving no doubt


def find_leaks(spec: Spec, survey: Survey, issues: Issues) -> None:
    """Name the questions that equal, bin or nearly determine the status, by any line.

    Equal or exactly binned is an error. A weighted AUC of the question alone above
    ``MAX_AUC``, or all answers but one leaving no doubt, is a warning.
    """
    named = {question.name: question for question in spec.questions}
    for j, item in enumerate(survey.items):
        error, warning = verdict(survey, j)
        column = _status_column(spec, named.get(item.name))
        if column is not None:
            error = f"its column {column!r} is the poverty status itself; leave it out"
        if error:
            issues.errors.append(f"question {item.name!r}: {error}.")
        elif warning:
            issues.warnings.append(f"question {item.name!r}: {warning}.")


def verdict(survey: Survey, j: int) -> tuple[str | None, str | None]:
    """What speaks against a question: an error, or a warning, or neither."""
    codes = survey.codes[:, j]
    answers = len(survey.items[j].answers)
    warning = None
    for line in survey.lines:
        if line.poor.all() or not line.poor.any():
            continue  # which is an error of the line
        poor = status_by_answer(codes, line.poor, survey.weight, answers)
        households = np.bincount(codes, minlength=answers)
        given = households > 0
        sure = given & ((poor == 0) | (poor == 1))
        if sure.all() or (sure == given).all():
            return (
                f"its answers tell exactly who is poor by the line {line.name!r}, so it is made of "
                "the status or of welfare; leave it out"
            ), None
        alone = auc(poor[codes], line.poor, survey.weight)
        if alone > MAX_AUC:
            warning = warning or (
                f"by itself it tells the poor by the line {line.name!r} from the others with an "
                f"AUC of {alone:.3f}; leave it out if it is made of the status or of welfare"
            )
        elif _nearly_binned(poor, households, given & ~sure):
            warning = warning or (
                f"all its answers but one leave no doubt who is poor by the line {line.name!r}; "
                "leave it out if it is made of the status or of welfare"
            )
    return None, warning


def status_by_answer(
    codes: np.ndarray, poor: np.ndarray, weight: np.ndarray, answers: int
) -> np.ndarray:
    """Weighted share of the poor among the households of each answer (0 where there are none)."""
    whole = np.bincount(codes, weights=weight, minlength=answers)
    among = np.bincount(codes, weights=weight * poor, minlength=answers)
    share = np.divide(among, whole, out=np.zeros(answers), where=whole > 0)
    # sums of weights in another order differ in their last digits
    return np.where(share > 1 - 1e-9, 1.0, np.where(share < 1e-9, 0.0, share))


def _nearly_binned(poor: np.ndarray, households: np.ndarray, mixed: np.ndarray) -> bool:
    """One answer in doubt, and enough households on either side of it: a cut-up welfare."""
    if mixed.sum() != 1:
        return False
    sides = [households[(poor == side) & ~mixed].sum() for side in (0, 1)]
    return min(sides) >= MIN_SURE


def _status_column(spec: Spec, question: Question | None) -> str | None:
    """The column of a line that a question reads."""
    columns = {line.column for line in spec.lines} - {None}
    if question is None:
        return None
    read = {question.column, *(question.one_hot or {}).values()}
    return min(columns & read, default=None)


def separates(codes: np.ndarray, measure: np.ndarray) -> bool:
    """Whether the answers cut a measure into intervals that don't overlap."""
    ranges = pd.Series(measure).groupby(codes).agg(["min", "max"]).sort_values("min")
    return bool((ranges["max"].to_numpy()[:-1] <= ranges["min"].to_numpy()[1:]).all())
