"""All commuting zones in one table, as the results file and the maps of forecasts need them."""

from __future__ import annotations

import pandas as pd

from analysis.data.names import TARGET
from analysis.mobility.results import Models


def commuting_zones(models: Models) -> pd.DataFrame:
    """Every zone with its target; labels, predictions and cluster where it is in the sample."""
    study = models.study
    zones = study.zones[["cz", "zone", "state", TARGET]]
    labels = models.zones[["cz", "label_binary", "label_quartile"]]
    known = labels.merge(models.zone_columns, on="cz")
    whole = [c for c in known if known[c].dtype.kind == "i" and c != "cz"]
    table = zones.merge(known.astype(dict.fromkeys(whole, "Int64")), on="cz", how="left")
    table.insert(4, "in_sample", table["cz"].isin(study.sample.zones))
    return table
