"""Write numbers the way the report does: always a str, never a NumPy scalar."""

from __future__ import annotations

import math

MINUS = "−"


def plain(value: float, digits: int = 0) -> str:
    """A number with thousands separated and a true minus sign; "–" if missing."""
    if value is None or math.isnan(value):
        return "–"
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def rank(value: float) -> str:
    """A percentile rank to one decimal."""
    return plain(value, 1)


def percent(share: float, digits: int = 0) -> str:
    """A share (0 to 1) as percent."""
    return "–" if math.isnan(share) else f"{plain(100 * share, digits)}%"


def chance(probability: float) -> str:
    """A probability (0 to 1) as percent, never certain: "under 1%", "over 99%"."""
    if probability < 0.01:
        return "under 1%"
    return "over 99%" if probability > 0.99 else percent(probability)


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign, for correlations and coefficients."""
    text = plain(value, digits)
    return text if text.startswith((MINUS, "–")) or float(value) == 0 else f"+{text}"


def p_value(p: float, least: bool = False) -> str:
    """A p-value to three decimals, or "< 0.001"; "≤ 0.004" if a test's draws allow no less."""
    if math.isnan(p):
        return "–"
    return "< 0.001" if p < 0.001 else f"{'≤ ' * least}{p:.3f}"


def interval(low: float, high: float, digits: int = 2) -> str:
    """An interval in words: "0.84 to 0.88"."""
    return f"{plain(low, digits)} to {plain(high, digits)}"


def estimate(value: float, low: float, high: float, digits: int = 2) -> str:
    """An estimate with its interval: "0.86 (0.84 to 0.88)"."""
    return f"{plain(value, digits)} ({interval(low, high, digits)})"


def percent_interval(low: float, high: float, digits: int = 0) -> str:
    """An interval of shares (0 to 1) in words: "84% to 88%"."""
    return f"{percent(low, digits)} to {percent(high, digits)}"


def percent_estimate(value: float, low: float, high: float, digits: int = 0) -> str:
    """A share (0 to 1) with its interval: "86% (84% to 88%)"."""
    return f"{percent(value, digits)} ({percent_interval(low, high, digits)})"


def in_words(value: float, low: float, high: float, digits: int = 2) -> str:
    """An estimate for running text: "0.86, 95% interval 0.84 to 0.88"."""
    return f"{plain(value, digits)}, 95% interval {interval(low, high, digits)}"


WORDS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def count(number: int, noun: str = "", plural: str | None = None) -> str:
    """A count for running text: words up to twelve, then digits; with its noun."""
    number = int(number)
    text = WORDS[number] if 0 <= number < len(WORDS) else plain(number)
    if not noun:
        return text
    return f"{text} {noun if number == 1 else plural or noun + 's'}"


def by_kind(value: float, kind: str) -> str:
    """A feature's value in the form that its kind asks for.

    Kinds are those of the codebook: shares are shown as percent, dollars and
    counts whole, ranks to one decimal, everything else to three significant
    digits.
    """
    if value is None or math.isnan(value):
        return "–"
    if kind == "share":
        return percent(value, 1)
    if kind == "dollars":
        return f"${plain(value)}"
    if kind in {"count", "indicator"}:
        return plain(value)
    if kind == "rank":
        return rank(value)
    digits = 2 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    return plain(value, min(digits, 5))
