"""Every result of the models, by name; nothing is computed until it is asked for.

Pieces are cached on disk one by one, so that a chapter which asks for one
computes that one only, and a changed function refits only what depends on it.
"""

from __future__ import annotations

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
from analysis.mobility.labels import BINARY, QUARTILES
from analysis.mobility.predict import classifiers, conformal, extrapolation, learning, quartiles
from analysis.mobility.predict.folds import STATES
from analysis.mobility.predict.out_of_fold import LABELS, Predictions, predict_all
from analysis.mobility.predict.refits import refit_all
from analysis.mobility.predict.score_tables import Refitted, paired_table, scheme_table, score_table
from analysis.mobility.predict.state_share import with_state_share
from analysis.mobility.replication.results import Replication
from analysis.mobility.robust import cohorts, sensitivity
from analysis.mobility.sample import analysis_sample

WITH_CLUSTERS = "elastic net with clusters"


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

    def _unseen(self, models):
        return models[classifiers.REFERENCE][STATES]

    # Predicting above or below the mean

    @cached_property
    def binary(self) -> dict[str, dict[str, Predictions]]:
        """Out-of-fold predictions by model and scheme, binary task."""
        found = predict_all(self.zones, FEATURES, "binary", classifiers.MODELS)
        return with_state_share(self.zones, "binary", found)

    @cached_property
    def binary_refitted(self) -> Refitted:
        """Scores over resamples of states with refits; see `refits.refitted_scores`."""
        return refit_all(self.zones, FEATURES, self.binary)

    @cached_property
    def binary_scores(self) -> pd.DataFrame:
        """Scores of the binary task; see `score_tables.score_table`."""
        return score_table("binary", self.binary, self.binary_refitted)

    @cached_property
    def binary_pairs(self) -> pd.DataFrame:
        """Each model less the elastic net, binary task; see `score_tables.paired_table`."""
        return paired_table("binary", self.binary, classifiers.REFERENCE, self.binary_refitted)

    @cached_property
    def binary_schemes(self) -> pd.DataFrame:
        """States held out less zones at random; see `score_tables.scheme_table`."""
        return scheme_table("binary", self.binary, self.binary_refitted)

    @cached_property
    def binary_confusion(self) -> pd.DataFrame:
        """Confusion matrices; see `classifiers.confusion_table`."""
        return classifiers.confusion_table(self.binary, BINARY)

    @cached_property
    def farther(self) -> dict[str, Predictions]:
        """The elastic net with divisions and regions held out; see `travel.farther`."""
        return extrapolation.farther(self.zones, FEATURES, LABELS["binary"])

    @cached_property
    def farther_scores(self) -> pd.DataFrame:
        """Scores of ``farther``; see `score_tables.score_table`."""
        return score_table("binary", {classifiers.REFERENCE: self.farther})

    @cached_property
    def familiarity(self) -> pd.DataFrame:
        """Distance to the nearest known zone and errors; see `travel.familiarity`."""
        return extrapolation.familiarity(self.zones, FEATURES, self._unseen(self.binary))

    @cached_property
    def binary_sets(self) -> pd.DataFrame:
        """Classes a zone may be in; see `conformal.prediction_sets`."""
        return conformal.prediction_sets(self.zones, FEATURES, self._unseen(self.binary))

    # Predicting quartiles

    @cached_property
    def quartiles(self) -> dict[str, dict[str, Predictions]]:
        """Out-of-fold predictions by model and scheme, four classes."""
        found = predict_all(self.zones, FEATURES, "quartiles", quartiles.MODELS)
        return with_state_share(self.zones, "quartiles", found)

    @cached_property
    def quartile_refitted(self) -> Refitted:
        """Scores over resamples of states with refits; see `refits.refitted_scores`."""
        return refit_all(self.zones, FEATURES, self.quartiles)

    @cached_property
    def quartile_scores(self) -> pd.DataFrame:
        """Scores of the four-class task; see `score_tables.score_table`."""
        return score_table("quartiles", self.quartiles, self.quartile_refitted)

    @cached_property
    def quartile_pairs(self) -> pd.DataFrame:
        """Each model less the elastic net, four classes; see `score_tables.paired_table`."""
        return paired_table(
            "quartiles", self.quartiles, quartiles.REFERENCE, self.quartile_refitted
        )

    @cached_property
    def quartile_schemes(self) -> pd.DataFrame:
        """States held out less zones at random; see `score_tables.scheme_table`."""
        return scheme_table("quartiles", self.quartiles, self.quartile_refitted)

    @cached_property
    def quartile_confusion(self) -> pd.DataFrame:
        """Confusion matrices; see `classifiers.confusion_table`."""
        return classifiers.confusion_table(self.quartiles, QUARTILES)

    @cached_property
    def quartile_sets(self) -> pd.DataFrame:
        """Quarters a zone may be in; see `conformal.prediction_sets`."""
        return conformal.prediction_sets(self.zones, FEATURES, self._unseen(self.quartiles))

    @cached_property
    def learning_curve(self) -> pd.DataFrame:
        """Scores by training size; see `learning.learning_curve`."""
        return learning.learning_curve(self.zones)

    @cached_property
    def rank_regression(self) -> learning.RankRegression:
        """Regression of the target itself; see `learning.rank_regression`."""
        return learning.rank_regression(self.zones)

    # Which features matter

    @cached_property
    def correlations(self) -> pd.DataFrame:
        """Each trait with the target; see `correlations.correlation_table`."""
        return correlations.correlation_table(self.zones)

    @cached_property
    def false_alarms(self) -> pd.DataFrame:
        """How often tests err on unrelated outcomes; see `false_alarms.false_alarm_table`."""
        return false_alarms.false_alarm_table(self.zones[["state", *FEATURES]])

    @cached_property
    def mutual_information(self) -> pd.DataFrame:
        """Both tasks; see `mutual_information.information_table`."""
        parts = [
            mutual_information.information_table(self.zones, task)
            for task in ("binary", "quartiles")
        ]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def stability(self) -> pd.DataFrame:
        """Elastic-net coefficients; see `stability.coefficient_stability`."""
        return stability.coefficient_stability(self.zones)

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """Rows of ``coefficients.csv``: binary with stability, and four classes."""
        needed = self.zones[["label_quartile", *stability.FEATURES]]
        return pd.concat(
            [self.stability, stability.quartile_coefficients(needed)], ignore_index=True
        )

    @cached_property
    def regression(self) -> pd.DataFrame:
        """Rows of ``regression.csv``: the national check and the sample's regression."""
        return pd.concat(
            [
                regression.coefficient_table(
                    regression.national_check(self.study.zones), "national check"
                ),
                regression.sample_table(self.zones, "minority sample"),
            ],
            ignore_index=True,
        )

    @cached_property
    def collinearity(self) -> pd.DataFrame:
        """Variance inflation; see `regression.collinearity`."""
        return regression.collinearity(self.zones)

    def partial_residuals(self, *features: str) -> pd.DataFrame:
        """Partial residuals of some features; see `regression.partial_residuals`."""
        return regression.partial_residuals(self.zones, features)

    # Kinds of communities

    @cached_property
    def cluster_choice(self) -> pd.DataFrame:
        """Elbow, silhouette and stability by number; see `clusters.choice_of_count`."""
        return clusters.choice_of_count(self.zones)

    @cached_property
    def clusters(self) -> pd.Series:
        """Cluster of each row of ``zones``, 1 to 4; see `clusters.cluster_zones`."""
        return clusters.cluster_zones(self.zones)

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
        parts = []
        for task, base in (("binary", self.binary), ("quartiles", self.quartiles)):
            plain = base[classifiers.REFERENCE]
            added = clusters.add_clusters(self.zones, task, plain)
            pair = {classifiers.REFERENCE: plain, WITH_CLUSTERS: added}
            parts.append(paired_table(task, pair, classifiers.REFERENCE))
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """Other samples, targets, units and imputations; see `sensitivity.sensitivity_table`."""
        return sensitivity.sensitivity_table(self.study)

    # How good could a forecast be

    @cached_property
    def cohort_agreement(self) -> pd.DataFrame:
        """How often two cohorts' labels agree; see `cohorts.agreement_table`."""
        return cohorts.agreement_table(self.zones)

    @cached_property
    def cohort_scores(self) -> pd.DataFrame:
        """The elastic net's forecasts against the labels of either cohort, states held out.

        The columns of `cohorts.cohort_scores`, with ``task`` before them.
        """
        parts = []
        for task, label, found in (
            ("binary", "binary", self.binary),
            ("quartiles", "quartile", self.quartiles),
        ):
            table = cohorts.cohort_scores(self.zones, found[classifiers.REFERENCE][STATES], label)
            table.insert(0, "task", task)
            parts.append(table)
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def by_distance(self) -> pd.DataFrame:
        """Forecasts by how far a zone lies from the cut; see `cohorts.distance_table`."""
        return cohorts.distance_table(self.zones, self.binary[classifiers.REFERENCE][STATES])

    # Zones or children, places or persons

    @cached_property
    def by_children(self) -> pd.DataFrame:
        """Correlations by zones and by children; see `children.correlation_pairs`."""
        return children.correlation_pairs(self.zones)

    @cached_property
    def scores_by_children(self) -> pd.DataFrame:
        """The elastic net's scores in unseen states; see `children.score_pairs`."""
        found = self.binary[classifiers.REFERENCE][STATES]
        return children.score_pairs(found, self.zones["children"].fillna(0).to_numpy(float))

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Traits against the mobility of groups of children; see `groups.group_table`."""
        return subgroups.group_table(self.zones)

    @cached_property
    def family_mix(self) -> pd.DataFrame:
        """What the mix of families could account for; see `groups.mix_table`."""
        return subgroups.mix_table(self.zones)

    @cached_property
    def family_and_race(self) -> pd.DataFrame:
        """Single mothers and Black residents side by side; see `groups.joint_table`."""
        return subgroups.joint_table(self.zones)

    @cached_property
    def exposure(self) -> pd.DataFrame:
        """Associations beside causal effects of places; see `exposure.exposure_table`."""
        return exposure.exposure_table(self.zones, exposure_effects(self.study))

    # Files

    @cached_property
    def classifiers(self) -> pd.DataFrame:
        """Rows of ``classifiers.csv``: both tasks, and larger parts of the country held out."""
        return pd.concat(
            [self.binary_scores, self.farther_scores, self.quartile_scores], ignore_index=True
        )

    @cached_property
    def cluster_file(self) -> pd.DataFrame:
        """Rows of ``clusters.csv``: profile, with each cluster's size and mean target."""
        sizes = self.cluster_table[["cluster", "zones", "am_mean"]]
        return self.cluster_profile.merge(sizes, on="cluster")

    @cached_property
    def zone_columns(self) -> pd.DataFrame:
        """Columns for ``commuting_zones.csv``: ``cz``, predictions and sets, ``cluster``."""
        table = classifiers.zone_predictions(
            self.zones, self.binary[classifiers.REFERENCE], "binary"
        )
        other = classifiers.zone_predictions(
            self.zones, self.quartiles[quartiles.REFERENCE], "quartile"
        )
        sets = conformal.set_columns(self.binary_sets, self.quartile_sets)
        table = table.merge(other, on="cz").join(sets, on="cz")
        return table.assign(cluster=self.clusters.to_numpy())

    @cached_property
    def replication(self) -> Replication:
        """The replication's models."""
        return Replication(self.study)


def all_results(study: Study) -> Models:
    """Index of every result of the models; each is computed, or read, when used."""
    return Models(study)
