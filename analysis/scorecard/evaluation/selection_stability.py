"""Does stepwise selection agree with itself from one half of a survey to another?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from analysis.scorecard.evaluation.baselines import stepwise_fits
from analysis.scorecard.sampling.bootstrap import draw
from analysis.scorecard.selection.frequency import ALL_HOUSEHOLDS
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import Settings, Stream
from analysis.scorecard.survey.survey import Survey
from analysis.store.cache import cached

SAMPLES = 20


@cached
def stepwise_choices(train: Survey, settings: Settings, samples: int = SAMPLES) -> np.ndarray:
    """What stepwise selection chooses in the first of the half-samples that chose the card.

    Parameters
    ----------
    train : Survey
        The households that the card was fitted to; its first line is used.
    settings : Settings
        Those of the card.

    Returns
    -------
    ndarray of bool, shape (samples, questions)
    """
    calls = {str(number): (_choice, train, settings, number) for number in range(samples)}
    return np.array(list(Runner(jobs=-1).each(calls).values()))


def _choice(train: Survey, settings: Settings, number: int) -> np.ndarray:
    times = draw(train.cluster, train.stratum, settings.unit, settings.share,
                 settings.rng(Stream.RESAMPLES, ALL_HOUSEHOLDS + 1, number))  # fmt: skip
    half = replace(train, weight=train.weight * times).take(times > 0)
    with threadpool_limits(1):
        steps = stepwise_fits(half, half.lines[0].poor, settings.questions)
    return np.isin(np.arange(len(train.items)), steps[-1].questions)


def agreement(chosen: np.ndarray) -> float:
    """Mean number of questions that two samples both choose, over all pairs of samples."""
    shared = chosen.astype(int) @ chosen.T.astype(int)
    return float(shared[np.triu_indices(len(chosen), 1)].mean())


def agreement_gain(one: np.ndarray, other: np.ndarray) -> tuple[float, float, float]:
    """How much better one way of choosing agrees with itself than another on the same samples.

    Parameters
    ----------
    one, other : ndarray of bool, shape (samples, questions)

    Returns
    -------
    estimate, low, high : float
        Difference in :func:`agreement` with a 95% interval from the jackknife over samples.
    """
    samples = len(one)
    gain = agreement(one) - agreement(other)
    without = np.array(
        [
            agreement(np.delete(one, b, 0)) - agreement(np.delete(other, b, 0))
            for b in range(samples)
        ]
    )
    error = np.sqrt((samples - 1) / samples * np.sum((without - without.mean()) ** 2))
    half_width = 1.96 * float(error)
    return gain, gain - half_width, gain + half_width
