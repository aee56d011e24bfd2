"""The scorecard itself: questions, points and lookups, and its JSON file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field, TypeAdapter

from analysis.errors import ReportError
from analysis.scorecard.card.lookup import WHOLE, Lookup, everywhere, model_lookup, other_line
from analysis.scorecard.model.fit import Fit
from analysis.scorecard.model.points import scores, whole_points
from analysis.scorecard.survey.survey import Survey
from analysis.scorecard.wording import NOT_OFFICIAL

HOUSEHOLDS, PERSONS = UNITS = ("households", "persons")
FORMAT = 3
LOOKUP = ("line", "region", "score", "probability", "probability_persons")
DIGEST = "digest"


@dataclass(frozen=True)
class CardQuestion:
    """A question of the card: its answers in order, and the points of each.

    ``missing`` is the answer that a household without one counts as, where there is one.
    """

    name: str
    text: str
    answers: tuple[str, ...]
    points: tuple[int, ...]
    missing: str | None = None


@dataclass(frozen=True)
class CardLine:
    """A poverty line and its lookups.

    Attributes
    ----------
    lookup : Lookup
        Probability that a household is poor.
    persons : Lookup
        Probability that a *person* of a household with that score is poor: larger households
        of a score count for more. Its mean, weighted by household weight times members,
        estimates the share of persons.
    error, persons_error : tuple of float
        Standard error, as a share, of the mean probability of a large group that comes from
        the card having been fitted to a sample: national, then by region.
    correlation, persons_correlation : float
        Intraclass correlation of the card's errors within a cluster (see
        :func:`~analysis.scorecard.sampling.intra_cluster.intraclass_correlation`).
    """

    name: str
    label: str
    amount: float | None
    lookup: Lookup
    persons: Lookup
    error: tuple[float, ...]
    persons_error: tuple[float, ...]
    correlation: float = 0.0
    persons_correlation: float = 0.0

    def of(self, unit: str) -> tuple[Lookup, tuple[float, ...], float]:
        """Lookup, errors and correlation, of households or of persons."""
        if unit == PERSONS:
            return self.persons, self.persons_error, self.persons_correlation
        return self.lookup, self.error, self.correlation


@dataclass(frozen=True)
class GroupError:
    """How far off the card's rates were in one group of held-out households.

    Attributes
    ----------
    kind, name : str
        As in the accuracy: national, area (urban or rural), region, size or head, and which.
    households, n_clusters : int
    error, persons_error : tuple of (float or None)
        Estimated less actual share of poor households, and of poor persons: the estimate and
        the ends of its interval, None where there are too few clusters for one.
    """

    kind: str
    name: str
    households: int
    n_clusters: Annotated[int, Field(alias="areas")]
    error: tuple[float | None, ...]
    persons_error: tuple[float | None, ...]


@dataclass(frozen=True)
class Card:
    """A scorecard: everything that a user of it needs.

    The first line is the one that the points were fitted for. ``build_info`` says how: numbers
    of households, α, λ, seed, settings. ``notes`` say what a user must know of how the survey
    was read, and ``groups`` by how much the card's rate was off in each group.
    """

    name: str
    title: str
    notice: str | None
    citation: str | None
    questions: tuple[CardQuestion, ...]
    regions: tuple[str, ...]
    lines: tuple[CardLine, ...]
    scale: float
    rounding: float
    build_info: Annotated[dict[str, str | int | float | bool | None], Field(alias="made")]
    date: str | None = None
    notes: tuple[str, ...] = ()
    groups: tuple[GroupError, ...] = ()

    def line(self, name: str | None = None) -> CardLine:
        """The line of that name, or the one that the points were fitted for."""
        for line in self.lines:
            if name in (None, line.name):
                return line
        known = ", ".join(line.name for line in self.lines)
        raise ReportError(f"The card has no line {name!r}; it has {known}.")

    @property
    def points(self) -> tuple[tuple[int, ...], ...]:
        """Points by question and answer."""
        return tuple(question.points for question in self.questions)

    def probability(
        self,
        score: np.ndarray,
        region: np.ndarray | None,
        line: str | None = None,
        *,
        of: str = HOUSEHOLDS,
    ) -> np.ndarray:
        """Probability of each household, by its region's column or the national one.

        Parameters
        ----------
        score : ndarray of int
        region : ndarray of int or None
            Positions in ``regions``; -1 or None for the national column.
        of : {"households", "persons"}
            Whether the household is poor, or a person of such a household.
        """
        lookup, _, _ = self.line(line).of(of)
        table = np.array([*lookup.regions, lookup.national]) / WHOLE
        return table[-1 if region is None else region, score]

    def scores(self, survey: Survey) -> np.ndarray:
        """Score of each household of a survey."""
        return scores(self.points, codes_on_card(self, survey))

    def predict(
        self, survey: Survey, line: str | None = None, *, of: str = HOUSEHOLDS
    ) -> np.ndarray:
        """Probability of each household of a survey; see :meth:`probability`."""
        return self.probability(self.scores(survey), survey.region, line, of=of)


def codes_on_card(card: Card, survey: Survey) -> np.ndarray:
    """Answer codes of a survey to the card's questions, in the card's order."""
    position = {item.name: j for j, item in enumerate(survey.items)}
    return survey.codes[:, [position[question.name] for question in card.questions]]


_FILE = TypeAdapter(Card)


def make_card(survey: Survey, fit: Fit, line: str | None, build_info: dict) -> Card:
    """Turn a fit on training households into a card for all lines of their survey.

    Parameters
    ----------
    survey : Survey
        The households that the card was fitted to.
    fit : Fit
    line : str or None
        The line of the fit.
    build_info : dict
        How the card came about.
    """
    rounded = whole_points(fit.beta)
    items = [survey.items[j] for j in fit.questions]
    score = scores(rounded.points, survey.codes[:, list(fit.questions)])
    main = survey.line(line)
    here, lines = (score, survey.region, len(survey.regions)), []
    for other in [main, *(x for x in survey.lines if x.name != main.name)]:
        if other.name == main.name:
            lookup = model_lookup(
                fit.gamma + rounded.base, rounded.scale / 100, score, survey.weight, main.poor,
                survey.region,
            )  # fmt: skip
            lookup = lookup if fit.tau > 0 else everywhere(lookup, len(survey.regions))
        else:
            lookup = other_line(*here, survey.weight, other.poor, fit.tau)
        amount = None if np.isnan(other.amount) else float(other.amount)
        persons = other_line(*here, survey.persons, other.poor, fit.tau)
        nothing = (0.0,) * (1 + len(survey.regions))
        lines.append(CardLine(other.name, other.label, amount, lookup, persons, nothing, nothing))
    return Card(
        name=survey.name,
        title=survey.title,
        notice=survey.notice,
        citation=survey.citation,
        questions=tuple(
            CardQuestion(item.name, item.text, item.answers, points, survey.blank(j))
            for j, item, points in zip(fit.questions, items, rounded.points, strict=True)
        ),
        regions=survey.regions,
        lines=tuple(lines),
        scale=rounded.scale,
        rounding=rounded.rounding,
        build_info=build_info,
        date=survey.date,
        notes=survey.notes,
    )


def lookup_table(card: Card) -> pd.DataFrame:
    """Tidy lookup of households and of persons; the region of the whole is ``national``.

    Returns
    -------
    DataFrame
        line, region, score, probability, probability_persons.
    """
    rows = []
    for line in card.lines:
        both = (line.lookup, line.persons)
        columns = [("national", *(lookup.national for lookup in both))]
        columns += list(zip(card.regions, *(lookup.regions for lookup in both), strict=True))
        for region, of_households, of_persons in columns:
            for score, tenths in enumerate(zip(of_households, of_persons, strict=True)):
                rows.append((line.name, region, score, *(t / WHOLE for t in tenths)))
    return pd.DataFrame(rows, columns=LOOKUP)


def write_card(card: Card, path: Path) -> None:
    """Write ``scorecard.json``."""
    content = {"format": FORMAT, "kind": NOT_OFFICIAL, **_FILE.dump_python(card, by_alias=True)}
    content[DIGEST] = digest_of(content)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def digest_of(content: dict) -> str:
    """A digest of all that a card's file says beside it, however it is laid out."""
    signed = {key: value for key, value in content.items() if key != DIGEST}
    text = json.dumps(signed, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def read_card(path: Path) -> Card:
    """Read ``scorecard.json`` and check that it is as it was built.

    Raises
    ------
    ReportError
        If the file is no scorecard, or was damaged or changed.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        written, digest = content.pop(DIGEST, None), digest_of(content)
        version = content.pop("format", None)
        content.pop("kind", None)
        if isinstance(version, int) and version != FORMAT:
            raise ReportError(
                f"{path} has format {version}, but this version reads {FORMAT}; build it again."
            )
        card = _FILE.validate_python(content)
    except OSError as error:
        raise ReportError(f"{path} can't be read: {error.strerror}.") from None
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise ReportError(
            f"{path} is not a scorecard; give the scorecard.json that a build wrote."
        ) from None
    if written != digest or not _adds_up(card):
        raise ReportError(
            f"{path} was changed after it was built, so its points and errors can't be relied on: "
            "build the card again, or take the file as it was."
        )
    return card


def _adds_up(card: Card) -> bool:
    questions, regions = card.questions, len(card.regions)
    if not questions or not card.lines or not all(question.points for question in questions):
        return False
    parts = [line.of(unit) for line in card.lines for unit in UNITS]
    return (
        sum(max(q.points) for q in questions) == 100
        and all(min(q.points) == 0 and len(q.points) == len(q.answers) for q in questions)
        and all(len(lookup.regions) == regions for lookup, _, _ in parts)
        and all(
            len(column) == 101 and all(WHOLE >= a >= b >= 0 for a, b in pairwise(column))
            for lookup, _, _ in parts
            for column in (lookup.national, *lookup.regions)
        )
        and all(
            len(errors) == 1 + regions and all(0 <= error < 1 for error in errors)
            for _, errors, _ in parts
        )
    )
