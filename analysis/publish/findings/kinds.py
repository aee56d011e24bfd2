"""What the clusters say."""

from __future__ import annotations

from analysis.mobility.folds import STATES
from analysis.mobility.models import Models
from analysis.publish import numbers


def cluster_headline(models: Models) -> str:
    """Range of mean mobility over the kinds."""
    table = models.cluster_table
    low, high = table.iloc[0], table.iloc[-1]
    return (
        f"Sorted into four kinds by their traits alone, zones differ in mobility as well: the mean "
        f"rank runs from {numbers.rank(low['am_mean'])} in the first kind to "
        f"{numbers.rank(high['am_mean'])} in the last, though mobility had no part in the sorting."
    )


def cluster_gain(models: Models) -> str:
    """Whether the kind improves the forecasts in unseen states."""
    table = models.cluster_gain
    table = table[(table["metric"] == "accuracy") & (table["scheme"] == STATES)]
    clear = table[(table["ci_low"] > 0) | (table["ci_high"] < 0)]
    if clear.empty:
        return "In unseen states the kind changes neither accuracy by more than chance would."
    words = {"binary": "two-class", "quartiles": "four-class"}
    said = [
        f"the {words[row.task]} accuracy {'rises' if row.difference > 0 else 'falls'} by "
        f"{numbers.plain(abs(100 * row.difference), 1)} percentage points"
        for row in clear.itertuples()
    ]
    return f"In unseen states, when the kind is added, {' and '.join(said)}."
