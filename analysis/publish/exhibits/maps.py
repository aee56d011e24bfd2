"""Maps of the commuting zones."""

from __future__ import annotations

import pandas as pd

from analysis.data import Study
from analysis.data.names import TARGET
from analysis.publish import numbers
from analysis.publish.exhibit import Figure
from analysis.publish.maps import zone_map


def mobility(study: Study) -> Figure:
    """Absolute upward mobility of every commuting zone."""
    zones = study.zones
    known = zones.dropna(subset=[TARGET])
    top = known.loc[known[TARGET].idxmax()]
    bottom = known.loc[known[TARGET].idxmin()]
    missing = len(zones) - len(known)
    states = known.groupby("state")[TARGET].mean().sort_values()
    return Figure(
        name="mobility-map",
        plot=zone_map(zones, TARGET, title="", unit="Upward mobility (percentile rank)"),
        finding=f"Average ranks run from {numbers.rank(bottom[TARGET])} to "
        f"{numbers.rank(top[TARGET])}; differences between states make up "
        f"{numbers.percent(share_between_states(known))} of all differences.",
        caption="Upward mobility of poor children in every commuting zone: burnt orange is low, "
        f"deep violet is high, grey has no estimate ({numbers.count(missing, 'zone')}).",
        alt=f"Map of the United States by commuting zone. Mobility is lowest in "
        f"{bottom['zone']}, {bottom['state']} ({numbers.rank(bottom[TARGET])}) and highest in "
        f"{top['zone']}, {top['state']} ({numbers.rank(top[TARGET])}). By state average, "
        f"{states.index[0]} is lowest and {states.index[-1]} highest.",
        data=zones[["cz", "zone", "state", TARGET]].assign(
            national_percentile=100 * zones[TARGET].rank(pct=True)
        ),
        by_state=state_rows(known, "zone", "Zones"),
    )


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
