"""What the models' scores say."""

from __future__ import annotations

import pandas as pd

from analysis.mobility.folds import STATES
from analysis.mobility.models import Models
from analysis.publish import numbers
from analysis.publish.rows import one

REFERENCE = "elastic net"


def binary_headline(models: Models, model: str = REFERENCE) -> str:
    """Accuracy in unseen states against that of the more common class."""
    found = one(models.binary_scores, model=model, scheme=STATES, metric="accuracy")
    common = max(models.zones["label_binary"].mean(), 1 - models.zones["label_binary"].mean())
    return (
        f"From its traits alone, a zone in a state that the model has never seen is rightly called "
        f"above or below the mean {_percent(found)} of the time; always naming the more common "
        f"class would be right {numbers.percent(common)} of the time."
    )


def scheme_headline(schemes: pd.DataFrame, metric: str, model: str = REFERENCE) -> str:
    """How much random splits flatter a model."""
    row = one(schemes, model=model, metric=metric)
    points = numbers.plain(abs(100 * row["difference"]), 1)
    interval = numbers.interval(
        *sorted(abs(100 * end) for end in (row["ci_low"], row["ci_high"])), 1
    )
    if row["ci_high"] < 0:
        return (
            f"Testing on zones drawn at random flatters the {model} by {points} percentage points "
            f"(95% interval {interval}), since neighbours of the test zones are then known."
        )
    return (
        f"Testing on zones drawn at random changes the {model}'s {metric} by {points} percentage "
        "points, which is within the range of chance."
    )


def _percent(row: pd.Series) -> str:
    low, high = numbers.percent(row["ci_low"]), numbers.percent(row["ci_high"])
    return f"{numbers.percent(row['estimate'])} ({low} to {high})"
