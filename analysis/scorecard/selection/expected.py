"""How long a build will take: a resample of each kind is timed on the survey itself."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from analysis.scorecard.selection.frequency import ALL_HOUSEHOLDS, Task, TrainingData, resample_once
from analysis.scorecard.selection.nested import sample_once
from analysis.scorecard.settings import PROFILES, Settings
from analysis.scorecard.survey.survey import Survey

# In searches on half the households: the rest of a build, and the cards of a region.
OTHER, OWN = 20.0, 3.0


def expected_seconds(survey: Survey, processes: int | None = None) -> dict[str, float]:
    """Seconds that a build takes with each profile, from the times of a few resamples.

    Parameters
    ----------
    survey : Survey
    processes : int, optional
        By default one a core.
    """
    processes = processes or os.cpu_count() or 1
    poor, tried = survey.lines[0].poor, PROFILES["quick"]
    few = survey.take(np.arange(len(survey)) % 3 > 0)  # about as many as a build chooses from
    poor = poor[np.arange(len(survey)) % 3 > 0]
    with threadpool_limits(1):
        material = TrainingData.of(few, poor, tried)
        warm = replace(tried, n_lambdas=2)
        resample_once(replace(material, settings=warm), Task(ALL_HOUSEHOLDS, 1.0, 0))  # compiles
        net = _seconds(lambda: resample_once(material, Task(ALL_HOUSEHOLDS, 1.0, 0)))
        search = _seconds(lambda: sample_once((few, poor, tried), Task(ALL_HOUSEHOLDS, 0.0, 0)))
    rest = OTHER + OWN * len(survey.regions) * survey.regional_cards
    return {
        name: _whole(settings, tried, net, search, rest) / processes
        for name, settings in PROFILES.items()
    }


def _whole(settings: Settings, tried: Settings, net: float, search: float, rest: float) -> float:
    """Work of all resamples, were it done by one process."""
    # of the rule beside, whose mixes are judged by half of the resamples
    paths = tried.resamples * (1 + tried.outer_folds * len(tried.l1_ratios) / 2)
    searches = settings.resamples / 2 + 2 * (settings.outer_folds + settings.repeats) + rest
    return net * paths + search * (settings.folds / tried.folds) ** 0.5 * searches


def _seconds(work) -> float:
    start = time.process_time()  # what else the machine does now, it may not do then
    work()
    return time.process_time() - start
