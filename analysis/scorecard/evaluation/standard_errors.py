"""What a card needs to know of its own errors: from being fitted, among neighbors, by group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import expit

from analysis.scorecard.card.card import Card
from analysis.scorecard.card.lookup import WHOLE, other_line
from analysis.scorecard.evaluation.accuracy import CARD, CUT, Evaluation
from analysis.scorecard.evaluation.group_bias import group_errors
from analysis.scorecard.model.design_matrix import encode
from analysis.scorecard.model.elastic_net import fit_paths
from analysis.scorecard.model.fit import Fit
from analysis.scorecard.model.refit import as_fit
from analysis.scorecard.model.region_intercepts import with_intercepts
from analysis.scorecard.sampling.intervals import cluster_weights
from analysis.scorecard.sampling.intra_cluster import intraclass_correlation
from analysis.scorecard.settings import Stream, rng_of
from analysis.scorecard.survey.survey import Survey

ERROR_SAMPLES = 60


def with_accuracy(card: Card, measured: Evaluation) -> Card:
    """Add what was measured on held-out households: the few figures, and the errors by group."""
    line = card.lines[0].name
    return replace(
        card, build_info={**card.build_info, **_figures(measured, line)},
        groups=group_errors(measured.accuracy, line),
    )  # fmt: skip


def _figures(measured: Evaluation, line: str) -> dict[str, float]:
    """The few figures of accuracy that go with the card wherever it goes."""
    frame = measured.accuracy
    here = (frame["line"] == line) & (frame["model"] == CARD) & (frame["kind"] == "national")
    rows = frame[here].set_index("metric")
    national = rows["estimate"]
    named = ("auc", "log_loss", "headcount_bias", "headcount_bias_persons", "poor_above_cut",
             "nonpoor_below_cut")  # fmt: skip
    ends = {
        f"{name}_{end}": round(float(rows.loc[name, f"ci_{end}"]), 6)
        for name in ("headcount_bias", "headcount_bias_persons")
        for end in ("low", "high")
        if np.isfinite(rows.loc[name, f"ci_{end}"])
    }
    return {"cut": CUT, **{name: round(float(national[name]), 6) for name in named}, **ends}


def with_errors(
    card: Card, train: Survey, fit: Fit, seed: int, samples: int = ERROR_SAMPLES
) -> Card:
    """Add to each line the error that comes from fitting the card to a sample.

    The ten questions are refitted on bootstrap samples of the clusters; the
    standard deviation of the mean probability over samples is the error, national and
    by region.
    """
    weights = cluster_weights(train, samples, rng_of(seed, Stream.CARD_ERRORS))
    main = card.lines[0]
    design = encode(train, np.array(fit.questions))
    score = card.scores(train)
    means = {(line.name, of): [] for line in card.lines for of in ("households", "persons")}
    for weight in weights:
        drawn = weight > 0
        refitted = _refitted(train, design, fit, train.line(main.name).poor, weight)
        for line, of in means:
            if (line, of) == (main.name, "households"):
                p = expit(refitted.predictor(train))
            else:
                counted = weight * train.size if of == "persons" else weight
                lookup = other_line(
                    score[drawn], train.region[drawn], len(card.regions), counted[drawn],
                    train.line(line).poor[drawn], fit.tau,
                )  # fmt: skip
                p = np.array(lookup.regions)[train.region, score] / WHOLE
            means[line, of].append(_means(p, train, of))
    error = {key: tuple(float(e) for e in np.std(rows, axis=0, ddof=1))
             for key, rows in means.items()}  # fmt: skip
    lines = tuple(
        replace(line, error=error[line.name, "households"],
                persons_error=error[line.name, "persons"])
        for line in card.lines
    )  # fmt: skip
    return replace(card, lines=lines)


def _refitted(train: Survey, design, fit: Fit, poor: np.ndarray, weight: np.ndarray) -> Fit:
    """The fit of the same questions to a bootstrap sample."""
    drawn = weight > 0
    if fit.tau < np.inf:
        sample = replace(train.take(drawn), weight=weight[drawn])
        return with_intercepts(sample, poor[drawn], fit, fit.tau, len(train))
    paths = fit_paths(
        design.take(np.flatnonzero(drawn)), poor[drawn], weight[drawn], l1_ratio=fit.l1_ratio,
        lambdas=np.array([fit.lambda_]),
    )  # fmt: skip
    return as_fit(train, design, paths, 0, fit.l1_ratio)


def _means(probability: np.ndarray, survey: Survey, of: str) -> list[float]:
    """Mean probability of the country and of each region."""
    weight = survey.persons if of == "persons" else survey.weight
    regions = [survey.region == code for code in range(len(survey.regions))]
    return [
        float(np.average(probability, weights=weight)),
        *(float(np.average(probability[h], weights=weight[h])) for h in regions),
    ]


def with_correlations(card: Card, test: Survey) -> Card:
    """Add how closely a card's errors go together within held-out clusters."""
    lines = []
    for line in card.lines:
        poor = test.line(line.name).poor
        correlation = [
            intraclass_correlation(card.predict(test, line.name, of=of), poor, weight, test.cluster)
            for of, weight in (("households", test.weight), ("persons", test.persons))
        ]
        lines.append(replace(line, correlation=correlation[0], persons_correlation=correlation[1]))
    per_cluster = len(test) / len(np.unique(test.cluster))
    build_info = {**card.build_info, "households_per_area": round(per_cluster, 2)}
    return replace(card, lines=tuple(lines), build_info=build_info)
