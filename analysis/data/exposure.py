"""Causal exposure effects of commuting zones, as Chetty and Hendren (2018) published them.

For children of parents at the 25th percentile, the effect of a zone is what one more year of
childhood there adds to the income rank at age 26, against the average zone. It was estimated
from families who moved between zones with children of different ages. Two files have it: the
authors' preferred one, and that of their replication, with a bootstrap standard error.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.errors import ReportError

EFFECT, ERROR = "causal_p25_czkr26", "causal_p25_czkr26_se"
RAW_EFFECT, RAW_ERROR = "Bj_p25_czkr26_cc2", "Bj_p25_czkr26_cc2_bs_se"
LARGEST = 20.0
"""No zone adds or takes that many ranks a year: a larger value is in another unit."""


def read_exposure(path: Path, effect: str = EFFECT, error: str = ERROR) -> pd.DataFrame:
    """Read the effects of the zones, "Online Data Table 3" of the paper, a Stata file.

    Parameters
    ----------
    path : Path
    effect, error : str
        Names of the columns that hold them.

    Returns
    -------
    DataFrame
        One row a zone with an estimate, by number: ``cz``, ``effect`` (ranks at age 26 per
        year of childhood) and ``effect_se``, its standard error.

    Raises
    ------
    ReportError
        If the file is no Stata file, lacks a column, names a zone twice, has a standard error
        that is not positive, or effects that can't be ranks a year.
    """
    table = _columns(path, ["cz", effect, error])
    table = table.rename(columns={effect: "effect", error: "effect_se"})
    table = table[table[["effect", "effect_se"]].notna().all(axis=1)]
    if table.empty:
        raise ReportError(f"{path} has no zone with an effect and its standard error.")
    numbers = table["cz"]
    if numbers.isna().any() or (numbers % 1 != 0).any() or (numbers <= 0).any():
        raise ReportError(f"{path} has a value in its column 'cz' that is no zone's number.")
    if numbers.duplicated().any():
        repeated = int(numbers[numbers.duplicated()].iloc[0])
        raise ReportError(f"{path} lists the commuting zone {repeated} twice.")
    if not (table["effect_se"] > 0).all():
        raise ReportError(f"{path} has a standard error that is not positive in {error!r}.")
    if not (table["effect"].abs() < LARGEST).all():
        raise ReportError(f"{path} has effects in {effect!r} that can't be ranks a year.")
    return table.astype({"cz": int}).sort_values("cz", ignore_index=True)


def _columns(path: Path, wanted: list[str]) -> pd.DataFrame:
    try:
        table = pd.read_stata(path, convert_categoricals=False)
    except OSError as error:
        raise ReportError(f"{path} cannot be read ({error.strerror}).") from error
    except Exception as error:
        # pandas raises what it happens to stumble over in a file that is not Stata's
        raise ReportError(f"{path} is not a readable Stata data set: get it again.") from error
    for column in wanted:
        if column not in table:
            raise ReportError(f"{path} has no column {column!r}.")
        if not pd.api.types.is_numeric_dtype(table[column]):
            raise ReportError(f"{path} should hold numbers in its column {column!r}.")
    return table[wanted].astype(float)
