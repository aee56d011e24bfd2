"""Actual and forecast mobility of every zone, as the maps of forecasts show it."""

from __future__ import annotations

import pandas as pd

from analysis.data.names import TARGET
from analysis.mobility.folds import STATES
from analysis.mobility.labels import BINARY, QUARTILES
from analysis.mobility.models import Models
from analysis.publish import numbers
from analysis.publish.maps import card
from analysis.publish.zone_rows import commuting_zones

MODEL = "elastic net"
OUTSIDE = "Outside the analysis"


def forecasts(models: Models) -> pd.DataFrame:
    """Every zone with what the maps show; forecasts were made without its state.

    Returns
    -------
    DataFrame
        One row a zone: ``cz, zone, state, am, in_sample, children``; where it is
        in the analysis sample also ``label_binary``, ``label_quartile``,
        ``binary_states`` and ``quartile_states`` (classes as float),
        ``binary_states_probability``, ``predicted`` (rank) and ``error``
        (``am`` less ``predicted``).
    """
    table = commuting_zones(models)
    kept = ["cz", "zone", "state", TARGET, "in_sample"]
    classes = ["label_binary", "label_quartile", "binary_states", "quartile_states"]
    table = table[[*kept, *classes, "binary_states_probability"]]
    table = table.astype(dict.fromkeys(classes, float))
    ranks = models.rank_regression.predictions
    ranks = ranks[(ranks["model"] == MODEL) & (ranks["scheme"] == STATES)]
    table = table.merge(models.study.zones[["cz", "children"]], on="cz", how="left")
    table = table.merge(ranks[["cz", "predicted"]], on="cz", how="left")
    return table.assign(error=table[TARGET] - table["predicted"])


def analysed(table: pd.DataFrame) -> pd.DataFrame:
    """The zones of the analysis sample: those that have a forecast."""
    return table.dropna(subset=["predicted"])


def same(table: pd.DataFrame, task: str) -> pd.Series:
    """Whether label and forecast agree, for the zones that have them; task binary or quartile."""
    known = analysed(table)
    return known[f"label_{task}"] == known[f"{task}_states"]


def cards(table: pd.DataFrame) -> pd.Series:
    """The hover card of each zone, the same on all maps of forecasts."""
    return pd.Series([_card(row) for row in table.itertuples()], index=table.index)


def _card(row) -> str:
    known = not pd.isna(row.am)
    lines = {"Upward mobility": numbers.rank(row.am) if known else "no estimate"}
    if not pd.isna(row.predicted):
        lines["Actual label"] = _labels(row.label_binary, row.label_quartile)
        lines["Forecast rank"] = numbers.rank(row.predicted)
        lines["Forecast label"] = _labels(row.binary_states, row.quartile_states)
        lines["Chance of above the mean"] = numbers.percent(row.binary_states_probability)
    lines["In the minority sample"] = "yes" if row.in_sample else "no, so without a forecast"
    return card(row.zone, row.state, lines)


def _labels(binary: float, quartile: float) -> str:
    return f"{BINARY[int(binary)]}, {QUARTILES[int(quartile)]}"
