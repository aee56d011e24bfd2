"""Every result of the models, by name; nothing is computed until it is asked for.

Pieces are cached on disk one by one, so that a chapter which asks for one
computes that one only, and a changed function refits only what depends on it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import pandas as pd

from analysis.data import Study, exposure_effects
from analysis.data.names import FEATURES
from analysis.mobility.associate import (
    children,
    correlations,
    exposure,
    false_alarms,
    mutual_information,
    regression,
    stability,
    subgroups,
)
from analysis.mobility.describe import clusters
from analysis.mobility.predict import classifiers, conformal, extrapolation, learning, quartiles
from analysis.mobility.predict.folds import STATES
from analysis.mobility.predict.out_of_fold import LABELS, Predictions, predict_all
from analysis.mobility.predict.refits import refit_all
from analysis.mobility.predict.score_tables import Refitted, paired_table, scheme_table, score_table
from analysis.mobility.predict.state_share import with_state_share
from analysis.mobility.replication.results import Replication
from analysis.mobility.robust import cohorts, sensitivity
from analysis.mobility.sample import BINARY, QUARTILES, analysis_sample

REFERENCE = classifiers.REFERENCE
WITH_CLUSTERS = "elastic net with clusters"


def _of_zones(function: Callable[[pd.DataFrame], object]) -> cached_property:
    """A result that depends on the zones of the sample alone."""
    return cached_property(lambda models: function(models.zones))


def _of_scores(function: Callable, task: str, *reference: str) -> cached_property:
    """A table of the scores of a task's models, of which some were fitted anew on resamples."""

    def table(models: Models) -> pd.DataFrame:
        refitted = models.binary_refitted if task == "binary" else models.quartile_refitted
        return function(task, getattr(models, task), *reference, refitted)

    return cached_property(table)


