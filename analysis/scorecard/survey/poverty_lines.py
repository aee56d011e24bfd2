"""The measure of welfare, the poverty lines and who is poor by them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.scorecard.spec.spec import Line, Spec
from analysis.scorecard.survey.answers import HOUSEHOLD
from analysis.scorecard.survey.columns import Lost
from analysis.scorecard.survey.data_files import Table
from analysis.scorecard.survey.issues import Issues
from analysis.scorecard.survey.sample_design import NONE
from analysis.scorecard.survey.survey import PovertyLine, Survey, weighted_quantile
from analysis.scorecard.wording import have


def read_welfare(
    spec: Spec, households: Table, keys: np.ndarray, lost: Lost, found: Issues
) -> np.ndarray | None:
    """Welfare of each household; None where there is none, or where it has gaps (a fault)."""
    if spec.welfare is None or spec.welfare.column in lost[HOUSEHOLD]:
        return None
    column = spec.welfare.column
    numbers = pd.to_numeric(households.frame[column], errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(numbers)
    if bad.any():
        found.errors.append(
            f"welfare: {have(int(bad.sum()))} no number in {column!r}, for example household "
            f"{keys[np.flatnonzero(bad)[0]]}; mend the file, or leave such households out with "
            f"'keep' ({column}: {{from: 0}})."
        )
        return None
    return numbers


def draw_lines(
    spec: Spec, households: Table, design: dict, welfare, lost: Lost, found: Issues
) -> tuple[PovertyLine, ...]:
    """The lines that part the households."""
    made = []
    for line in spec.lines:
        drawn = _line(line, households, design, welfare, lost, found)
        if drawn is None:
            continue
        if drawn.poor.all() or not drawn.poor.any():
            whole = "every household is" if drawn.poor.all() else "no household is"
            found.errors.append(f"line {line.name!r}: {whole} poor by it; choose another line.")
            continue
        made.append(drawn)
    return tuple(made)


def check_regions(survey: Survey, found: Issues) -> None:
    """Every region needs poor and non-poor households, to have an intercept of its own."""
    for line in survey.lines:
        for code, region in enumerate(survey.regions):
            if region == NONE:
                continue  # its households have been counted
            here = line.poor[survey.region == code]
            if here.all() or not here.any():
                word = "non-poor" if here.all() else "poor"
                found.errors.append(
                    f"line {line.name!r}: the region {region!r} has no "
                    f"{word if len(here) else 'usable'} household, so it can't have its own "
                    "intercept; merge it with a neighbour or change the line."
                )


def _line(line: Line, households, design, welfare, lost, found) -> PovertyLine | None:
    if line.column is not None:
        if line.column in lost[HOUSEHOLD]:
            return None
        unknown = int(households.frame[line.column].isna().sum())
        if unknown:
            found.errors.append(
                f"line {line.name!r}: {have(unknown)} no status in {line.column!r}; mend the file, "
                "or leave such households out with 'keep'."
            )
        poor = households.meets(line.column, line.poor).to_numpy()
        return PovertyLine(line.name, line.label, float("nan"), poor)
    if welfare is None:
        return None
    if line.amounts is not None:
        return _by_household(line, households, welfare, lost, found)
    amount = line.amount if line.ppp is None else line.ppp.amount
    if amount is None:
        amount = weighted_quantile(welfare, design["weight"] * design["size"], line.quantile)
    return PovertyLine(line.name, line.label, amount, welfare < amount)


def _by_household(line: Line, households, welfare, lost, found) -> PovertyLine | None:
    """A line that stands in a column, since it is not the same everywhere."""
    if line.amounts in lost[HOUSEHOLD]:
        return None
    numbers = pd.to_numeric(households.frame[line.amounts], errors="coerce").to_numpy(dtype=float)
    bad = ~(np.isfinite(numbers) & (numbers > 0))
    if bad.any():
        found.errors.append(
            f"line {line.name!r}: {have(int(bad.sum()))} no amount above 0 in {line.amounts!r}; "
            "mend the file, or leave such households out with 'keep'."
        )
        return None
    return PovertyLine(line.name, line.label, float("nan"), welfare < numbers)
