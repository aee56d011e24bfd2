"""Map of upward mobility by county."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from analysis.data.names import TARGET
from analysis.publish.figures.maps import card, zone_map
from analysis.publish.geometry.build import report_county_geometry
from analysis.publish.geometry.codes import absorbed
from analysis.publish.text import numbers


def county_map(counties: pd.DataFrame, unit: str) -> go.Figure:
    """Map of mobility of every county; one without a shape is told where it is now.

    Parameters
    ----------
    counties : DataFrame
        One row a county: ``county`` (code), ``county_name``, ``state``,
        ``cz_name`` and ``am``.
    unit : str
        See `zone_map`.
    """
    joined = without_shape(counties)
    shown = counties[~counties["county"].isin(list(joined))].reset_index(drop=True)
    named = shown.rename(columns={"cz": "zone_number", "county": "cz"})
    return zone_map(
        named, TARGET, unit=unit, cards=_cards(shown, counties, joined), shapes="counties"
    )


def without_shape(counties: pd.DataFrame) -> dict[int, int]:
    """Counties that the shapes, of a later year, draw as part of another: code to code."""
    drawn = {int(one["id"]) for one in report_county_geometry().counties["features"]}
    return absorbed(drawn, counties["county"].tolist())


def _cards(shown: pd.DataFrame, counties: pd.DataFrame, joined: dict[int, int]) -> pd.Series:
    names = counties.set_index("county")
    within: dict[int, dict[str, str]] = {}
    for code, into in joined.items():
        lines = within.setdefault(into, {})
        lines[f"{names.loc[code, 'county_name']}, now part of it"] = _rank(names.loc[code, TARGET])
    cards = []
    for row in shown.itertuples():
        lines = {"Upward mobility": _rank(row.am), "Commuting zone": row.cz_name}
        cards.append(card(row.county_name, row.state, {**lines, **within.get(row.county, {})}))
    return pd.Series(cards, index=shown.index)


def _rank(value: float) -> str:
    return "no estimate" if pd.isna(value) else numbers.rank(value)
