"""The named results files: what each holds, column by column, and how it is made.

Names and columns are stable, so that others can build on them. This is the only
place that documents them; the colophon prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter

import pandas as pd

from analysis.data import Study
from analysis.mobility.associate import children
from analysis.mobility.explain.results import explanations
from analysis.mobility.replication.table import replication_table
from analysis.mobility.results import Models, all_results
from analysis.publish.results.zone_rows import commuting_zones
from analysis.publish.site_files import write_table
from analysis.publish.widgets.card_files import write_card_files
from analysis.scorecard.results import card_study


@dataclass(frozen=True)
class ResultFile:
    """One file of ``results/``.

    Attributes
    ----------
    name : str
        Path below ``results/``.
    what : str
        One row is what, in a few words.
    columns : dict of str to str
        Column name to its meaning, in the order of the file.
    make : callable
        From the models' results to the table.
    """

    name: str
    what: str
    columns: dict[str, str]
    make: Callable[[Models], pd.DataFrame]


def correlations(models: Models) -> pd.DataFrame:
    """Correlations of the analysis sample, without the intermediate columns."""
    return models.correlations[["feature", "r", "ci_low", "ci_high", "p_adjusted", "n"]]


def replication(models: Models) -> pd.DataFrame:
    """Correlations and label counts, then the models' scores over random splits."""
    first, second = replication_table(models.study), models.replication.rows
    columns = ["quantity", "published", "reproduced", "difference", "median_error"]
    columns += ["p5", "p95", "splits", "searched", "why"]
    return pd.concat([first, second], ignore_index=True).reindex(columns=columns)


def zones_or_children(models: Models) -> pd.DataFrame:
    """Correlations and scores, each zone counted once and each child counted once."""
    traits = models.by_children.rename(columns={"feature": "name"}).assign(kind="correlation")
    scores = models.scores_by_children.rename(columns={"metric": "name"}).assign(kind="score")
    columns = ["kind", "name", *children.COLUMNS, "n"]
    scores["n"] = len(models.zones)
    return pd.concat([traits[columns], scores[columns]], ignore_index=True)


def with_ends(what: str, meaning: str) -> dict[str, str]:
    """Describe an estimate and its two ends."""
    return {what: meaning, f"{what}_low": LOW, f"{what}_high": HIGH}


TASK = "binary (below or above the mean) or quartiles"
SCHEME = "how zones were held out: zones at random, or whole states"
FARTHER = "how zones were held out: at random, or by states, census divisions or census regions"
INTERVAL = "whether resampled states refit the model (refitted) or not (predictions fixed)"
LOW, HIGH = "lower end of the 95% interval from resampling states", "upper end of it"
FEATURE = "column name of the trait, as in the codebook"

