"""What the command says of a card that it has built."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.scorecard.build import Study
from analysis.scorecard.evaluation.accuracy import CARD
from analysis.scorecard.evaluation.group_bias import bias_in_words
from analysis.scorecard.evaluation.regional_cards import ALL, RegionalCards
from analysis.scorecard.output.files import ENDS
from analysis.scorecard.settings import EXCHANGE, FREQUENCY
from analysis.scorecard.survey.survey import CHOOSE, NATIONAL, POOLED, SEPARATE

RULES = {
    EXCHANGE: "held-out prediction with exchanges",
    FREQUENCY: "the paper's rule",
    "stepwise": "plain forward selection",
}

INTERCEPTS = {
    NATIONAL: "one intercept for the country",
    POOLED: "partially pooled intercepts",
    SEPARATE: "an intercept for each region",
}

ENDINGS = ("", "_low", "_high")


def summary(study: Study) -> str:
    """The card, how it was chosen, how well it does, and what to look at again."""
    return "\n".join(
        [
            *_questions(study),
            *_choice(study),
            *_accuracy(study),
            *_rates(study),
            bias_in_words(study.card),
            *_regional(study),
            *warnings(study),
        ]
    )


def _questions(study: Study) -> Iterator[str]:
    yield f"The {len(study.card.questions)} questions:"
    for number, question in enumerate(study.card.questions, start=1):
        answers = ", ".join(
            f"{answer} {points}"
            for answer, points in zip(question.answers, question.points, strict=True)
        )
        yield f"{number:3}. {question.text} {answers}"


def _choice(study: Study) -> Iterator[str]:
    candidates = study.selection.candidates
    yield f"Chosen by {RULES[study.selection.rule]}. Why others are not on the card:"
    for why, rows in candidates[~candidates["chosen"]].groupby("why", sort=True):
        names = [
            f"{row.question} ({row.substitute})" if why.startswith("repeats") else row.question
            for row in rows.itertuples()
        ]
        yield f"  {why}: {', '.join(names)}"
    if len(study.card.questions) < study.card.build_info["questions"]:
        yield "The card has fewer questions than it may have, since no other one earns its place."
    yield from _intercepts(study)
    for selection in (study.selection, *study.baselines.values()):
        yield (
            f"  nested cross-validation, {RULES[selection.rule]}: "
            f"log-loss {selection.nested_loss:.4f}"
        )


def _intercepts(study: Study) -> Iterator[str]:
    """How regions differ on the card, and what the other ways would lose."""
    chosen = study.selection.intercepts
    spread = f", spread {chosen.tau:g} log-odds" if chosen.kind == POOLED else ""
    asked = "" if study.survey.intercepts == CHOOSE else " (as the specification says)"
    yield f"Regions: {INTERCEPTS[chosen.kind]}{spread}{asked}."
    for kind, by_tau in chosen.losses.groupby("kind", sort=False):
        best = by_tau.loc[by_tau["log_loss"].idxmin()]
        less = f", {best['less']:+.4f} ({best['ci_low']:+.4f} to {best['ci_high']:+.4f})"
        yield (
            f"  cross-validated by areas, {INTERCEPTS[kind]}: log-loss {best['log_loss']:.4f}"
            f"{'' if best['tau'] == chosen.tau else less}"
        )


def _accuracy(study: Study) -> Iterator[str]:
    info = study.card.build_info
    yield (
        f"On {info['held_out_households']:,} held-out households: AUC {info['auc']:.3f}, "
        f"headcount off by {100 * info['headcount_bias']:+.1f} points; above "
        f"{info['cut']:.0%} are {info['poor_above_cut']:.0%} of the poor and "
        f"{1 - info['nonpoor_below_cut']:.0%} of the others."
    )
    frame = study.evaluation.accuracy
    national = frame[(frame["kind"] == "national") & (frame["line"] == study.card.lines[0].name)]
    for model, words in RULES.items():
        rows = national[national["model"] == model].set_index("metric")
        if rows.empty:
            continue
        parts = [
            f"{name} {row['estimate']:+.4f} ({row['ci_low']:+.4f} to {row['ci_high']:+.4f})"
            for name, row in (
                ("AUC", rows.loc["auc_less_card"]),
                ("log-loss", rows.loc["log_loss_less_card"]),
            )
        ]
        yield f"  on the same households, {words} less the card: {', '.join(parts)}"


def _rates(study: Study) -> Iterator[str]:
    frame = study.evaluation.accuracy
    card = frame[(frame["model"] == CARD) & (frame["line"] == study.card.lines[0].name)]
    yield "Estimated less actual rate, in points, with 95% intervals from areas:"
    names = {"headcount_bias": "households", "headcount_bias_persons": "persons"}
    for (kind, group), rows in card[card["metric"].isin(names)].groupby(
        ["kind", "group"], sort=False
    ):
        parts = [
            f"{names[row.metric]} {100 * row.estimate:+.1f} {_range(row)}"
            for row in rows.itertuples()
        ]
        yield f"  {kind} {group}: {'; '.join(parts)}" if kind != group else f"  {'; '.join(parts)}"


def _range(row) -> str:
    if np.isfinite(row.ci_low):
        return f"({100 * row.ci_low:+.1f} to {100 * row.ci_high:+.1f})"
    return "(too few areas for an interval)"


def _regional(study: Study) -> Iterator[str]:
    """What a card for each region costs, where there are such cards."""
    if study.regional is None:
        return
    yield "A card for each region, less the country's card on the same held-out households:"
    for row in study.regional.accuracy_cost.itertuples():
        name = "all of them" if row.region == ALL else row.region
        parts = [
            f"{words} {ends[0]:+.4f} "
            + (f"({ends[1]:+.4f} to {ends[2]:+.4f})" if np.isfinite(ends[1]) else "(few areas)")
            for words, ends in (
                ("AUC", [getattr(row, f"auc_less_national{end}") for end in ENDINGS]),
                ("log-loss", [getattr(row, f"log_loss_less_national{end}") for end in ENDINGS]),
            )
        ]
        yield (
            f"  {name}: {', '.join(parts)}; fitted to {row.fitted_households:,} households, "
            f"{row.shared:.0f} questions shared"
        )
    yield break_even_in_words(study.regional)


def break_even_in_words(regional: RegionalCards) -> str:
    """How many households a region would need for a card of its own to be as good."""
    numbers = [f"{n:,.0f}" if np.isfinite(n) else "any number" for n in regional.break_even_n]
    if not np.isfinite(regional.break_even_n[0]):
        return "By this survey no number of households would make them as good on average."
    return (
        f"To be as good on average, a region would need about {numbers[0]} households for fitting "
        f"({numbers[1]} to {numbers[2]})."
    )


def warnings(study: Study) -> Iterator[str]:
    """Points that break an order that answers have, and paths that ended early."""
    items = {item.name: item for item in study.survey.items}
    for question in study.card.questions:
        steps = np.diff(question.points[: items[question.name].scale])
        if (steps > 0).any() and (steps < 0).any():
            yield (
                f"Look again: the points of {question.name!r} neither rise nor fall along its "
                "answers; merge answers, or say 'ordered: true'."
            )
    for selection in (study.selection, *study.baselines.values()):
        for why in ("separable", "slow"):
            if selection.stops.get(why):
                yield f"{selection.stops[why]} paths of the elastic net {ENDS[why]}."
