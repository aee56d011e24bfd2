"""Score households with a card: each one's probability, and the group's headcount.

Averages probabilities. Looking up an average score would be wrong, since the lookup
is a curve.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import ReportError
from analysis.scorecard.areas import chance_variance
from analysis.scorecard.card import Card
from analysis.scorecard.points import scores
from analysis.scorecard.wording import short_names

NAMED_ROWS = 20


@dataclass(frozen=True)
class Headcount:
    """Estimated share of the poor in a group.

    Attributes
    ----------
    of : str
        "households" or "persons".
    rate : float
    group_error : float
        Standard error for these very households: whether each one is poor is not known, errors
        of neighbours go together, and the card was fitted to a sample.
    population_error : float
        Standard error for a larger population of which they are a simple random sample.
    """

    of: str
    rate: float
    group_error: float
    population_error: float

    def interval(self, *, population: bool = False) -> tuple[float, float]:
        """95 % interval within 0 and 1."""
        error = self.population_error if population else self.group_error
        return max(0.0, self.rate - 1.96 * error), min(1.0, self.rate + 1.96 * error)


@dataclass(frozen=True)
class Scored:
    """Households with score and probability, and what they say of their group."""

    line: str
    households: pd.DataFrame
    headcounts: tuple[Headcount, ...]


def score_file(card: Card, path: Path, line: str | None = None) -> Scored:
    """Score a CSV file of answers.

    Parameters
    ----------
    card : Card
    path : Path
        A column for each question of the card, by its name, with answers in the card's
        words. Optional: ``region`` (else the national column of the lookup is used),
        ``weight`` and ``size`` (household weight and members), ``area`` (the neighbourhood of
        each household; else as many to an area as in the survey are assumed), anything else
        is kept.
    line : str, optional
        The line; by default the one that the points were fitted for.

    Raises
    ------
    ReportError
        If the file can't be read, lacks a question, or has answers, regions, weights or
        sizes that can't be: all are named by row.
    """
    try:
        answers = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ReportError(f"{path} can't be read as a CSV file: {reason}.") from None
    return score_frame(card, answers, line, name=str(path))


def score_frame(
    card: Card, answers: pd.DataFrame, line: str | None = None, *, name: str = "The table"
) -> Scored:
    """Score a frame of answers in words; see :func:`score_file`."""
    card.line(line)
    if answers.empty:
        raise ReportError(f"{name} has no households.")
    lacking = [q.name for q in card.questions if q.name not in answers.columns]
    if lacking:
        raise ReportError(f"{name} has no column for the question {', '.join(lacking)}.")
    faults: list[str] = []
    codes = np.column_stack(
        [_codes(answers[q.name], q.answers, q.name, faults) for q in card.questions]
    )
    region = None
    if "region" in answers.columns:
        region = _codes(answers["region"], card.regions, "region", faults)
    weight = _positive(answers, "weight", faults)
    size = _positive(answers, "size", faults)
    if faults:
        more = len(faults) - NAMED_ROWS
        tail = [f"… and {more} more."] if more > 0 else []
        raise ReportError("\n".join([*faults[:NAMED_ROWS], *tail]))
    score = scores(card.points, codes)
    probability = card.probability(score, region, line)
    scored = answers.assign(score=score, probability=probability)
    weight = np.ones(len(answers)) if weight is None else weight
    areas = _areas(card, answers)
    said = card.line(line)
    place = _place(region)
    counts = [
        headcount("households", probability, weight, said.error[place], said.correlation, areas)
    ]
    if size is not None:
        of_persons = card.probability(score, region, line, of="persons")
        counts.append(
            headcount("persons", of_persons, weight * size, said.persons_error[place],
                      said.persons_correlation, areas)
        )  # fmt: skip
    return Scored(said.name, scored, tuple(counts))


def headcount(
    of: str,
    probability: np.ndarray,
    weight: np.ndarray,
    error: float,
    correlation: float = 0.0,
    areas: np.ndarray | float = 1.0,
) -> Headcount:
    """Weighted mean probability with its standard errors.

    Parameters
    ----------
    error : float
        Standard error of the card itself, as a share.
    correlation : float
        Of the errors of two households of one area.
    areas : ndarray or float
        The area of each household, or how many households an area has.
    """
    share = weight / weight.sum()
    rate = float(share @ probability)
    chance = chance_variance(share, probability, correlation, areas)
    n = len(probability)
    spread = float(share**2 @ (probability - rate) ** 2) * (n / (n - 1) if n > 1 else 0.0)
    return Headcount(of, rate, float(np.sqrt(chance + error**2)), float(np.sqrt(spread + error**2)))


def _place(region: np.ndarray | None) -> int:
    """Whose error the group has: a region's if all households are of one, else the nation's."""
    if region is not None and (region == region[0]).all():
        return 1 + int(region[0])
    return 0


def _areas(card: Card, answers: pd.DataFrame) -> np.ndarray | float:
    if "area" in answers.columns and "area" not in {q.name for q in card.questions}:
        places = ["region", "area"] if "region" in answers.columns else ["area"]
        return answers.groupby(places).ngroup().to_numpy()
    return float(card.made.get("households_per_area", 1.0))


def _codes(column: pd.Series, words: tuple[str, ...], name: str, faults: list[str]) -> np.ndarray:
    code = {_plain(word): k for k, word in enumerate(words)}
    code |= {name: k for k, name in enumerate(short_names(words)) if name not in code}
    codes = column.map(lambda v: code.get(_plain(str(v)), -1)).to_numpy(dtype=np.int64)
    for row in np.flatnonzero(codes < 0):
        faults.append(
            f"Row {row + 2}: {column.iloc[row]!r} is no answer to {name!r}; "
            f"the card knows {', '.join(words)}."
        )
    return codes


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _positive(answers: pd.DataFrame, name: str, faults: list[str]) -> np.ndarray | None:
    if name not in answers.columns:
        return None
    numbers = pd.to_numeric(answers[name], errors="coerce").to_numpy(dtype=float)
    for row in np.flatnonzero(~(np.isfinite(numbers) & (numbers > 0))):
        faults.append(f"Row {row + 2}: the {name} {answers[name].iloc[row]!r} is not above 0.")
    return numbers
