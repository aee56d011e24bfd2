"""Small simulated surveys, and one study of such a survey for all tests that only look at it."""

import pytest

from analysis.scorecard.assemble import Findings, assemble
from analysis.scorecard.parallel import Runner
from analysis.scorecard.settings import Settings
from analysis.scorecard.simulate import simulate_tables
from analysis.scorecard.specfile import find_spec, load_spec
from analysis.scorecard.study import run_study

TINY = Settings(
    resamples=6,
    folds=4,
    penalties=25,
    mixes=(0.6, 1.0),
    outer_folds=2,
    intervals=40,
    repeats=2,
    seed=5,
)
QUIET = Runner(folder=None, progress=False)


def simulated_survey(households, seed):
    found = Findings()
    survey = assemble(load_spec(find_spec("simulated")), *simulate_tables(households, seed), found)
    assert not found.faults
    return survey


@pytest.fixture(scope="session")
def small():
    return simulated_survey(1200, 3)


@pytest.fixture(scope="session")
def card_study():
    return run_study(simulated_survey(1800, 4), TINY, runner=QUIET)


@pytest.fixture(scope="session")
def card(card_study):
    return card_study.card
