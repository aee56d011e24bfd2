"""Count what is missing, feature by feature."""

from __future__ import annotations

import pandas as pd

from analysis.data.names import FEATURES


def missing_by_feature(zones: pd.DataFrame) -> pd.DataFrame:
    """Features with missing values, worst first.

    Returns
    -------
    DataFrame
        ``feature``, ``missing`` (zones), ``share`` (0 to 1); features that are
        complete are left out.
    """
    count = zones[list(FEATURES)].isna().sum()
    table = pd.DataFrame(
        {
            "feature": count.index,
            "missing": count.to_numpy(),
            "share": count.to_numpy() / len(zones),
        }
    )
    table = table[table["missing"] > 0]
    return table.sort_values(["missing", "feature"], ascending=[False, True], ignore_index=True)
