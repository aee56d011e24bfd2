"""Would another sample, outcome, unit or way to fill gaps have said something else?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from analysis.data import Study
from analysis.data.names import FEATURES, MEASURED_LATER, TARGET
from analysis.errors import ReportError
from analysis.mobility.associate.weightings import with_ends
from analysis.mobility.predict import scores
from analysis.mobility.predict.classifiers import elastic_net
from analysis.mobility.predict.elastic_net_search import ElasticNetSearch
from analysis.mobility.predict.folds import SCHEMES
from analysis.mobility.predict.out_of_fold import LABELS, predict, resampled_scores
from analysis.mobility.predict.pipelines import imputer
from analysis.mobility.sample import analysis_sample, with_labels

METRICS = ("accuracy", "AUC")
DRAWS = 400

# Other outcomes of Table 5. A high rank slope means less mobility.
TARGETS = {
    "q1_to_q5": "Chance of reaching the top fifth from the bottom fifth",
    "am_female": "Daughters",
    "am_male": "Sons",
    "am_cost_adjusted": "Adjusted for the cost of living",
    "rm": "Relative mobility (slope between parents' and children's ranks)",
}


@dataclass(frozen=True)
class Variant:
    """One other way to do the study: kind of change, name, labeled rows, traits and model."""

    kind: str
    name: str
    zones: pd.DataFrame
    features: tuple[str, ...] = FEATURES
    build: Callable = elastic_net


def variants(study: Study) -> list[Variant]:
    """The main analysis first, then other samples, targets, units, sets of traits, imputations."""
    main = analysis_sample(study)
    result = [Variant("main", "As in the main analysis", main)]
    seen = {study.sample.zones}
    for sample in study.samples.values():
        if sample.zones not in seen:
            seen.add(sample.zones)
            result.append(Variant("sample", sample.label, _of_zones(study, sample.zones)))
    result.append(Variant("sample", "All commuting zones", _labeled(study.zones, TARGET)))
    for column, name in TARGETS.items():
        result.append(Variant("target", name, _labeled(main, column)))
    result.append(Variant("unit", "Counties of the sample's zones", county_rows(study)))
    for name, features in trait_sets().items():
        result.append(Variant("traits", name, main, features))
    for name, build in IMPUTATIONS.items():
        result.append(Variant("imputation", name, main, build=build))
    return result


def trait_sets() -> dict[str, tuple[str, ...]]:
    """Other sets of traits than the main analysis uses, by name."""
    return {
        "Without traits measured after childhood": tuple(
            name for name in FEATURES if name not in MEASURED_LATER
        ),
        "With the share of Black residents": (*FEATURES, "frac_black"),
    }


def county_rows(study: Study) -> pd.DataFrame:
    """Counties of the sample with their own outcome (Table 3) and their zone's features.

    The counties of a zone share its features, so only differences between
    zones can be predicted, and a county's neighbors in the training set give
    its zone away: the scheme that holds out whole states is the one to read.
    ``cz`` is the county's own number here.
    """
    counties = study.counties.loc[lambda frame: frame["cz"].isin(study.sample.zones)]
    features = study.zones[["cz", *FEATURES]]
    joined = counties[["county", "cz", "state", TARGET]].merge(features, on="cz")
    joined = joined.assign(cz=joined["county"])
    return _labeled(joined.drop(columns="county"), TARGET)


def sensitivity_table(study: Study) -> pd.DataFrame:
    """Scores of the elastic net on the binary task, once for each variant.

    Returns
    -------
    DataFrame
        ``kind`` (main, sample, target, unit, traits, imputation), ``variant, zones``
        (rows), ``states, scheme, metric, estimate, ci_low, ci_high``;
        ``difference, difference_low, difference_high`` (from the main analysis, on
        the same resamples of states); ``strongest`` (the feature with the largest
        rank correlation with the outcome) and ``strongest_r``. Intervals hold the
        predictions fixed.
    """
    main = analysis_sample(study)
    tables = [variant_scores(variant, main) for variant in variants(study)]
    return pd.concat(tables, ignore_index=True)


def variant_scores(variant: Variant, main: pd.DataFrame) -> pd.DataFrame:
    """Score one variant beside the main analysis; see `sensitivity_table`."""
    table = _scores(variant, main)
    table.insert(0, "kind", variant.kind)
    table.insert(1, "variant", variant.name)
    if variant.kind == "imputation":  # of the same traits as in the main analysis
        return table
    outcome = variant.zones["outcome"] if "outcome" in variant.zones else variant.zones[TARGET]
    related = variant.zones[list(variant.features)].corrwith(outcome, method="spearman")
    strongest = related.abs().idxmax()
    return table.assign(strongest=strongest, strongest_r=float(related[strongest]))


def fill_median():
    """Make the elastic net on gaps filled with medians."""
    return make_pipeline(imputer("median"), _standardized_net())


def fill_neighbors():
    """Make the elastic net on gaps filled from the ten nearest zones."""
    return make_pipeline(imputer("nearest neighbors"), _standardized_net())


def fill_regression():
    """Make the elastic net on gaps filled by regression on the other features."""
    return make_pipeline(imputer("regression on the others"), _standardized_net())


IMPUTATIONS = {
    "Gaps filled with the mean": elastic_net,
    "Gaps filled with the median": fill_median,
    "Gaps filled from the ten nearest zones": fill_neighbors,
    "Gaps filled by regression on the other features": fill_regression,
}


def _scores(variant: Variant, main: pd.DataFrame) -> pd.DataFrame:
    zones = variant.zones
    rows = []
    for scheme in SCHEMES:
        own = predict(zones, variant.features, LABELS["binary"], variant.build, scheme, 1)
        plain = predict(main, FEATURES, LABELS["binary"], elastic_net, scheme, 1)
        # A draw is of the states of both, so that what is hard for both cancels.
        states = np.union1d(own.states, plain.states)
        draws = scores.state_draws(states, DRAWS)
        drawn, plain_drawn = (
            resampled_scores(one, draws[:, np.searchsorted(states, one.states)])
            for one in (own, plain)
        )
        exact, plain_exact = resampled_scores(own), resampled_scores(plain)
        for metric in METRICS:
            value, reference = float(exact[metric][0]), float(plain_exact[metric][0])
            apart = scores.interval(drawn[metric] - plain_drawn[metric])
            limits = scores.interval(drawn[metric])
            rows.append((scheme, metric, value, *limits, value - reference, *apart))
    columns = ["scheme", "metric", "estimate", "ci_low", "ci_high", *with_ends("difference")]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(0, "zones", len(zones))
    table.insert(1, "states", zones["state"].nunique())
    return table


def _standardized_net() -> ElasticNetSearch:
    return ElasticNetSearch(preparation=StandardScaler())


def _of_zones(study: Study, numbers: frozenset[int]) -> pd.DataFrame:
    return _labeled(study.zones[study.zones["cz"].isin(numbers)], TARGET)


def _labeled(zones: pd.DataFrame, target: str) -> pd.DataFrame:
    """Rows that have the outcome, labeled by it; the outcome itself as ``outcome``."""
    known = zones.dropna(subset=[target]).reset_index(drop=True)
    if known.empty:
        raise ReportError(f"No zone has a value of '{target}'; choose another outcome.")
    labeled = with_labels(known.assign(**{TARGET: known[target].to_numpy(float)}))
    return labeled.assign(outcome=np.asarray(labeled[TARGET]))
