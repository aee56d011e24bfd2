"""How thoroughly a card is built."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np

EXCHANGE, FREQUENCY = "exchange", "frequency"
RULES = (EXCHANGE, FREQUENCY)
Unit = Literal["cluster", "household"]


class Stream(IntEnum):
    """Streams of the seed, one for each use of chance, so that no use moves another."""

    SPLIT = 0
    OUTER_FOLDS = 1
    RESAMPLES = 2
    REFIT_FOLDS = 3
    ALL_QUESTIONS_FOLDS = 4
    ACCURACY_INTERVALS = 5
    CARD_ERRORS = 6
    HOUSEHOLD_DRAWS = 7
    SELECTION_FOLDS = 8
    INTERCEPT_FOLDS = 9
    INTERCEPT_INTERVALS = 10
    REGION_HALVES = 11
    REGION_INTERVALS = 12


def rng_of(seed: int, *stream: int) -> np.random.Generator:
    """A generator of one of the seed's streams, whatever was drawn before."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=stream))


@dataclass(frozen=True)
class Settings:
    """Choices of the nested selection.

    Attributes
    ----------
    rule : {"exchange", "frequency"}
        How questions are chosen: by what they do for held-out prediction, or (as in the
        paper) by how many resamples of the elastic net keep them.
    questions : int
        Most questions on the card.
    resamples : int
        m-out-of-n bootstrap samples: of the paper's rule for each α and each outer fold.
    share : float
        m/n of those samples.
    folds, n_lambdas : int
        Inner cross-validation, and λ of a path.
    l1_ratios : tuple of float
        The grid of α of the elastic net.
    outer_folds : int
        Outer cross-validation over α, and of the rules.
    unit : {"cluster", "household"}
        What is held out, put into folds and resampled.
    lambda_rule : {"1se", "least"}
        λ of the paper's selection fits. With the least loss nearly every question stays
        in and the counts don't tell them apart; the refit always takes the least loss.
    intervals : int
        Bootstrap samples for the intervals of the accuracy.
    repeats : int
        Other splits in which a card is made and measured anew, by the default rule.
    """

    rule: str = EXCHANGE
    questions: int = 10
    resamples: int = 100
    share: float = 0.5
    folds: int = 10
    n_lambdas: int = 100
    l1_ratios: tuple[float, ...] = (0.2, 0.6, 1.0)
    outer_folds: int = 5
    unit: Unit = "cluster"
    lambda_rule: str = "1se"
    intervals: int = 400
    repeats: int = 10
    seed: int = 2017

    @property
    def patience(self) -> int:
        """λ past the least held-out loss after which a path ends."""
        return max(3, self.n_lambdas // 10)

    def rng(self, *stream: int) -> np.random.Generator:
        """A generator of one of the seed's streams: its name, and positions within it."""
        return rng_of(self.seed, *stream)


PROFILES = {
    "quick": Settings(resamples=50, folds=5, n_lambdas=50, outer_folds=3, intervals=200, repeats=5),
    "full": Settings(),
}
