"""The World Bank survey, where its files are on this machine."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from analysis import paths
from analysis.scorecard.evaluation.baselines import every_question, stepwise_fits
from analysis.scorecard.evaluation.repeated_splits import split
from analysis.scorecard.metrics import auc, auc_of
from analysis.scorecard.model.refit import refit
from analysis.scorecard.sampling.bootstrap import test_rows as held_rows
from analysis.scorecard.sampling.intervals import cluster_weights, interval
from analysis.scorecard.selection.nested import searched_fit
from analysis.scorecard.settings import FREQUENCY, rng_of
from analysis.scorecard.survey.data_files import locate
from analysis.scorecard.survey.load import examine
from tests.scorecard.conftest import TINY, chosen_fit

HOUSEHOLDS = "WLD_2023_SYNTH-SVY-HLD-EN_v01_M.dta"
PERSONS = "WLD_2023_SYNTH-SVY-IND-EN_v01_M.dta"
pytestmark = pytest.mark.needs_data


@pytest.fixture(scope="module")
def survey():
    survey, found = examine("wb-synthetic")
    assert found.errors == []
    return survey


@pytest.fixture(scope="module")
def raw_files():
    folder = paths.SURVEYS
    homes, _ = pyreadstat.read_dta(str(locate(HOUSEHOLDS, folder)))
    persons, _ = pyreadstat.read_dta(str(locate(PERSONS, folder)))
    return homes, persons


def column(survey, name):
    position = [item.name for item in survey.items].index(name)
    return np.array(survey.items[position].answers)[survey.codes[:, position]]


def test_shape_and_lines(survey, raw_files):
    homes, _ = raw_files
    assert len(survey) == 8000
    assert len(survey.items) >= 40
    np.testing.assert_allclose(survey.persons, homes["popweight"])
    line = survey.line("poorest-40")
    order = np.argsort(homes["pc_exp"].to_numpy())
    share = np.cumsum(homes["popweight"].to_numpy()[order]) / homes["popweight"].sum()
    assert line.amount == homes["pc_exp"].to_numpy()[order][np.argmax(share >= 0.4)]
    assert np.average(line.poor, weights=survey.persons) == pytest.approx(0.4, abs=0.001)
    assert len(np.unique(survey.cluster)) == homes["ea"].nunique() == 320


def test_derived_questions_by_pandas(survey, raw_files):
    homes, persons = raw_files
    pupils = persons[persons["age"].between(6, 14)]
    all_attend = (pupils["school_attend"] == 1).groupby(pupils["hid"]).all()
    expected = homes["hid"].map(all_attend).map({True: "Yes", False: "No"})
    expected = expected.fillna("No children aged 6 to 14").to_numpy()
    assert (column(survey, "school") == expected).all()
    children = (persons["age"] < 15).groupby(persons["hid"]).sum().reindex(homes["hid"])
    words = pd.cut(
        children, [-1, 0, 1, 2, 3, 99], labels=["None", "One", "Two", "Three", "Four or more"]
    )
    assert (column(survey, "children") == words.astype(str).to_numpy()).all()
    head = persons[persons["relation"] == 1].set_index("hid").reindex(homes["hid"])
    assert ((column(survey, "head_female") == "Yes") == (head["sex"] == 2).to_numpy()).all()


def test_every_question_predicts_as_well_as_known(survey):
    """About 0.97: the survey is easy, being synthetic."""
    held = held_rows(survey.cluster, survey.stratum, "cluster", rng_of(1))
    train, test = survey.take(~held), survey.take(held)
    p = every_question(train, train.lines[0].poor, test, 1.0, TINY)
    poor = test.lines[0].poor
    ours = auc(p, poor, test.weight)
    assert 0.955 < ours < 0.985
    # an independent fit on one-hot answers
    from sklearn.preprocessing import OneHotEncoder

    encoder = OneHotEncoder(handle_unknown="ignore")
    x = encoder.fit_transform(np.column_stack([train.codes, train.region]))
    model = LogisticRegression(C=1.0, max_iter=2000)
    model.fit(x, train.lines[0].poor, sample_weight=train.weight / train.weight.mean())
    eta = model.decision_function(encoder.transform(np.column_stack([test.codes, test.region])))
    assert ours == pytest.approx(auc(expit(eta), poor, test.weight), abs=0.01)


@pytest.mark.slow
def test_the_default_rule_is_at_least_as_good_as_others(survey):
    """Intervals of the difference in AUC on the held-out third do not lie below zero."""
    settings = replace(TINY, resamples=20, l1_ratios=(1.0,))
    held = split(survey, settings)
    train, test = survey.take(~held), survey.take(held)
    poor, truth = train.lines[0].poor, test.lines[0].poor
    ours = searched_fit(train, poor, settings)
    paper = chosen_fit(train, replace(settings, rule=FREQUENCY))
    steps = refit(train, poor, stepwise_fits(train, poor, 10)[-1].questions, (1.0,), settings, -1)
    drawn = cluster_weights(test, 200, np.random.default_rng(0))
    ranked = [auc_of(expit(fit.predictor(test)), truth) for fit in (ours, paper, steps)]
    for other in ranked[1:]:
        _, _, high = interval(lambda w, o=other: ranked[0](w) - o(w), test.weight, drawn)
        assert high >= 0
    assert len(ours.questions) == 10
