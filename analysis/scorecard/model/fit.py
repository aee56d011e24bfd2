"""A fitted card model: what a card is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.scorecard.survey.survey import Survey


@dataclass(frozen=True)
class Fit:
    """A fitted card model: questions (positions), region intercepts, answer coefficients.

    ``beta[q]`` has one coefficient an answer of question ``questions[q]``; the commonest
    answer's is 0. ``tau`` is the standard deviation of the intercepts around their mean: 0
    where there is one for the country, infinite where each region has its own
    (see :mod:`~analysis.scorecard.model.region_intercepts`).
    """

    questions: tuple[int, ...]
    gamma: np.ndarray
    beta: tuple[np.ndarray, ...]
    lambda_: float
    l1_ratio: float
    tau: float = np.inf

    def predictor(self, survey: Survey) -> np.ndarray:
        """Linear predictor of each household of a survey."""
        eta = self.gamma[survey.region].astype(float)
        for j, coefficients in zip(self.questions, self.beta, strict=True):
            eta += coefficients[survey.codes[:, j]]
        return eta
