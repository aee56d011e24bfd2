"""Measure a card that exists on the households of another survey, or of a later round."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from analysis.errors import ReportError
from analysis.scorecard.card.card import Card, CardLine
from analysis.scorecard.card.lookup import Lookup
from analysis.scorecard.card.score import by_word, plain
from analysis.scorecard.evaluation.accuracy import CARD, Evaluation, evaluate
from analysis.scorecard.evaluation.group_bias import biased_groups, error_in_words, group_errors
from analysis.scorecard.settings import Stream, rng_of
from analysis.scorecard.survey.load import examine
from analysis.scorecard.survey.survey import Item, Survey
from analysis.scorecard.wording import counted, have

SAMPLES = 400
_SEED = 2017


@dataclass(frozen=True)
class Measured:
    """What a card does on a survey that had no part in making it.

    Attributes
    ----------
    card : Card
        The card as it was used: the survey's regions, and the lines that both have.
    survey : Survey
        The survey's households, with their answers coded as on the card.
    evaluation : Evaluation
    warnings : tuple of str
        What to know: regions that the card does not have, questions in other words.
    """

    card: Card
    survey: Survey
    evaluation: Evaluation
    warnings: tuple[str, ...]

    def summary(self) -> str:
        """The figures in words, a line of text for each poverty line."""
        card, survey = self.card, self.survey
        n_clusters = len(np.unique(survey.cluster))
        messages = [f"{card.title}, measured on {survey.title}: {counted(len(survey))} in "
                f"{counted(n_clusters, 'area')}.", *self.warnings]  # fmt: skip
        national = self.evaluation.accuracy.query("kind == 'national'")
        for number, line in enumerate(card.lines):
            rows = national[(national["line"] == line.name) & (national["model"] == CARD)]
            figures = rows.set_index("metric")[["estimate", "ci_low", "ci_high"]]
            auc, rate = figures.loc["auc"], figures.loc["headcount", "estimate"]
            made = f"; {card.build_info['auc']:.3f} when it was made" if _made(card, number) else ""
            bias, persons = figures.loc["headcount_bias"], figures.loc["headcount_bias_persons"]
            messages.append(
                f"{line.name}: AUC {auc.iloc[0]:.3f} ({auc.iloc[1]:.3f} to {auc.iloc[2]:.3f}"
                f"{made}); {rate:.1%} of households are poor, and the card's rate is "
                f"{error_in_words(*bias)}, that of persons {error_in_words(*persons)}."
            )
            biased = biased_groups(group_errors(self.evaluation.accuracy, line.name))
            messages += [f"  off in {words}" for words in biased]
        messages.append("Intervals are 95% and come from drawing enumeration areas within strata.")
        return "\n".join(messages)


def remeasure(card: Card, spec: str | Path) -> Measured:
    """Measure a card on every household of a survey.

    Parameters
    ----------
    card : Card
    spec : str or Path
        A specification with the card's questions, by their names and in the card's answers,
        and with at least one of its lines, by name. Its other questions are not looked at.

    Raises
    ------
    ReportError
        If the survey is at fault, or lacks what the card asks for: all is named at once.
    """
    names = [question.name for question in card.questions]
    survey, issues = examine(spec, questions=0, only=names)
    if issues.errors or survey is None:
        none = "The survey has none of the card's questions, or no line."
        raise ReportError("\n".join(issues.errors or [none]))
    errors: list[str] = []
    warnings = [*filter(None, [survey.notice]), *issues.warnings, *issues.notes]
    codes = _codes(card, survey, errors, warnings)
    lines = tuple(line for line in card.lines if line.name in {own.name for own in survey.lines})
    if not lines:
        errors.append(
            f"The survey has no line of the card; name one of its lines "
            f"{', '.join(line.name for line in card.lines)}."
        )
    if errors:
        raise ReportError("\n".join(errors))
    items = tuple(Item(q.name, q.text, q.answers) for q in card.questions)
    coded = replace(survey, items=items, codes=codes, blanks=())
    used = _with_regions(replace(card, lines=lines), survey, warnings)
    rng = rng_of(_SEED, Stream.SPLIT)
    return Measured(used, coded, evaluate(used, coded, {}, SAMPLES, rng), tuple(warnings))


def _made(card: Card, number: int) -> bool:
    """Whether the figure from the making of the card is about this line."""
    return number == 0 and "auc" in card.build_info


def _codes(card: Card, survey: Survey, errors: list[str], warnings: list[str]) -> np.ndarray:
    """Answer codes of the survey as the card numbers them, question by question."""
    position = {item.name: j for j, item in enumerate(survey.items)}
    columns = []
    for question in card.questions:
        if question.name not in position:
            errors.append(f"The survey has no question {question.name!r}, which the card asks.")
            continue
        j = position[question.name]
        item = survey.items[j]
        known = by_word(question.answers)
        index = np.array([known.get(plain(answer), -1) for answer in item.answers])
        given = np.bincount(survey.codes[:, j], minlength=len(item.answers))
        for answer, code, number in zip(item.answers, index, given, strict=True):
            if code < 0 and number:
                errors.append(
                    f"question {question.name!r}: {have(int(number))} the answer {answer!r}, which "
                    f"the card does not know; it knows {', '.join(question.answers)}."
                )
        if plain(item.text) != plain(question.text):
            warnings.append(
                f"question {question.name!r} is worded {item.text!r} here and {question.text!r} "
                "on the card, whose table holds for its own words alone."
            )
        columns.append(index[survey.codes[:, j]])
    return np.column_stack(columns).clip(0).astype(np.uint8) if columns else np.empty((0, 0))


def _with_regions(card: Card, survey: Survey, warnings: list[str]) -> Card:
    """The card with a column for each region of the survey; the country's where it has none."""
    known = by_word(card.regions)
    index = [known.get(plain(region), -1) for region in survey.regions]
    for region, code in zip(survey.regions, index, strict=True):
        if code < 0:
            number = int((survey.region == survey.regions.index(region)).sum())
            warnings.append(
                f"The card has no region {region!r}: the country's lookup is used for "
                f"{counted(number)}."
            )
    lines = tuple(_of_regions(line, index) for line in card.lines)
    return replace(card, regions=survey.regions, lines=lines)


def _of_regions(line: CardLine, index: list[int]) -> CardLine:
    """A line whose lookups and errors are those of other regions, by their place on the card."""
    moved = {}
    for field in fields(line):
        value = getattr(line, field.name)
        if isinstance(value, Lookup):
            columns = (value.regions[code] if code >= 0 else value.national for code in index)
            moved[field.name] = Lookup(value.national, tuple(columns))
        elif isinstance(value, tuple):
            moved[field.name] = (value[0], *(value[1 + code] for code in index))
    return replace(line, **moved)
