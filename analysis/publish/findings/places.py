"""What the data say about places and their traits one by one."""

from __future__ import annotations

import pandas as pd

from analysis.data import Study
from analysis.data.names import TARGET
from analysis.mobility.replication import replication_table
from analysis.publish import numbers

SIGNIFICANT = 0.05


def range_of_mobility(zones: pd.DataFrame) -> str:
    """Lowest and highest zone, and the middle half."""
    order = zones.sort_values(TARGET)
    low, high = order.iloc[0], order.iloc[-1]
    first, third = zones[TARGET].quantile([0.25, 0.75])
    return (
        f"In {low['zone']}, {low['state']}, children of poor families reach rank "
        f"{numbers.rank(low[TARGET])} on average; in {high['zone']}, {high['state']}, they reach "
        f"rank {numbers.rank(high[TARGET])}. Half of the {len(zones)} zones lie between "
        f"{numbers.rank(first)} and {numbers.rank(third)}."
    )


def strongest_trait(table: pd.DataFrame, codebook: pd.DataFrame) -> str:
    """The trait with the largest absolute correlation, with its direction."""
    top = table.iloc[0]
    direction = "lower" if top["r"] < 0 else "higher"
    return (
        f"No other trait goes with mobility as closely as the one called "
        f"“{codebook.loc[top['feature'], 'title']}”: the more of it a zone has, the {direction} "
        f"its mobility (r = {numbers.in_words(top['r'], top['ci_low'], top['ci_high'])})."
    )


def clear_traits(table: pd.DataFrame) -> str:
    """How many correlations are clear, by the careful and by the textbook reckoning."""
    careful = int((table["p_adjusted"] < SIGNIFICANT).sum())
    textbook = int((table["fisher_p_adjusted"] < SIGNIFICANT).sum())
    verdict = {True: "fewer than", False: "no fewer than"}[careful < textbook]
    return (
        f"{careful} of {len(table)} traits remain clear after adjusting for {len(table)} tests "
        f"and for zones of a state being alike, {verdict} the {textbook} that would seem clear "
        "if zones were independent."
    )


def replication(study: Study) -> str:
    """Whether the published figures come out again."""
    if study.simulated:
        return "The data are simulated, so the published figures can't come out again."
    table = replication_table(study)
    same = int((table["difference"] == 0).sum())
    return (
        f"{same} of {len(table)} published correlations and label counts come out again, to "
        "every printed digit."
    )
