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
from analysis.scorecard.card.card import HOUSEHOLDS, PERSONS, Card, CardQuestion
from analysis.scorecard.card.read_answers import read_answers
from analysis.scorecard.model.points import scores
from analysis.scorecard.sampling.intra_cluster import bernoulli_variance
from analysis.scorecard.wording import short_names


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
        of neighbors go together, and the card was fitted to a sample.
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
    """Households with score and probability, and what they say of their group.

    Attributes
    ----------
    households : DataFrame
        What was given for the households that could be scored, and ``score`` and
        ``probability``.
    rejects : DataFrame
        The others: ``row``, ``why``, and what was given for them.
    nowhere : int
        Scored households whose region is blank, so that the national lookup was used.
    """

    line: str
    households: pd.DataFrame
    headcounts: tuple[Headcount, ...]
    rejects: pd.DataFrame
    nowhere: int = 0


def score_file(card: Card, path: Path, line: str | None = None) -> Scored:
    """Score a file of answers.

    Parameters
    ----------
    card : Card
    path : Path
        A file that :func:`.read_answers` reads, with a column for
        each question of the card, by its name, and answers in the card's words. Optional:
        ``region`` (where it is not given the national column of the lookup is used),
        ``weight`` and ``size`` (household weight and members), ``area`` (the cluster of
        each household; else as many to one as in the survey are assumed), anything else
        is kept.
    line : str, optional
        The line; by default the one that the points were fitted for.

    Raises
    ------
    ReportError
        If the file can't be read, lacks a question, or has no household that can be scored.
    """
    return score_frame(card, read_answers(path), line, name=str(path))


def score_frame(
    card: Card, answers: pd.DataFrame, line: str | None = None, *, name: str = "The table"
) -> Scored:
    """Score a frame of answers in words; see :func:`score_file`."""
    card.line(line)
    if answers.empty:
        raise ReportError(f"{name} has no households.")
    columns = _columns(card, answers, name)
    why: list[list[str]] = [[] for _ in range(len(answers))]
    codes = np.column_stack([_codes(columns[q.name], q, why) for q in card.questions])
    region = _regions(card, columns.get("region"), why)
    weight, size = (_positive(columns.get(given), given, why) for given in ("weight", "size"))
    sound = np.array([not reasons for reasons in why])
    rejects = _rejects(answers, why, sound)
    if not sound.any():
        row, first = rejects["row"].iloc[0], rejects["why"].iloc[0]
        raise ReportError(f"{name} has no household that can be scored; row {row}: {first}")
    region = None if region is None else region[sound]
    score = scores(card.points, codes[sound])
    scored = answers[sound].assign(score=score, probability=card.probability(score, region, line))
    weight = np.ones(len(scored)) if weight is None else _relative(weight[sound])
    weights = {HOUSEHOLDS: weight}
    if size is not None:
        weights[PERSONS] = weight * _relative(size[sound])
    clusters = _clusters(card, columns, region, sound)
    card_line, index, counts = card.line(line), _region_index(region), []
    for unit, weight in weights.items():
        _, errors, correlation = card_line.of(unit)
        probability = card.probability(score, region, line, of=unit)
        counts.append(headcount(unit, probability, weight, errors[index], correlation, clusters))
    nowhere = 0 if region is None else int((region < 0).sum())
    return Scored(card_line.name, scored, tuple(counts), rejects, nowhere)


def _columns(card: Card, answers: pd.DataFrame, name: str) -> dict[str, pd.Series]:
    """The columns that are used, by name; a phone's export may spell and group them its way."""
    known = {_column(column): column for column in reversed(answers.columns)}
    lacking = [q.name for q in card.questions if _column(q.name) not in known]
    if lacking:
        raise ReportError(f"{name} has no column for the question {', '.join(lacking)}.")
    wanted = [*(q.name for q in card.questions), "region", "weight", "size", "area"]
    return {n: answers[known[_column(n)]] for n in wanted if _column(n) in known}


def _column(name: str) -> str:
    return str(name).strip().rsplit("/", 1)[-1].replace("-", "_").casefold()


def _rejects(answers: pd.DataFrame, why: list[list[str]], sound: np.ndarray) -> pd.DataFrame:
    rows = np.flatnonzero(~sound)
    rejects = answers[~sound].copy()
    rejects.insert(0, "why", [" ".join(why[row]) for row in rows], allow_duplicates=True)
    rejects.insert(0, "row", rows + answers.attrs.get("first", 2), allow_duplicates=True)
    return rejects


