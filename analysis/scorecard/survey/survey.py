"""A survey as the engine sees it: answer codes, weights, design, welfare and lines."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

NATIONAL, POOLED, SEPARATE, CHOOSE = "national", "pooled", "separate", "choose"


@dataclass(frozen=True)
class Item:
    """A question as asked, and what the analyst says of its choice.

    Attributes
    ----------
    answers : tuple of str
        In the order in which they are asked.
    scale : int
        How many of the first answers lie in a natural order, as bins of numbers do.
    ordered : bool
        Whether points must rise or fall along that scale.
    lock, exclude : bool
        Whether every card has the question, or none.
    group : str or None
        Of which a card may have a limited number.
    cost : float
        What it costs to ask.
    """

    name: str
    text: str
    answers: tuple[str, ...]
    scale: int = 0
    ordered: bool = False
    lock: bool = False
    exclude: bool = False
    group: str | None = None
    cost: float = 1.0


@dataclass(frozen=True)
class PovertyLine:
    """A line and who is poor by it.

    ``amount`` is NaN for a line that the survey gives as a status, or that is not the same
    for all households.
    """

    name: str
    label: str
    amount: float
    poor: np.ndarray


@dataclass(frozen=True)
class Survey:
    """Households in rows, questions in columns; every array has one entry a household.

    Attributes
    ----------
    codes : ndarray of uint8, shape (households, questions)
        Answer codes, an index into ``items[j].answers``.
    weight : ndarray of float
        Household weight; times ``size`` it is the weight of persons.
    region, stratum, cluster : ndarray of int
        Codes from 0; ``regions`` holds the names of regions. A cluster (an
        enumeration area) lies in one stratum.
    urban : ndarray of bool or None
    date : str or None
        When the households were asked, in words.
    blanks : tuple of (str or None)
        For each question the answer that households without one were given.
    notes : tuple of str
        What the card's users must know of how the survey was read.
    welfare : ndarray of float or None
    limits : tuple of (str, int)
        Groups of questions, and how many of each a card may have.
    budget : float or None
        Most that a card's questions may cost together.
    """

    name: str
    title: str
    notice: str | None
    items: tuple[Item, ...]
    codes: np.ndarray
    key: np.ndarray
    weight: np.ndarray
    size: np.ndarray
    region: np.ndarray
    regions: tuple[str, ...]
    stratum: np.ndarray
    cluster: np.ndarray
    urban: np.ndarray | None
    welfare: np.ndarray | None
    lines: tuple[PovertyLine, ...]
    tested: bool = True
    citation: str | None = None
    date: str | None = None
    blanks: tuple[str | None, ...] = ()
    notes: tuple[str, ...] = ()
    limits: tuple[tuple[str, int], ...] = ()
    budget: float | None = None
    intercepts: str = CHOOSE
    regional_cards: bool = False
    heads: tuple[tuple[str, tuple[str, ...], np.ndarray], ...] = ()

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def persons(self) -> np.ndarray:
        """Weight of persons: household weight times household size."""
        return self.weight * self.size

    def line(self, name: str | None = None) -> PovertyLine:
        """The line of that name, or the first one."""
        return next(line for line in self.lines if name in (None, line.name))

    def blank(self, question: int) -> str | None:
        """The answer that a household without one to a question was given."""
        return self.blanks[question] if self.blanks else None

    def take(self, rows: np.ndarray) -> Survey:
        """The same survey with some of its households."""
        per_household = ("codes", "key", "weight", "size", "region", "stratum", "cluster")
        parts = {field: getattr(self, field)[rows] for field in per_household}
        for field in ("urban", "welfare"):
            values = getattr(self, field)
            parts[field] = None if values is None else values[rows]
        parts["heads"] = tuple((column, names, code[rows]) for column, names, code in self.heads)
        parts["lines"] = tuple(replace(line, poor=line.poor[rows]) for line in self.lines)
        return replace(self, **parts)

    def weighted(self, times: np.ndarray) -> Survey:
        """The same households with their weights multiplied."""
        return replace(self, weight=self.weight * times)

    def answers(self) -> pd.DataFrame:
        """Answers in words, one column a question."""
        columns = {
            item.name: np.array(item.answers, dtype=object)[self.codes[:, j]]
            for j, item in enumerate(self.items)
        }
        return pd.DataFrame(columns)


def weighted_quantile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """Smallest value at which the cumulated share of weight reaches ``share``."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    # the slack keeps a rescaling of all weights from moving the answer by one household
    return float(values[order][np.searchsorted(reached, share * reached[-1] * (1 - 1e-12))])
