"""The study that the book shows: the default survey, built quickly and kept on disk."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.paths import marked
from analysis.scorecard.build import Study, run_study
from analysis.scorecard.card.card import Card
from analysis.scorecard.evaluation.coverage import coverage_table
from analysis.scorecard.evaluation.household_draws import UnitEffect, unit_effect
from analysis.scorecard.evaluation.regional_cards import RegionalCards, regional_cards
from analysis.scorecard.evaluation.selection_stability import stepwise_choices
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import PROFILES, Settings
from analysis.scorecard.survey.load import load_survey
from analysis.scorecard.survey.shipped import default_files, default_spec
from analysis.scorecard.survey.survey import Survey
from analysis.store.cache import cached

PROFILE = "quick"


def book_survey() -> Survey:
    """The survey that the book shows, read once for each version of its files."""
    spec = default_spec()
    return _survey(spec, tuple(marked(path) for path in (spec, *default_files())))


@functools.cache
def _survey(spec: Path, here: tuple[tuple[Path, int, int], ...]) -> Survey:
    return load_survey(spec)


@functools.cache
def card_study() -> Study:
    """The card of the World Bank survey where its files are found, else of the simulated one.

    Built with the quick profile; the finished study is kept on disk until code or data
    change, and so is each finished resample.
    """
    return _study(book_survey(), PROFILES[PROFILE])


@cached
def _study(survey: Survey, settings: Settings) -> Study:
    return run_study(survey, settings, runner=Runner(jobs=-1, progress=False))


@functools.cache
def card_unit_effect() -> UnitEffect:
    """What resampling households in place of areas would change for the book's card."""
    return _unit_effect(book_survey(), PROFILES[PROFILE])


@cached
def _unit_effect(survey: Survey, settings: Settings) -> UnitEffect:
    study = _study(survey, settings)
    return unit_effect(survey, study.is_test, study.card, study.selection, settings)


@functools.cache
def card_regional_cards() -> RegionalCards:
    """What a card for each region of the book's survey would cost."""
    return _regional_cards(card_study(), PROFILES[PROFILE])


@cached
def _regional_cards(study: Study, settings: Settings) -> RegionalCards:
    runner = Runner(jobs=-1, progress=False)
    return regional_cards(study.survey, study.is_test, study.card, settings, runner, complete=False)


@functools.cache
def card_coverage() -> pd.DataFrame:
    """How often intervals of rates cover the truth in groups of held-out areas."""
    study = card_study()
    return _coverage(study.card, study.survey.take(study.is_test))


@cached
def _coverage(card: Card, test: Survey) -> pd.DataFrame:
    return coverage_table(card, test, np.random.default_rng(2017))


@functools.cache
def card_stepwise() -> np.ndarray:
    """What stepwise selection chooses in half-samples of the households of the book's card."""
    study = card_study()
    return stepwise_choices(study.survey.take(~study.is_test), PROFILES[PROFILE])
