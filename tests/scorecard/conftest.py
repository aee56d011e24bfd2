"""Small simulated surveys, and one study of such a survey for all tests that only look at it."""

import pytest
import yaml

from analysis.scorecard.build import run_study
from analysis.scorecard.selection.nested import searched_fit, select
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import EXCHANGE, Settings
from analysis.scorecard.spec.spec_file import find_spec, load_spec
from analysis.scorecard.survey.load import Issues, assemble, examine
from analysis.scorecard.survey.simulate import simulate_tables

TINY = Settings(
    resamples=6,
    folds=4,
    n_lambdas=25,
    l1_ratios=(0.6, 1.0),
    outer_folds=2,
    intervals=40,
    repeats=2,
    seed=5,
)
QUIET = Runner(folder=None, progress=False)


def simulated_survey(households, seed):
    issues = Issues()
    survey = assemble(load_spec(find_spec("simulated")), simulate_tables(households, seed), issues)
    assert not issues.errors
    return survey


def chosen_fit(survey, settings):
    """The fit of the card that the settings' rule chooses."""
    poor = survey.lines[0].poor
    if settings.rule == EXCHANGE:
        return searched_fit(survey, poor, settings)
    return select(survey, poor, settings, QUIET).fit


@pytest.fixture(scope="session")
def small():
    return simulated_survey(1200, 3)


@pytest.fixture(scope="session")
def card_study():
    return run_study(simulated_survey(1800, 4), TINY, runner=QUIET)


@pytest.fixture(scope="session")
def card(card_study):
    return card_study.card


@pytest.fixture
def files(tmp_path):
    """A simulated survey as files that a test can spoil, and a function that checks it."""
    households, people = simulate_tables(600, 8).values()
    spec = yaml.load(find_spec("simulated").read_text(), Loader=yaml.BaseLoader)
    del spec["simulate"]
    spec["files"] = {"household": "homes.parquet", "individual": "persons.csv"}
    # codes without labels, as in a .csv: answers are the codes as text
    for question in spec["questions"]:
        question.get("derive", {}).get("test", {}).pop("attends", None)
    spec["questions"] = [q for q in spec["questions"] if q["name"] not in ("school", "head_female")]
    spec["head"]["values"] = 1
    spec["design"]["urban"]["urban"] = 1
    for line in spec["lines"]:
        line["quantile"] = float(line["quantile"])

    class Files:
        def __init__(self):
            self.spec, self.homes, self.persons = spec, households.frame, people.frame

        def check(self):
            self.homes.to_parquet(tmp_path / "homes.parquet")
            self.persons.to_csv(tmp_path / "persons.csv", index=False)
            self.path = tmp_path / "survey.yml"
            self.path.write_text(yaml.safe_dump(self.spec))
            return examine(self.path)

        def errors(self):
            return self.check()[1].errors

    return Files()