class Models:
    """The models' results for one study, each an attribute computed when first used.

    Parameters
    ----------
    study : Study
        As `analysis.data.load` gives it.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.zones = analysis_sample(study)

    def _predicted(self, task: str, models) -> dict[str, dict[str, Predictions]]:
        predictions = predict_all(self.zones, FEATURES, task, models)
        return with_state_share(self.zones, task, predictions)

    def _sets(self, models: dict[str, dict[str, Predictions]]) -> pd.DataFrame:
        return conformal.prediction_sets(self.zones, FEATURES, models[REFERENCE][STATES])

    # Predicting above or below the mean

    @cached_property
    def binary(self) -> dict[str, dict[str, Predictions]]:
        """Out-of-fold predictions by model and scheme, binary task."""
        return self._predicted("binary", classifiers.MODELS)

    @cached_property
    def binary_refitted(self) -> Refitted:
        """Scores over resamples of states with refits; see `refits.refitted_scores`."""
        return refit_all(self.zones, FEATURES, self.binary)

    binary_scores = _of_scores(score_table, "binary")
    binary_pairs = _of_scores(paired_table, "binary", REFERENCE)
    binary_schemes = _of_scores(scheme_table, "binary")

    @cached_property
    def binary_confusion(self) -> pd.DataFrame:
        """Confusion matrices; see `classifiers.confusion_table`."""
        return classifiers.confusion_table(self.binary, BINARY)

    @cached_property
    def farther(self) -> dict[str, Predictions]:
        """The elastic net with divisions and regions held out; see `extrapolation.farther`."""
        return extrapolation.farther(self.zones, FEATURES, LABELS["binary"])

    @cached_property
    def farther_scores(self) -> pd.DataFrame:
        """Scores of ``farther``; see `score_tables.score_table`."""
        return score_table("binary", {REFERENCE: self.farther})

    @cached_property
    def training_distance(self) -> pd.DataFrame:
        """How unlike the training zones each zone was; see `extrapolation.training_distance`."""
        return extrapolation.training_distance(self.zones, FEATURES, self.binary[REFERENCE][STATES])

    @cached_property
    def binary_sets(self) -> pd.DataFrame:
        """Classes a zone may be in; see `conformal.prediction_sets`."""
        return self._sets(self.binary)

    # Predicting quartiles

    @cached_property
    def quartiles(self) -> dict[str, dict[str, Predictions]]:
        """Out-of-fold predictions by model and scheme, four classes."""
        return self._predicted("quartiles", quartiles.MODELS)

    @cached_property
    def quartile_refitted(self) -> Refitted:
        """Scores over resamples of states with refits; see `refits.refitted_scores`."""
        return refit_all(self.zones, FEATURES, self.quartiles)

    quartile_scores = _of_scores(score_table, "quartiles")
    quartile_pairs = _of_scores(paired_table, "quartiles", REFERENCE)
    quartile_schemes = _of_scores(scheme_table, "quartiles")

    @cached_property
    def quartile_confusion(self) -> pd.DataFrame:
        """Confusion matrices; see `classifiers.confusion_table`."""
        return classifiers.confusion_table(self.quartiles, QUARTILES)

    @cached_property
    def quartile_sets(self) -> pd.DataFrame:
        """Quarters a zone may be in; see `conformal.prediction_sets`."""
        return self._sets(self.quartiles)

    learning_curve = _of_zones(learning.learning_curve)
    rank_regression = _of_zones(learning.rank_regression)

    # Which features matter

    correlations = _of_zones(correlations.correlation_table)
    collinearity = _of_zones(regression.collinearity)
    stability = _of_zones(stability.coefficient_stability)

    @cached_property
    def false_alarms(self) -> pd.DataFrame:
        """How often tests err on unrelated outcomes; see `false_alarms.false_alarm_table`."""
        return false_alarms.false_alarm_table(self.zones[["state", *FEATURES]])

    @cached_property
    def mutual_information(self) -> pd.DataFrame:
        """Both tasks; see `mutual_information.information_table`."""
        tables = [mutual_information.information_table(self.zones, task) for task in LABELS]
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """Rows of ``coefficients.csv``: binary with stability, and four classes."""
        needed = self.zones[["label_quartile", *FEATURES]]
        tables = [self.stability, stability.quartile_coefficients(needed)]
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def regression(self) -> pd.DataFrame:
        """Rows of ``regression.csv``: the national check and the sample's regression."""
        check = regression.national_check(self.study.zones)
        tables = [
            regression.coefficient_table(check, "national check"),
            regression.sample_table(self.zones, "minority sample"),
        ]
        return pd.concat(tables, ignore_index=True)

    def partial_residuals(self, *features: str) -> pd.DataFrame:
        """Partial residuals of some features; see `regression.partial_residuals`."""
        return regression.partial_residuals(self.zones, features)

    # Kinds of communities

    cluster_choice = _of_zones(clusters.choice_of_count)
    clusters = _of_zones(clusters.cluster_zones)

    @cached_property
    def cluster_profile(self) -> pd.DataFrame:
        """Mean features of each cluster; see `clusters.profile`."""
        return clusters.profile(self.zones, self.clusters)

    @cached_property
    def cluster_table(self) -> pd.DataFrame:
        """Size, mobility and examples of each cluster; see `clusters.cluster_table`."""
        return clusters.cluster_table(self.zones, self.clusters)

    def cluster_words(self, cluster: int) -> str:
        """What sets a cluster apart, in a sentence; see `clusters.describe`."""
        titles = self.study.codebook["title"].to_dict()
        return clusters.describe(self.cluster_profile, cluster, titles)

    @cached_property
    def cluster_gain(self) -> pd.DataFrame:
        """What adding clusters changes, both tasks; see `score_tables.paired_table`."""
        tables = []
        for task, base in (("binary", self.binary), ("quartiles", self.quartiles)):
            plain = base[REFERENCE]
            both = {REFERENCE: plain, WITH_CLUSTERS: clusters.add_clusters(self.zones, task, plain)}
            tables.append(paired_table(task, both, REFERENCE))
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """Other samples, targets, units and imputations; see `sensitivity.sensitivity_table`."""
        return sensitivity.sensitivity_table(self.study)

    # How good could a forecast be

    cohort_agreement = _of_zones(cohorts.agreement_table)

    @cached_property
    def cohort_scores(self) -> pd.DataFrame:
        """The elastic net's forecasts against the labels of either cohort, states held out.

        The columns of `cohorts.cohort_scores`, with ``task`` before them.
        """
        tables = []
        for task, label, models in (
            ("binary", "binary", self.binary),
            ("quartiles", "quartile", self.quartiles),
        ):
            table = cohorts.cohort_scores(self.zones, models[REFERENCE][STATES], label)
            table.insert(0, "task", task)
            tables.append(table)
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def by_distance(self) -> pd.DataFrame:
        """Forecasts by how far a zone lies from the cut; see `cohorts.distance_table`."""
        return cohorts.distance_table(self.zones, self.binary[REFERENCE][STATES])

    # Zones or children, places or persons

    by_children = _of_zones(children.correlation_pairs)

    @cached_property
    def scores_by_children(self) -> pd.DataFrame:
        """The elastic net's scores in unseen states; see `children.score_pairs`."""
        weights = self.zones["children"].fillna(0).to_numpy(float)
        return children.score_pairs(self.binary[REFERENCE][STATES], weights)

    groups = _of_zones(subgroups.group_table)
    family_mix = _of_zones(subgroups.mix_table)
    family_and_race = _of_zones(subgroups.joint_table)

    @cached_property
    def exposure(self) -> pd.DataFrame:
        """Associations beside causal effects of places; see `exposure.exposure_table`."""
        return exposure.exposure_table(self.zones, exposure_effects(self.study))

    # Files

    @cached_property
    def classifiers(self) -> pd.DataFrame:
        """Rows of ``classifiers.csv``: both tasks, and larger parts of the country held out."""
        tables = [self.binary_scores, self.farther_scores, self.quartile_scores]
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def cluster_file(self) -> pd.DataFrame:
        """Rows of ``clusters.csv``: profile, with each cluster's size and mean target."""
        sizes = self.cluster_table[["cluster", "zones", "am_mean"]]
        return self.cluster_profile.merge(sizes, on="cluster")

    @cached_property
    def zone_columns(self) -> pd.DataFrame:
        """Columns for ``commuting_zones.csv``: ``cz``, predictions and sets, ``cluster``."""
        table, quartile = (
            classifiers.zone_predictions(self.zones, models[REFERENCE], name)
            for models, name in ((self.binary, "binary"), (self.quartiles, "quartile"))
        )
        sets = conformal.set_columns(self.binary_sets, self.quartile_sets)
        table = table.merge(quartile, on="cz").join(sets, on="cz")
        return table.assign(cluster=self.clusters.to_numpy())

    @cached_property
    def replication(self) -> Replication:
        """The replication's models."""
        return Replication(self.study)


def all_results(study: Study) -> Models:
    """Index of every result of the models; each is computed, or read, when used."""
    return Models(study)
