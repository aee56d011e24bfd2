"""What the original study claims, and whether it holds for this survey."""

from __future__ import annotations

import pandas as pd

from analysis.publish import numbers
from analysis.publish.exhibit import Table
from analysis.publish.exhibits.scorecard.accuracy import national
from analysis.publish.exhibits.scorecard.boxes import groups_apart
from analysis.publish.rows import one, where
from analysis.scorecard.evaluate import CUT
from analysis.scorecard.study import Study

# Three quarters, and the quartiles of its Figure 1, as the paper states them.
MOST = 0.75
PAPER_POOR, PAPER_OTHERS = 0.75, 0.4
LITTLE = 0.01  # of AUC: what "very close" to the full model is taken to mean here

HOLDS, FAILS, UNCLEAR = "Holds", "Does not hold", "Can't be told"


def claims(study: Study) -> Table:
    """Each claim of the paper with what is found here."""
    rows = [*_cut(study), _quartiles(study), *_groups(study), _ten_questions(study)]
    table = pd.DataFrame(rows, columns=["Claim for Zambia", "Here", "Verdict"])
    return Table(
        name="card-claims",
        rows=table,
        caption="Claims of the original study, restated as checks on this survey. "
        "Intervals are 95%; where one contains the limit of its claim, nothing can be told.",
        align="lll",
        widths=(42, 42, 16),
    )


def _verdict(holds: bool) -> str:
    return HOLDS if holds else FAILS


def _by_interval(low: float, high: float, limit: float) -> str:
    """Whether something is above a limit, unless its interval contains the limit."""
    if low <= limit <= high:
        return UNCLEAR
    return _verdict(low > limit)


def _cut(study: Study) -> list[tuple[str, str, str]]:
    cut = numbers.percent(CUT)
    rows = []
    for metric, who in (
        ("poor_above_cut", f"poor households lie above {cut}"),
        ("nonpoor_below_cut", f"other households lie below {cut}"),
    ):
        found = national(study, metric)
        told = (
            f"{numbers.percent(found['estimate'])} do ({numbers.percent(found['ci_low'])} to "
            f"{numbers.percent(found['ci_high'])})"
        )
        claim = f"More than {numbers.percent(MOST)} of the {who}"
        rows.append((claim, told, _by_interval(found["ci_low"], found["ci_high"], MOST)))
    return rows


def _quartiles(study: Study) -> tuple[str, str, str]:
    boxes = where(study.evaluation.boxes, kind="national")
    poor, others = one(boxes, poor=True)["q25"], one(boxes, poor=False)["q75"]
    return (
        f"The lower quartile of the poor (about {numbers.percent(PAPER_POOR)}) is above the upper "
        f"quartile of the others (about {numbers.percent(PAPER_OTHERS)})",
        f"{numbers.percent(poor)} against {numbers.percent(others)}",
        _verdict(poor > others),
    )


def _groups(study: Study) -> list[tuple[str, str, str]]:
    rows = []
    boxes = study.evaluation.boxes
    median = where(boxes, kind="decile")["median"].to_numpy()
    if len(median):
        fifth, sixth = (numbers.percent(value) for value in median[4:6])
        rows.append(
            (
                "The probability falls from tenth to tenth of consumption, in the middle as well",
                f"Medians of the fifth and sixth tenth: {fifth} and {sixth}",
                _verdict(bool((median[1:] <= median[:-1]).all()) and median[4] > median[5]),
            )
        )
    for kind, words in (
        ("area", "urban and rural areas alike"),
        ("region", "every region, though not equally well"),
    ):
        table = where(boxes, kind=kind)
        whole, apart = table["group"].nunique(), groups_apart(table)
        if whole:
            told = f"The quartiles stand apart in {len(apart)} of {whole}"
            claim = f"The poor are told from the others in {words}"
            rows.append((claim, told, _verdict(len(apart) == whole)))
    return rows


def _ten_questions(study: Study) -> tuple[str, str, str]:
    loss = national(study, "auc_less_card", "all_questions")
    ten = numbers.count(len(study.card.questions))
    return (
        f"{ten.capitalize()} questions do about as well as all of them",
        f"All {len(study.survey.items)} questions change the AUC by "
        f"{numbers.estimate(loss['estimate'], loss['ci_low'], loss['ci_high'], 3)}",
        _by_interval(-loss["ci_high"], -loss["ci_low"], -LITTLE),
    )
