"""What maps say of states: how much lies between them, and a table of each."""

from __future__ import annotations

import pandas as pd

from analysis.data.names import TARGET
from analysis.publish.text import numbers


def share_between_states(known: pd.DataFrame, column: str = TARGET) -> float:
    """Variance of the state means over the total variance, zones weighing alike."""
    means = known.groupby("state")[column].transform("mean")
    return float(means.var(ddof=0) / known[column].var(ddof=0))


def state_rows(known: pd.DataFrame, name: str, title: str) -> pd.DataFrame:
    """For each state how many places there are, their mean, and the lowest and highest.

    Parameters
    ----------
    known : DataFrame
        One row a place with a target.
    name : str
        Column with the place's name.
    title : str
        What the places are, as the heading of their count.
    """
    rows = []
    for state, part in known.groupby("state"):
        low, high = part.loc[part[TARGET].idxmin()], part.loc[part[TARGET].idxmax()]
        rows.append(
            {
                "State": state,
                title: len(part),
                "Mean rank": numbers.rank(part[TARGET].mean()),
                "Lowest": f"{low[name]} ({numbers.rank(low[TARGET])})",
                "Highest": f"{high[name]} ({numbers.rank(high[TARGET])})",
            }
        )
    return pd.DataFrame(rows)
