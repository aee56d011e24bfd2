"""The measure of welfare, the poverty lines and who is poor by them."""

from __future__ import annotations

import numpy as np

from analysis.scorecard.spec.spec import Line
from analysis.scorecard.survey.reading import Reading
from analysis.scorecard.survey.survey import PovertyLine, weighted_quantile


def read_welfare(reading: Reading) -> np.ndarray | None:
    """Welfare of each household; None where there is none, or where some is missing (an error)."""
    welfare = reading.spec.welfare
    if welfare is None or reading.lacks(welfare.column):
        return None
    numbers, column = reading.numbers(welfare.column), welfare.column
    refused = reading.refuse(
        ~np.isfinite(numbers), "welfare", f"no number in {column!r}",
        hint=f" ({column}: {{from: 0}})",
    )  # fmt: skip
    return None if refused else numbers


def draw_lines(reading: Reading, design: dict, welfare) -> tuple[PovertyLine, ...]:
    """The lines that part the households."""
    lines = []
    for line in reading.spec.lines:
        drawn = _line(reading, line, design, welfare)
        if drawn is None:
            continue
        if drawn.poor.all() or not drawn.poor.any():
            whole = "every household is" if drawn.poor.all() else "no household is"
            reading.error(f"line {line.name!r}: {whole} poor by it; choose another line.")
            continue
        lines.append(drawn)
    return tuple(lines)


def _line(reading: Reading, line: Line, design: dict, welfare) -> PovertyLine | None:
    amount, where = float("nan"), f"line {line.name!r}"
    if line.column is not None:
        if reading.lacks(line.column):
            return None
        unknown = reading.households.frame[line.column].isna().to_numpy()
        reading.refuse(unknown, where, f"no status in {line.column!r}", example=False)
        poor = reading.households.meets(line.column, line.poor).to_numpy()
        return PovertyLine(line.name, line.label, amount, poor)
    if welfare is None:
        return None
    if line.amounts is not None:  # a line that is not the same everywhere
        if reading.lacks(line.amounts):
            return None
        numbers = reading.numbers(line.amounts)
        bad, what = (
            ~(np.isfinite(numbers) & (numbers > 0)),
            f"no amount above 0 in {line.amounts!r}",
        )
        if reading.refuse(bad, where, what, example=False):
            return None
        return PovertyLine(line.name, line.label, amount, welfare < numbers)
    amount = line.amount if line.ppp is None else line.ppp.amount
    if amount is None:
        amount = weighted_quantile(welfare, design["weight"] * design["size"], line.quantile)
    return PovertyLine(line.name, line.label, amount, welfare < amount)
