"""Sentences whose wording depends on the data, chosen by code."""

from analysis.publish.findings.explained import (
    all_domains,
    clear_levers,
    cost_of_errors,
    domains_that_matter,
    models_agree,
    pair_sentence,
    served_badly,
)
from analysis.publish.findings.kinds import cluster_gain, cluster_headline
from analysis.publish.findings.maps import (
    counties_headline,
    maps_headline,
    misses_by_state,
    misses_discussed,
)
from analysis.publish.findings.places import (
    clear_traits,
    range_of_mobility,
    replication,
    strongest_trait,
)
from analysis.publish.findings.prediction import (
    binary_headline,
    flexible_models,
    quartile_headline,
    rank_headline,
    scheme_headline,
)
from analysis.publish.findings.robustness import robustness_headline

__all__ = [
    "binary_headline",
    "clear_levers",
    "clear_traits",
    "cluster_gain",
    "cluster_headline",
    "cost_of_errors",
    "counties_headline",
    "domains_that_matter",
    "flexible_models",
    "maps_headline",
    "misses_by_state",
    "misses_discussed",
    "models_agree",
    "pair_sentence",
    "quartile_headline",
    "range_of_mobility",
    "rank_headline",
    "replication",
    "robustness_headline",
    "scheme_headline",
    "served_badly",
    "strongest_trait",
]
