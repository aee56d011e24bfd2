"""What the sensitivity analyses say."""

from __future__ import annotations

import pandas as pd

from analysis.mobility.folds import STATES
from analysis.mobility.models import Models
from analysis.publish import numbers


def robustness_headline(models: Models) -> str:
    """Range of the score over all variants."""
    table = _unseen(models)
    main = table[table["kind"] == "main"].iloc[0]
    others = table[table["kind"] != "main"]
    worst = others.loc[others["estimate"].idxmin()]
    best = others.loc[others["estimate"].idxmax()]
    return (
        f"The main analysis orders zones of unseen states with an AUC of "
        f"{numbers.plain(main['estimate'], 2)}; over {numbers.count(len(others))} other ways to do "
        f"it the AUC runs from {numbers.plain(worst['estimate'], 2)} to "
        f"{numbers.plain(best['estimate'], 2)}."
    )


def _unseen(models: Models) -> pd.DataFrame:
    table = models.sensitivity
    table = table[table["variant"] != "Gaps filled with the mean"]  # the main analysis itself
    return table[(table["metric"] == "AUC") & (table["scheme"] == STATES)]
