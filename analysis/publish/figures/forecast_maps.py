"""What maps of actual and forecast mobility share: hover cards and the map as a table."""

from __future__ import annotations

import pandas as pd

from analysis.mobility.sample import BINARY, QUARTILES
from analysis.publish.figures.maps import card
from analysis.publish.text import numbers

OUTSIDE = "Outside the analysis"


def forecast_cards(zones: pd.DataFrame) -> pd.Series:
    """The hover card of each zone, the same on all maps of forecasts.

    Parameters
    ----------
    zones : DataFrame
        One row a zone: ``zone, state, am, in_sample``, the forecast rank
        ``predicted`` (missing without a forecast), ``label_binary``,
        ``label_quartile``, ``binary_states``, ``quartile_states`` and
        ``binary_states_probability``.
    """
    return pd.Series([_card(row) for row in zones.itertuples()], index=zones.index)


def class_rows(known: pd.DataFrame, actual: str, forecast: str, names: tuple[str, ...]):
    """For each state how many zones are in each class, actually and by the forecast.

    Parameters
    ----------
    known : DataFrame
        Zones with a forecast: ``state`` and the two columns of classes from 0.
    actual, forecast : str
        Those columns.
    names : tuple of str
        Names of the classes.
    """
    states = known.groupby("state")
    rows = {"State": sorted(known["state"].unique()), "Zones": states.size().tolist()}
    for word, column in (("Actual", actual), ("Forecast", forecast)):
        for code, name in enumerate(names):
            rows[f"{word}: {name}"] = states[column].agg(lambda v, c=code: (v == c).sum()).tolist()
    alike = (known[actual] == known[forecast]).astype(int).groupby(known["state"]).sum()
    return pd.DataFrame({**rows, "Same": alike.tolist()})


def _card(row) -> str:
    lines = {"Upward mobility": "no estimate" if pd.isna(row.am) else numbers.rank(row.am)}
    if not pd.isna(row.predicted):
        lines["Actual label"] = _labels(row.label_binary, row.label_quartile)
        lines["Forecast rank"] = numbers.rank(row.predicted)
        lines["Forecast label"] = _labels(row.binary_states, row.quartile_states)
        lines["Chance of above the mean"] = numbers.chance(row.binary_states_probability)
    lines["In the minority sample"] = "yes" if row.in_sample else "no, so without a forecast"
    return card(row.zone, row.state, lines)


def _labels(binary: float, quartile: float) -> str:
    return f"{BINARY[int(binary)]}, {QUARTILES[int(quartile)]}"
