"""What the models' scores say."""

from __future__ import annotations

import pandas as pd

from analysis.mobility.folds import STATES
from analysis.mobility.models import Models
from analysis.mobility.scores import LOSSES
from analysis.mobility.wording import listed
from analysis.publish import numbers
from analysis.publish.rows import one, where

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


def quartile_headline(models: Models, model: str = "ordinal") -> str:
    """Four-class accuracy in unseen states and the share off by at most one class."""
    scores = models.quartile_scores
    found = one(scores, model=model, scheme=STATES, metric="accuracy")
    table = where(models.quartile_confusion, model=model, scheme=STATES)
    order = list(dict.fromkeys(table["actual"]))
    miss = (table["actual"].map(order.index) - table["predicted"].map(order.index)).abs()
    near = table.loc[miss <= 1, "zones"].sum() / table["zones"].sum()
    return (
        f"In unseen states the {model} model names the right quarter {_percent(found)} of the "
        f"time, and is off by no more than one quarter for {numbers.percent(near)} of the zones."
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


def flexible_models(pairs: pd.DataFrame, metric: str, reference: str = REFERENCE) -> str:
    """Which models differ clearly from the elastic net in unseen states."""
    table = pairs[(pairs["metric"] == metric) & (pairs["scheme"] == STATES)]
    table = table[table["model"] != "majority class"]
    sign = -1 if metric in LOSSES else 1
    better = table[(sign * table["ci_low"] > 0) & (sign * table["ci_high"] > 0)]["model"]
    worse = table[(sign * table["ci_low"] < 0) & (sign * table["ci_high"] < 0)]["model"]
    said = []
    if len(better):
        said.append(f"better than the {reference}: {listed(better)}")
    if len(worse):
        said.append(f"worse: {listed(worse)}")
    if not said:
        return f"In unseen states no other model differs clearly from the {reference} in {metric}."
    rest = len(table) - len(better) - len(worse)
    tail = f"; the other {numbers.count(rest)} can't be told from it" if rest else ""
    return f"In unseen states, by {metric}, these are clearly {'; '.join(said)}{tail}."


def rank_headline(models: Models) -> str:
    """Whether modelling the rank itself beats modelling its label."""
    scores = models.rank_regression.scores
    direct = one(models.binary_scores, model=REFERENCE, scheme=STATES, metric="accuracy")
    name = scores["metric"][scores["metric"].str.contains("accuracy")].iloc[0]
    found = one(scores, model=scores["model"].iloc[0], scheme=STATES, metric=name)
    gain = 100 * (found["estimate"] - direct["estimate"])
    word = "more" if gain >= 0 else "less"
    inside = direct["ci_low"] <= found["estimate"] <= direct["ci_high"]
    verdict = "a difference within the range of chance" if inside else "a clear difference"
    return (
        f"A model of the rank, used to call zones above or below the mean, is right "
        f"{numbers.plain(abs(gain), 1)} percentage points {word} often than the model of the label "
        f"in unseen states, {verdict}."
    )


def _percent(row: pd.Series) -> str:
    low, high = numbers.percent(row["ci_low"]), numbers.percent(row["ci_high"])
    return f"{numbers.percent(row['estimate'])} ({low} to {high})"
