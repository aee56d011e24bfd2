"""How well a card did, in words for those who hold it: its accuracy, and whom it does not fit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.scorecard.card.card import Card, GroupError
from analysis.scorecard.evaluation.accuracy import CARD, URBAN_RURAL

BIAS, PERSONS = "headcount_bias", "headcount_bias_persons"
NAMES = {URBAN_RURAL: "{} areas", "region": "{}", "size": "households of {}",
         "head": "head's {}"}  # fmt: skip


def biased_groups(groups: tuple[GroupError, ...]) -> list[str]:
    """Groups in which the estimated rate was off by more than sampling explains, in words.

    A group is named if the 95% interval of its error leaves out zero; one of few clusters has
    no interval.
    """
    return [
        f"{NAMES[group.kind].format(group.name)}: {error_in_words(*group.error)}"
        for group in groups
        if group.kind in NAMES
        and None not in group.error
        and (group.error[1] > 0 or group.error[2] < 0)
    ]


def group_errors(accuracy: pd.DataFrame, line: str) -> tuple[GroupError, ...]:
    """The errors of both rates by group, with their intervals."""
    here = (accuracy["line"] == line) & (accuracy["model"] == CARD)
    by_metric = {metric: accuracy[here & (accuracy["metric"] == metric)]
                 for metric in (BIAS, PERSONS)}  # fmt: skip
    rows = [by[by["kind"].isin(["national", *NAMES])] for by in by_metric.values()]
    return tuple(
        GroupError(one.kind, one.group, int(one.households), int(one.areas), _ends(one),
                   _ends(other))
        for one, other in zip(*(by.itertuples() for by in rows), strict=True)
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


def accuracy_in_words(card: Card) -> str:
    """What was measured on held-out households; "" if nothing was."""
    info = card.build_info
    if "auc" not in info:
        return ""
    return (
        f"Measured on {info['held_out_households']:,} households that had no part in making the "
        f"card: AUC {info['auc']:.2f} (1 is perfect, 0.5 is a coin); the estimated share of poor "
        f"households was {_error(info, BIAS)}, that of poor persons {_error(info, PERSONS)}; a "
        f"probability above {info['cut']:.0%} was found for {info['poor_above_cut']:.0%} of the "
        f"poor households and for {1 - info['nonpoor_below_cut']:.0%} of the others."
    )


def _error(info: dict, metric: str) -> str:
    """The error of a rate; cards of earlier versions don't have all of it."""
    if metric not in info:
        return "not measured"
    return error_in_words(*(info.get(f"{metric}{end}", np.nan) for end in ("", "_low", "_high")))


def bias_in_words(card: Card) -> str:
    """Whom the card fits badly, in one sentence; "" if it was not measured."""
    if "auc" not in card.build_info:
        return ""
    biased = biased_groups(card.groups)
    if not biased:
        return "In no group with enough areas to judge was its rate clearly off (95% intervals)."
    return f"Its rate was off among these (95% intervals): {'; '.join(biased)}."