RESULT_FILES = (
    ResultFile(
        "commuting_zones.csv",
        "one commuting zone",
        {
            "cz": "number of the commuting zone (1990 definition)",
            "zone": "its name",
            "state": "postal code of its state",
            "am": "absolute upward mobility, percentile rank (0 to 100); empty if not published",
            "in_sample": "whether the zone is in the minority sample",
            "label_binary": "1 if above the mean of the analysis sample, else 0; empty outside it",
            "label_quartile": "0 (low) to 3 (excellent), empty outside the analysis sample",
            "binary_random": "predicted label_binary, zones held out at random",
            "binary_random_probability": "its probability of being 1",
            "binary_states": "predicted label_binary, whole states held out",
            "binary_states_probability": "its probability of being 1",
            "quartile_random": "predicted label_quartile, zones held out at random",
            "quartile_random_expected": "expected quartile, 0 to 3",
            "quartile_states": "predicted label_quartile, whole states held out",
            "quartile_states_expected": "expected quartile, 0 to 3",
            "binary_set_lowest": "lowest label_binary that can't be ruled out (90% sets by state)",
            "binary_set_highest": "highest; where the two differ, the model can't tell",
            "quartile_set_lowest": "lowest label_quartile that can't be ruled out (90% sets)",
            "quartile_set_highest": "highest of it",
            "cluster": "kind of community, 1 (lowest mean mobility) to 4",
        },
        commuting_zones,
    ),
    ResultFile(
        "correlations.csv",
        "one trait",
        {
            "feature": FEATURE,
            "r": "Pearson correlation with am over the zones that have both",
            "ci_low": "lower end of the 95% interval, by inverting the wild bootstrap by state",
            "ci_high": HIGH,
            "p_adjusted": "p-value of the wild bootstrap by state, Holm-adjusted for all traits",
            "n": "zones that have both values",
        },
        correlations,
    ),
    ResultFile(
        "replication.csv",
        "one figure of the original study",
        {
            "quantity": "what was published",
            "published": "its published value",
            "reproduced": "the value found here by the same steps; a median over splits",
            "difference": "reproduced less published",
            "median_error": "Monte-Carlo standard error of that median",
            "p5": "5th percentile over random splits, for scores of models",
            "p95": "95th percentile over random splits",
            "splits": "number of random splits",
            "searched": "splits on which penalty and mix were searched; the others reuse them",
            "why": "why the two agree or differ",
        },
        replication,
    ),
    ResultFile(
        "classifiers.csv",
        "one score of one model",
        {
            "task": TASK,
            "model": "name of the model",
            "scheme": FARTHER,
            "metric": "name of the score",
            "estimate": "the score, averaged over repeats",
            "ci_low": LOW,
            "ci_high": HIGH,
            "interval": INTERVAL,
        },
        attrgetter("classifiers"),
    ),
    ResultFile(
        "mutual_information.csv",
        "one trait and task",
        {
            "task": TASK,
            "feature": FEATURE,
            "mutual_information": "mutual information with the label, in nats",
            "null_mean": "its mean when the trait's values are dealt anew",
            "null_high": "95th percentile of it",
            "excess": "mutual_information less null_mean",
            "ci_low": "lower end of the excess's 95% interval, from random halves of the states",
            "ci_high": HIGH,
            "rank": "1 for the trait with the largest excess",
            "rank_low": "2.5th percentile of the rank over resamples",
            "rank_high": "97.5th percentile of it",
            "top_ten": "share of resamples in which it is among the first ten",
            "n": "zones where the trait is known",
        },
        attrgetter("mutual_information"),
    ),
    ResultFile(
        "coefficients.csv",
        "one weight of one model",
        {
            "task": TASK,
            "model": "elastic net or ordinal",
            "feature": FEATURE,
            "coefficient": "log-odds per standard deviation, fitted to all zones",
            "low": "5th percentile over halves of the states (binary task)",
            "high": "95th percentile of it",
            "kept": "share of halves in which it is not zero",
            "same_sign": "share of halves with the sign of coefficient",
            "penalty": "inverse strength of the penalty (C), chosen on all zones",
            "mix": "share of the absolute-value penalty (l1_ratio), chosen on all zones",
            "label": "quartile that the weight speaks for; -1 for the ordinal model",
        },
        attrgetter("coefficients"),
    ),
    ResultFile(
        "clusters.csv",
        "one trait of one kind of community",
        {
            "cluster": "kind of community, 1 to 4",
            "feature": FEATURE,
            "mean": "mean of the trait, on its own scale",
            "score": "the same in standard deviations from the mean of all zones",
            "place": "1 for the trait that sets the kind apart most",
            "zones": "zones of this kind",
            "am_mean": "their mean upward mobility",
        },
        attrgetter("cluster_file"),
    ),
    ResultFile(
        "regression.csv",
        "one coefficient of one regression",
        {
            "model": "national check or minority sample",
            "feature": FEATURE,
            "coefficient": "standard deviations of am per standard deviation of the trait",
            "std_error": "its standard error, clustered by state",
            "ci_low": "lower end of the 95% interval: t with states - 1 degrees of freedom for the "
            "national check, by inverting the wild bootstrap by state for the sample",
            "ci_high": HIGH,
            "p_value": "p-value of the same test",
            "p_adjusted": "the same, Holm-adjusted over the traits",
            "n": "zones in the regression",
            "states": "states in it",
            "r_squared": "its R squared",
        },
        attrgetter("regression"),
    ),
    ResultFile(
        "false_alarms.csv",
        "one trait, test and level",
        {
            "feature": FEATURE,
            "test": "independent (textbook t), clustered (t by state) or wild bootstrap (by state)",
            "level": "how often a true test errs: 0.05, or 0.05 over the number of traits",
            "share": "share of simulated unrelated outcomes that the test calls related",
        },
        attrgetter("false_alarms"),
    ),
    ResultFile(
        "sensitivity.csv",
        "one score of one variant of the analysis",
        {
            "kind": "what is varied: sample, target, unit, traits or imputation",
            "variant": "the variant in words",
            "zones": "rows",
            "states": "states",
            "scheme": SCHEME,
            "metric": "accuracy or AUC of the elastic net, binary task",
            "estimate": "the score",
            "ci_low": LOW,
            "ci_high": HIGH,
            "difference": "the score less that of the main analysis",
            "difference_low": "lower end of its 95% interval, on the same resamples of states",
            "difference_high": HIGH,
            "strongest": "trait with the largest rank correlation with the outcome",
            "strongest_r": "that rank correlation",
        },
        attrgetter("sensitivity"),
    ),
    ResultFile(
        "later_cohort.csv",
        "one score of the elastic net, whole states held out",
        {
            "task": TASK,
            "metric": "name of the score",
            **with_ends("earlier", "the score by the labels of the 1980-82 cohorts"),
            **with_ends("later", "the same forecasts by the labels of the 1983-85 cohorts"),
            **with_ends("difference", "later less earlier"),
            **with_ends("short", "for accuracy: share that the cohorts label alike less earlier"),
        },
        attrgetter("cohort_scores"),
    ),
    ResultFile(
        "zones_or_children.csv",
        "one correlation with am, or one score of the elastic net in unseen states",
        {
            "kind": "correlation or score",
            "name": "column name of the trait, or name of the score",
            **with_ends("by_zone", "with each zone counted once"),
            **with_ends("by_child", "with each zone counted by its children"),
            **with_ends("difference", "by_child less by_zone"),
            "n": "zones that have both values",
        },
        zones_or_children,
    ),
    ResultFile(
        "within_states.csv",
        "one trait",
        {
            "feature": FEATURE,
            "pooled": "standard deviations of am per standard deviation of the trait, all zones",
            "pooled_low": "lower end of its 95% interval, which allows for states",
            "pooled_high": "upper end of it",
            "within": "the same among zones of one state; empty if the trait does not vary there",
            "within_low": "lower end of its 95% interval, which allows for states",
            "within_high": "upper end of it",
            **with_ends("between", "the same among the means of states, weighted by zones"),
            "between_share": "share of the trait's variance that lies between states",
        },
        lambda models: explanations(models).states,
    ),
    ResultFile(
        "groups.csv",
        "one trait and group of children",
        {
            "feature": FEATURE,
            "outcome": "column name of the group's mobility, as in the codebook",
            "r": "Pearson correlation of the two over the zones that have both",
            "ci_low": LOW,
            "ci_high": HIGH,
            "r_all": "correlation of the trait with am over the same zones",
            "n": "zones",
        },
        attrgetter("groups"),
    ),
    ResultFile(
        "exposure.csv",
        "one trait; no rows where the published effects were not to be had",
        {
            "feature": FEATURE,
            **with_ends("mobility", "ranks of am per standard deviation of the trait"),
            **with_ends("effect", "ranks per year of childhood per standard deviation, weighted"),
            **with_ends("effect_r", "correlation of trait and causal effect, weighted"),
            "n": "zones with a trait, am and a causal effect; weights are 1 / effect_se squared",
        },
        attrgetter("exposure"),
    ),
    ResultFile(
        "learning_curve.csv",
        "one size of the training data",
        {
            "scheme": SCHEME,
            "zones": "mean number of training zones",
            "share": "share of the training zones that was used",
            "metric": "accuracy or AUC of the elastic net, binary task",
            "estimate": "the score on the test zones",
            "ci_low": LOW,
            "ci_high": HIGH,
            "train_estimate": "accuracy on the training zones",
        },
        attrgetter("learning_curve"),
    ),
)


def write_all(study: Study) -> Iterator[str]:
    """Write every results file of both studies; yields each path below the project when whole."""
    yield from write_tables(study)
    yield from write_card_files(card_study())


def write_tables(study: Study) -> Iterator[str]:
    """Write the results files of the mobility study.

    Raises
    ------
    ValueError
        If a table's columns are not the documented ones.
    """
    models = all_results(study)
    for file in RESULT_FILES:
        table = file.make(models)
        if list(table.columns) != list(file.columns):
            raise ValueError(f"{file.name} has columns that its documentation does not")
        yield write_table(file.name, table)
