"""Rates of groups: neighbours err alike, strata of one area, rates of persons, other splits."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit

from analysis.scorecard.card.score import headcount, score_frame
from analysis.scorecard.evaluation.accuracy import MIN_CLUSTERS
from analysis.scorecard.evaluation.repeated_splits import over_splits
from analysis.scorecard.sampling.bootstrap import test_rows as held_rows
from analysis.scorecard.sampling.intervals import cluster_weights, collapsed
from analysis.scorecard.sampling.intra_cluster import bernoulli_variance, intraclass_correlation
from tests.scorecard.conftest import TINY


def neighbours(areas, households, spread, seed):
    """Probabilities, facts with an effect of each area that nobody sees, and the areas."""
    rng = np.random.default_rng(seed)
    area = np.repeat(np.arange(areas), households)
    base = rng.normal(-0.5, 1.2, size=len(area))
    # the probability that a card can say is the one averaged over the areas' effects
    nodes = np.random.default_rng(0).normal(size=400) * spread
    p = expit(base[:, None] + nodes).mean(axis=1)
    poor = rng.random(len(area)) < expit(base + spread * rng.normal(size=areas)[area])
    return p, poor, area


def test_the_correlation_by_hand():
    p = np.array([0.5, 0.2, 0.8, 0.5])
    poor = np.array([1, 1, 0, 0], dtype=bool)
    area, w = np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 1.0, 1.0])
    up = 2 * (1 * 0.5) * (2 * 0.8) + 2 * (-0.8) * (-0.5)
    down = 2 * (1 * 0.5) * (2 * 0.4) + 2 * 0.4 * 0.5
    assert intraclass_correlation(p, poor, w, area) == pytest.approx(min(up / down, 1.0))
    assert intraclass_correlation(p, poor, w, np.arange(4)) == 0.0


def test_the_correlation_is_found_where_it_is_and_only_there():
    found = [intraclass_correlation(p, y, np.ones(len(p)), a)
             for p, y, a in (neighbours(300, 15, s, 1) for s in (0.0, 1.0))]  # fmt: skip
    assert found[0] < 0.03
    # on the logit scale the effect's share of the variance is 1/(1 + π²/3); errors share less
    assert 0.08 < found[1] < 0.23


def test_the_variance_of_a_rate_by_simulation():
    """Exact for known areas; for unknown ones the mean over which households share an area."""
    rng = np.random.default_rng(4)
    n, rho = 24, 0.3
    p, share = rng.uniform(0.1, 0.9, size=n), rng.dirichlet(np.ones(n))
    area = np.arange(n) // 6
    deviation = np.sqrt(p * (1 - p))
    same = area[:, None] == area
    covariance = np.outer(deviation, deviation) * np.where(np.eye(n), 1, rho * same)
    assert bernoulli_variance(share, p, rho, area) == pytest.approx(share @ covariance @ share)
    shuffled = [bernoulli_variance(share, p, rho, rng.permutation(area)) for _ in range(4000)]
    assert bernoulli_variance(share, p, rho, 6.0) == pytest.approx(np.mean(shuffled), rel=0.01)
    assert bernoulli_variance(share, p, rho, 1.0) == pytest.approx(share**2 @ deviation**2)


def coverage(areas, correlation, trials=300):
    inside = 0
    for trial in range(trials):
        p, poor, area = neighbours(areas, 15, 1.0, 1000 + trial)
        count = headcount("households", p, np.ones(len(p)), 0.0, correlation, area)
        low, high = count.interval()
        inside += low <= poor.mean() <= high
    return inside / trials


@pytest.mark.parametrize("areas", [1, 4, 30])
def test_intervals_of_groups_of_areas_cover_the_truth(areas):
    p, poor, area = neighbours(200, 15, 1.0, 7)
    correlation = intraclass_correlation(p, poor, np.ones(len(p)), area)
    assert coverage(areas, 0.0) < 0.85
    assert 0.90 <= coverage(areas, correlation) <= 0.985


def test_single_areas_are_put_together():
    assert list(collapsed(np.array([0, 0, 1, 2, 3, 3]))) == [0, 0, 1, 1, 3, 3]
    assert list(collapsed(np.array([0, 0, 0, 1, 2, 2]))) == [0, 0, 0, 2, 2, 2]
    assert list(collapsed(np.array([5]))) == [5]


def test_strata_of_one_area_have_a_variance(small):
    alone = replace(small, stratum=small.cluster)
    drawn = cluster_weights(alone, 200, np.random.default_rng(0))
    poor = small.lines[0].poor
    rates = drawn @ poor / drawn.sum(axis=1)
    one = replace(small, stratum=np.zeros(len(small), dtype=int))
    expected = cluster_weights(one, 200, np.random.default_rng(0))
    assert rates.std() == pytest.approx((expected @ poor / expected.sum(axis=1)).std(), rel=0.2)


def test_splits_by_status_have_nearly_the_same_rate(small):
    poor = small.lines[0].poor

    def gaps(**known):
        found = []
        for seed in range(40):
            rng = np.random.default_rng(seed)
            held = held_rows(small.cluster, small.stratum, "cluster", rng, **known)
            assert held.mean() == pytest.approx(1 / 3, abs=0.08)
            assert not set(small.cluster[held]) & set(small.cluster[~held])
            found.append(np.average(poor[held], weights=small.weight[held])
                         - np.average(poor[~held], weights=small.weight[~held]))  # fmt: skip
        return np.array(found)

    assert gaps(poor=poor, weight=small.weight).std() < 0.25 * gaps().std()


def test_the_interval_over_splits_by_hand():
    mean, low, high = over_splits([0.8, 0.82, 0.81])
    assert mean == pytest.approx(0.81)
    reach = 4.302653 * 0.01 * np.sqrt(1 / 3 + 1 / 2)
    assert (low, high) == pytest.approx((0.81 - reach, 0.81 + reach), abs=1e-6)
    assert np.isnan(over_splits([0.5])[1])


def test_both_rates_hold_on_the_households_that_the_card_was_fitted_to(card_study):
    from analysis.scorecard.card.card import codes_on_card
    from analysis.scorecard.model.points import scores

    card = card_study.card
    train = card_study.survey.take(~card_study.is_test)
    score = scores(card.points, codes_on_card(card, train))
    for line in card.lines:
        poor = train.line(line.name).poor
        for of, weight in (("households", train.weight), ("persons", train.persons)):
            p = card.probability(score, None, line.name, of=of)
            assert np.average(p, weights=weight) == pytest.approx(
                np.average(poor, weights=weight), abs=0.002
            )


def test_large_households_that_are_poorer_than_their_score_are_counted_right(small):
    """Two scores, and within each the large households poorer: the rate of persons is higher."""
    from analysis.scorecard.card.lookup import other_line

    rng = np.random.default_rng(2)
    n = 6000
    score, size = np.where(rng.random(n) < 0.5, 30, 60), rng.integers(1, 9, size=n)
    poor = rng.random(n) < expit(logit(0.4) + (45 - score) / 15 + 0.3 * (size - 4))
    region = np.zeros(n, dtype=int)
    lookup = other_line(score, region, 1, size.astype(float), poor)
    for s in (30, 60):
        here = score == s
        truth = np.average(poor[here], weights=size[here])
        assert lookup.national[s] / 1000 == pytest.approx(truth, abs=0.01)
        assert truth > poor[here].mean() + 0.03


def test_the_command_s_rate_of_persons_uses_the_lookup_of_persons(card, card_study):
    group = card_study.survey.take(card_study.is_test)
    answers = group.answers()[[q.name for q in card.questions]].assign(
        weight=group.weight.astype(str), size=group.size.astype(str),
    )  # fmt: skip
    scored = score_frame(card, answers)
    p = card.probability(scored.households["score"].to_numpy(), None, of="persons")
    assert scored.headcounts[1].rate == pytest.approx(np.average(p, weights=group.persons))
    known = score_frame(card, answers.assign(area=group.cluster.astype(str)))
    assert known.headcounts[0].rate == scored.headcounts[0].rate


def test_groups_of_few_areas_have_no_interval(card_study):
    table = card_study.evaluation.accuracy.query(
        "model == 'card' and kind not in ('splits', 'intercepts')"
    )
    few = table["areas"] < MIN_CLUSTERS
    assert few.any() and (~few).any()
    assert table.loc[few, ["ci_low", "ci_high"]].isna().all(axis=None)
    national = table[(table["kind"] == "national") & (table["line"] == "poorest-40")]
    assert national[["ci_low", "ci_high"]].notna().all(axis=None)
    assert set(table["kind"]) == {"national", "area", "region", "size", "head"}


def test_other_splits_are_told(card_study):
    table = card_study.evaluation.accuracy.query("kind == 'splits'").set_index("metric")
    assert set(table["group"]) == {f"mean of {TINY.repeats} splits"}
    auc = table.loc["auc"]
    assert auc["ci_low"] < auc["estimate"] < auc["ci_high"]
    assert 0.8 < auc["estimate"] < 1