def headcount(
    of: str,
    probability: np.ndarray,
    weight: np.ndarray,
    error: float,
    correlation: float = 0.0,
    clusters: np.ndarray | float = 1.0,
) -> Headcount:
    """Weighted mean probability with its standard errors.

    Parameters
    ----------
    error : float
        Standard error of the card itself, as a share.
    correlation : float
        Of the errors of two households of one cluster.
    clusters : ndarray or float
        The cluster of each household, or how many households a cluster has.
    """
    share = weight / weight.sum()
    rate = float(share @ probability)
    within = bernoulli_variance(share, probability, correlation, clusters)
    n = len(probability)
    tau = float(share**2 @ (probability - rate) ** 2) * (n / (n - 1) if n > 1 else 0.0)
    return Headcount(of, rate, float(np.sqrt(within + error**2)), float(np.sqrt(tau + error**2)))


def _relative(numbers: np.ndarray) -> np.ndarray:
    """Numbers by their greatest, so that no sum of them is too large or too small to be held."""
    return numbers / numbers.max()


def _region_index(region: np.ndarray | None) -> int:
    """Whose error the group has: a region's if all households are of one, else the nation's."""
    if region is not None and (region == region[0]).all():
        return 1 + int(region[0])
    return 0


def _clusters(
    card: Card, columns: dict[str, pd.Series], region: np.ndarray | None, sound: np.ndarray
) -> np.ndarray | float:
    """Each scored household's cluster, or how many households a cluster is taken to have.

    A household whose cluster is not given stands for one of its own.
    """
    if "area" not in columns or "area" in {q.name for q in card.questions}:
        return float(card.build_info.get("households_per_area", 1.0))
    cluster = columns["area"][sound].map(_text).to_numpy()
    alone = np.where(cluster == "", np.arange(len(cluster)), -1)
    region = np.zeros(len(cluster), int) if region is None else region
    return (
        pd.DataFrame({"r": region, "a": cluster, "h": alone})
        .groupby(["r", "a", "h"])
        .ngroup()
        .to_numpy()
    )


def _codes(column: pd.Series, question: CardQuestion, why: list[list[str]]) -> np.ndarray:
    words = column.map(_text)
    if question.missing is not None:
        words = words.where(words != "", question.missing)
    known = by_word(question.answers)
    codes = words.map(lambda word: known.get(plain(word), -1)).to_numpy(dtype=np.int64)
    for row in np.flatnonzero(codes < 0):
        given = words.iloc[row]
        why[row].append(
            f"{given!r} is no answer to {question.name!r}; the card knows "
            f"{', '.join(question.answers)}."
            if given
            else f"{question.name!r} has no answer."
        )
    return codes


def _regions(card: Card, column: pd.Series | None, why: list[list[str]]) -> np.ndarray | None:
    """Positions of the regions; -1 where none is given."""
    if column is None:
        return None
    known = by_word(card.regions)
    words = column.map(_text)
    codes = words.map(lambda word: known.get(plain(word), -1)).to_numpy(dtype=np.int64)
    for row in np.flatnonzero((codes < 0) & (words != "").to_numpy()):
        why[row].append(
            f"{words.iloc[row]!r} is no region of the card; it knows {', '.join(card.regions)}."
        )
    return codes


def by_word(words: tuple[str, ...]) -> dict[str, int]:
    """The position of each word, by the word and by its short name, as :func:`plain` has it."""
    code = {plain(word): k for k, word in enumerate(words)}
    return code | {name: k for k, name in enumerate(short_names(words)) if name not in code}


def _text(value) -> str:
    return "" if value is None or pd.isna(value) else str(value).strip()


def plain(text: str) -> str:
    """Text without what makes no difference: capitals, and spaces but single ones."""
    return " ".join(text.split()).casefold()


def _positive(column: pd.Series | None, name: str, why: list[list[str]]) -> np.ndarray | None:
    if column is None:
        return None
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    for row in np.flatnonzero(~(np.isfinite(numbers) & (numbers > 0))):
        why[row].append(f"the {name} {_text(column.iloc[row])!r} is not above 0.")
    return numbers
