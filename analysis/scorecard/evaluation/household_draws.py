"""What changes if households are drawn one by one, as if the survey had no clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit
from threadpoolctl import threadpool_limits

from analysis.scorecard.card.card import Card
from analysis.scorecard.metrics import auc_of, headcount_bias
from analysis.scorecard.sampling.intervals import cluster_weights, interval
from analysis.scorecard.selection.nested import Selection, searched_fit
from analysis.scorecard.settings import Settings, Stream
from analysis.scorecard.survey.survey import Survey


@dataclass(frozen=True)
class UnitEffect:
    """A card chosen with folds of households, beside the one chosen with folds of clusters.

    Attributes
    ----------
    shared : int
        Questions that both cards have.
    dropped, added : tuple of str
        Names of the questions that the other way leaves out, and puts in.
    auc : tuple of float
        AUC of the other card less that of the card, before rounding, on the held-out
        households: estimate and 95% interval from resampling clusters.
    bias_areas, bias_households : tuple of float
        The card's headcount bias with its 95% interval from resampling clusters, and from
        resampling households.
    """

    shared: int
    dropped: tuple[str, ...]
    added: tuple[str, ...]
    auc: tuple[float, float, float]
    bias_areas: tuple[float, float, float]
    bias_households: tuple[float, float, float]

    @property
    def narrower(self) -> float:
        """Width of the interval from households as a share of the one from clusters."""
        widths = [high - low for _, low, high in (self.bias_households, self.bias_areas)]
        return widths[0] / widths[1]


def unit_effect(
    survey: Survey, is_test: np.ndarray, card: Card, selection: Selection, settings: Settings
) -> UnitEffect:
    """Choose the questions again with folds of households, at the card's ``l1_ratio``.

    Parameters
    ----------
    survey : Survey
    is_test : ndarray of bool
        The households that the card held out.
    card, selection
        Made by resampling clusters.
    settings : Settings
        Those of the card.
    """
    train, test = survey.take(~is_test), survey.take(is_test)
    line = card.lines[0].name
    asked = replace(settings, unit="household", l1_ratios=(selection.fit.l1_ratio,))
    with threadpool_limits(1):
        fit = searched_fit(train, train.line(line).poor, asked, selection.intercepts)
    own, new = ([train.items[j].name for j in one.questions] for one in (selection.fit, fit))
    poor = test.line(line).poor
    by_cluster, by_household = _draws(test, settings)
    here, there = (expit(one.predictor(test)) for one in (selection.fit, fit))
    probability = card.predict(test)

    auc_here, auc_there = auc_of(here, poor), auc_of(there, poor)

    def gain(weight: np.ndarray) -> float:
        return auc_there(weight) - auc_here(weight)

    def bias(weight: np.ndarray) -> float:
        return headcount_bias(probability, poor, weight)

    return UnitEffect(
        shared=len(set(own) & set(new)),
        dropped=tuple(name for name in own if name not in new),
        added=tuple(name for name in new if name not in own),
        auc=interval(gain, test.weight, by_cluster),
        bias_areas=interval(bias, test.weight, by_cluster),
        bias_households=interval(bias, test.weight, by_household),
    )


def _draws(test: Survey, settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """Bootstrap weights that draw clusters, and that draw households, within strata."""
    single = replace(test, cluster=np.arange(len(test)))
    return tuple(
        cluster_weights(survey, settings.intervals, settings.rng(Stream.HOUSEHOLD_DRAWS, index))
        for index, survey in enumerate((test, single))
    )
