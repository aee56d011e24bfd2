"""Every explanation by name; nothing is computed until it is asked for."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from analysis.data.names import FEATURES
from analysis.mobility.associate import within_states
from analysis.mobility.describe.clusters import kind_names
from analysis.mobility.explain import (
    agreement,
    audit,
    coefficients,
    contributions,
    effects,
    held_out,
    importance,
    levers,
    neighbors,
    shapley,
)
from analysis.mobility.explain.models import BUILDERS, ELASTIC_NET, fitted
from analysis.mobility.predict import classifiers
from analysis.mobility.predict.folds import STATES
from analysis.mobility.results import Models

BOOSTING = "gradient boosting"


class Explanations:
    """Explanations of the two-class models, each an attribute computed when first used.

    Parameters
    ----------
    models : Models
        As `analysis.mobility.results.all_results` gives it.
    """

    def __init__(self, models: Models) -> None:
        self.models = models
        self.zones = models.zones
        self.codebook = models.study.codebook

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """See `coefficients.coefficient_table`."""
        return coefficients.coefficient_table(self.zones)

    @cached_property
    def importance(self) -> pd.DataFrame:
        """Groups of traits shuffled together, for each model; see `importance.importance_table`."""
        groups = importance.domains(self.codebook)
        parts = [importance.importance_table(self.zones, groups, model) for model in BUILDERS]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """Log-odds contributions for all zones, by models that have not seen them."""
        unseen = held_out.held_out_models(self.zones, ELASTIC_NET)
        full = fitted(self.zones, ELASTIC_NET)
        return contributions.contributions(self.models.study.zones, full, unseen)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Accumulated local effects of the two kinds of model; see `effects.effect_table`."""
        parts = [effects.effect_table(self.zones, model=m) for m in (ELASTIC_NET, BOOSTING)]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def shapley(self) -> dict[str, pd.DataFrame]:
        """Shapley values of every zone of the sample, by model."""
        return {name: shapley.shapley_of_all(self.zones, name) for name in BUILDERS}

    @cached_property
    def agreement(self) -> pd.DataFrame:
        """See `agreement.agreement_table`."""
        return agreement.agreement_table(self.shapley, self.zones["state"])

    @cached_property
    def pair(self) -> neighbors.Pair:
        """See `neighbors.contrasting_pair`."""
        return neighbors.contrasting_pair(self.zones, self.contributions)

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """Out-of-fold predictions of the elastic net with whole states held out."""
        return held_out.predictions(self.models.binary[classifiers.REFERENCE][STATES])

    @cached_property
    def audit(self) -> pd.DataFrame:
        """See `audit.audit_table`."""
        kinds = audit.kinds_of_places(self.zones)
        return audit.audit_table(self.predictions, kinds, self.zones["children"])

    @cached_property
    def consequences(self) -> pd.DataFrame:
        """See `audit.consequences`."""
        return audit.consequences(self.predictions, self.zones)

    @cached_property
    def levers(self) -> pd.DataFrame:
        """See `levers.lever_table`."""
        return levers.lever_table(self.zones, self.codebook)

    @cached_property
    def states(self) -> pd.DataFrame:
        """Associations pooled, within and between states; see `within_states.side_by_side`."""
        return within_states.side_by_side(self.levers, within_states.between_table(self.zones))

    @cached_property
    def domains(self) -> pd.DataFrame:
        """See `levers.domain_table`."""
        return levers.domain_table(self.zones, self.codebook)

    def for_finder(self) -> dict[str, object]:
        """Frames for the place finder: predictions, contributions and kinds of communities.

        Probability and label belong to the log-odds that the contributions add
        up to, so that a profile never disagrees with itself.
        """
        parts = self.contributions
        ends = {"binary_set_lowest": "set_lowest", "binary_set_highest": "set_highest"}
        sample = self.models.zone_columns[["cz", "quartile_states", *ends]]
        predicted = parts[["cz", "probability"]].merge(sample, on="cz")
        predicted = predicted.rename(
            columns={
                "probability": "predicted_probability",
                "quartile_states": "predicted_quartile",
                **ends,
            }
        )
        predicted["predicted_label"] = (predicted["predicted_probability"] > 0.5).astype(int)
        kinds = pd.DataFrame({"cz": self.zones["cz"], "cluster": self.models.clusters})
        kinds["cluster_name"] = kinds["cluster"].map(kind_names(self.models.study))
        kinds["cluster_text"] = kinds["cluster"].map(self.models.cluster_words)
        return {
            "predictions": predicted,
            "contributions": parts[["cz", *FEATURES, "intercept", "log_odds"]],
            "clusters": kinds,
            "held_out": True,
        }


def explanations(models: Models) -> Explanations:
    """Index of every explanation; each is computed, or read, when used."""
    return Explanations(models)
