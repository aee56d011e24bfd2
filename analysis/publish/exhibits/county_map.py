"""Exhibits of the chapter on differences inside zones."""

from __future__ import annotations

import pandas as pd

from analysis.data import Study
from analysis.data.names import TARGET
from analysis.publish import numbers
from analysis.publish.exhibit import Figure, Table
from analysis.publish.exhibits.maps import state_rows
from analysis.publish.geometry import report_county_geometry
from analysis.publish.geometry.codes import absorbed
from analysis.publish.maps import card, zone_map

LISTED = 10


def counties(study: Study) -> Figure:
    """Absolute upward mobility of every county."""
    table = study.counties
    drawn = {int(one["id"]) for one in report_county_geometry().counties["features"]}
    joined = absorbed(drawn, table["county"].tolist())
    shown = table[table["county"].isin(drawn)].reset_index(drop=True)
    known = table.dropna(subset=[TARGET])
    inside = share_inside_zones(known)
    low, high = known.loc[known[TARGET].idxmin()], known.loc[known[TARGET].idxmax()]
    return Figure(
        name="county-map",
        plot=zone_map(
            shown.rename(columns={"cz": "zone_number", "county": "cz"}),
            TARGET,
            unit="Upward mobility (percentile rank)",
            cards=_cards(shown, table, joined),
            shapes="counties",
        ),
        finding=f"{numbers.percent(inside)} of the variance among counties, weighed by their "
        "children, lies inside zones.",
        caption="Upward mobility of poor children by county, in the colours of the map of zones; "
        f"grey has no estimate ({numbers.count(len(table) - len(known), 'county', 'counties')}). "
        + _joined_words(table, joined),
        alt=f"Map of the United States by county. Mobility is lowest in {_name(low)} "
        f"({numbers.rank(low[TARGET])}) and highest in {_name(high)} "
        f"({numbers.rank(high[TARGET])}).",
        data=table[["county", "county_name", "state", "cz", "cz_name", "children", TARGET]],
        by_state=state_rows(known, "county_name", "Counties"),
    )


def widest(study: Study) -> Table:
    """The zones whose counties differ most."""
    chosen = widest_zones(study.counties)
    rows = pd.DataFrame(
        {
            "Zone": chosen["zone"],
            "Lowest county": chosen["low_name"],
            "Rank": chosen["low"].map(numbers.rank),
            "Highest county": chosen["high_name"],
            "Rank ": chosen["high"].map(numbers.rank),
            "Gap": (chosen["high"] - chosen["low"]).map(numbers.rank),
        }
    )
    return Table(
        name="county-widest",
        rows=rows,
        caption=f"The {numbers.count(len(rows))} zones with the widest gap between two of their "
        f"counties, each with at least {numbers.plain(FEWEST_CHILDREN)} children in the cohorts.",
        data=chosen,
        align="llrlrr",
    )


FEWEST_CHILDREN = 1000


def widest_zones(table: pd.DataFrame, many: int = LISTED) -> pd.DataFrame:
    """Zones by the gap between their highest and lowest county, widest first.

    Returns
    -------
    DataFrame
        ``cz, zone, low_name, low, high_name, high``.
    """
    known = table[(table["children"] >= FEWEST_CHILDREN) & table[TARGET].notna()]
    order = known.sort_values(TARGET)
    low, high = order.drop_duplicates("cz"), order.drop_duplicates("cz", keep="last")
    both = low.merge(high, on="cz", suffixes=("_low", "_high"))
    found = pd.DataFrame(
        {
            "cz": both["cz"],
            "zone": both["cz_name_low"],
            "low_name": both["county_name_low"] + ", " + both["state_low"],
            "low": both[f"{TARGET}_low"],
            "high_name": both["county_name_high"] + ", " + both["state_high"],
            "high": both[f"{TARGET}_high"],
        }
    )
    gap = (found["high"] - found["low"]).sort_values(ascending=False)
    return found.loc[gap.index[:many]].reset_index(drop=True)


def share_inside_zones(known: pd.DataFrame) -> float:
    """Share of the variance of mobility among counties that lies inside zones.

    Counties weigh by their children: small ones differ by chance.
    """
    weight = known["children"].to_numpy()
    value = known[TARGET]
    mean = (value * weight).sum() / weight.sum()
    sums = (value * weight).groupby(known["cz"]).transform("sum")
    own = sums / known["children"].groupby(known["cz"]).transform("sum")
    return float((weight * (value - own) ** 2).sum() / (weight * (value - mean) ** 2).sum())


def _cards(shown: pd.DataFrame, table: pd.DataFrame, joined: dict[int, int]) -> pd.Series:
    names = table.set_index("county")
    within: dict[int, dict[str, str]] = {}
    for code, into in joined.items():
        lines = within.setdefault(into, {})
        lines[f"{names.loc[code, 'county_name']}, now part of it"] = _rank(names.loc[code, TARGET])
    found = []
    for row in shown.itertuples():
        lines = {"Upward mobility": _rank(row.am), "Commuting zone": row.cz_name}
        found.append(card(row.county_name, row.state, {**lines, **within.get(row.county, {})}))
    return pd.Series(found, index=shown.index)


def _joined_words(table: pd.DataFrame, joined: dict[int, int]) -> str:
    if not joined:
        return ""
    names = table.set_index("county")["county_name"]
    said = [f"{names[code]} is within {names[into]}" for code, into in sorted(joined.items())]
    return f"Shapes are those of a later year: {' and '.join(said)}."


def _name(row: pd.Series) -> str:
    return f"{row['county_name']}, {row['state']}"


def _rank(value: float) -> str:
    return "no estimate" if pd.isna(value) else numbers.rank(value)
