"""How well a card did, in words for those who hold it: its accuracy, and whom it does not fit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.scorecard.card.card import GroupError
from analysis.scorecard.evaluation.accuracy import CARD

BIAS, PERSONS = "headcount_bias", "headcount_bias_persons"
NAMES = {"area": "{} areas", "region": "{}", "size": "households of {}",
         "head": "head's {}"}  # fmt: skip


def misfits(accuracy: pd.DataFrame, line: str) -> tuple[str, ...]:
    """Groups in which the estimated rate was off by more than chance explains.

    A group is named if the 95% interval of its error leaves out zero; one of few areas has
    no interval.
    """
    said = []
    for row in _rows(accuracy, line).itertuples():
        if row.kind in NAMES and (row.ci_low > 0 or row.ci_high < 0):
            error = error_in_words(row.estimate, row.ci_low, row.ci_high)
            said.append(f"{NAMES[row.kind].format(row.group)}: {error}")
    return tuple(said)


def group_errors(accuracy: pd.DataFrame, line: str) -> tuple[GroupError, ...]:
    """The errors of both rates by group, with their intervals."""
    here = (accuracy["line"] == line) & (accuracy["model"] == CARD)
    by_metric = {metric: accuracy[here & (accuracy["metric"] == metric)]
                 for metric in (BIAS, PERSONS)}  # fmt: skip
    rows = [part[part["kind"].isin(["national", *NAMES])] for part in by_metric.values()]
    return tuple(
        GroupError(one.kind, one.group, int(one.households), int(one.areas), _ends(one),
                   _ends(other))
        for one, other in zip(*(part.itertuples() for part in rows), strict=True)
    )  # fmt: skip


def _ends(row) -> tuple[float | None, ...]:
    """Estimate and interval, to be kept as JSON, which has no NaN."""
    known = (row.estimate, row.ci_low, row.ci_high)
    return tuple(round(float(v), 6) if np.isfinite(v) else None for v in known)


def error_in_words(bias: float, low: float, high: float) -> str:
    """ "3.1 points too low (0.2 to 6.0)": an error of a rate with its interval, if it has one."""
    side = "high" if bias >= 0 else "low"
    if np.isnan(low):
        return f"{100 * abs(bias):.1f} points too {side}"
    ends = (low, high) if bias >= 0 else (-high, -low)
    least, most = (_points(end) for end in ends)
    return f"{100 * abs(bias):.1f} points too {side} ({least} to {most})"


def _points(share: float) -> str:
    return f"{round(100 * share, 1) + 0.0:.1f}".replace("-", "−")


def accuracy_in_words(made: dict) -> str:
    """What was measured on held-out households; "" if nothing was."""
    if "auc" not in made:
        return ""
    return (
        f"Measured on {made['held_out_households']:,} households that had no part in making the "
        f"card: AUC {made['auc']:.2f} (1 is perfect, 0.5 is a coin); the estimated share of poor "
        f"households was {_error(made, BIAS)}, that of poor persons {_error(made, PERSONS)}; a "
        f"probability above {made['cut']:.0%} was found for {made['poor_above_cut']:.0%} of the "
        f"poor households and for {1 - made['nonpoor_below_cut']:.0%} of the others."
    )


def _error(made: dict, metric: str) -> str:
    """The error of a rate; cards of earlier makes don't have all of it."""
    if metric not in made:
        return "not measured"
    return error_in_words(*(made.get(f"{metric}{end}", np.nan) for end in ("", "_low", "_high")))


def misfits_in_words(card) -> str:
    """Whom the card fits badly, in one sentence; "" if it was not measured."""
    if "auc" not in card.made:
        return ""
    if not card.misfits:
        return "In no group with enough areas to judge was its rate clearly off (95% intervals)."
    return f"Its rate was off among these (95% intervals): {'; '.join(card.misfits)}."


def _rows(accuracy: pd.DataFrame, line: str) -> pd.DataFrame:
    here = (accuracy["line"] == line) & (accuracy["model"] == CARD) & (accuracy["metric"] == BIAS)
    return accuracy[here]
