"""What the analyst asks of the choice of questions: locks, groups, costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.scorecard.survey.survey import Survey


@dataclass(frozen=True)
class Limits:
    """Which sets of questions may stand on a card.

    Attributes
    ----------
    questions : int
        At most so many.
    locked, excluded : frozenset of int
        Positions that every card has, and that none has.
    group : tuple of (str or None)
        Of each candidate.
    most : dict
        How many questions of a group a card may have.
    cost : tuple of float
        Of each candidate.
    budget : float
        Most that the costs of a card may add up to.
    """

    questions: int
    locked: frozenset[int]
    excluded: frozenset[int]
    group: tuple[str | None, ...]
    most: dict[str, int]
    cost: tuple[float, ...]
    budget: float

    @classmethod
    def of(cls, survey: Survey, questions: int) -> Limits:
        """Those of a survey's specification."""
        items = survey.items
        return cls(
            questions=questions,
            locked=frozenset(j for j, item in enumerate(items) if item.lock),
            excluded=frozenset(j for j, item in enumerate(items) if item.exclude),
            group=tuple(item.group for item in items),
            most=dict(survey.limits),
            cost=tuple(item.cost for item in items),
            budget=float("inf") if survey.budget is None else survey.budget,
        )

    def against(self, chosen) -> str | None:
        """What speaks against a set: "excluded", "full", a group's name or "budget"; or None."""
        if self.excluded & set(chosen):
            return "excluded"
        if len(chosen) > self.questions:
            return "full"
        for group, most in self.most.items():
            if sum(self.group[j] == group for j in chosen) > most:
                return group
        if sum(self.cost[j] for j in chosen) > self.budget * (1 + 1e-9):
            return "budget"
        return None

    def allow(self, chosen) -> bool:
        """Whether a card may have these questions (locked ones left out may be added yet)."""
        return self.against(chosen) is None

    def within(self, order, chosen=()) -> list[int]:
        """The locked questions, then others in an order, as far as they are allowed."""
        kept = sorted({*self.locked, *chosen})
        for j in order:
            if j not in kept and self.allow([*kept, int(j)]):
                kept.append(int(j))
        return kept

    @property
    def costly(self) -> bool:
        """Whether a budget makes costs count."""
        return bool(np.isfinite(self.budget))
