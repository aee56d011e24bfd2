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
from analysis.publish.findings.kinds import cluster_gain, cluster_headline, leaking_clusters
from analysis.publish.findings.maps import (
    counties_headline,
    maps_headline,
    misses_by_state,
    misses_discussed,
)
from analysis.publish.findings.places import (
    clear_traits,
    domains_at_top,
    replication,
    signed_traits,
    strongest_trait,
)
from analysis.publish.findings.prediction import (
    binary_headline,
    flexible_models,
    quartile_headline,
    rank_headline,
    scheme_headline,
)
from analysis.publish.findings.replicated import boosting_gap, published_search
from analysis.publish.findings.robustness import robustness_headline, same_strongest
from analysis.publish.findings.traits import steady_traits, top_information

__all__ = [
    "all_domains",
    "binary_headline",
    "boosting_gap",
    "clear_levers",
    "clear_traits",
    "cluster_gain",
    "cluster_headline",
    "cost_of_errors",
    "counties_headline",
    "domains_at_top",
    "domains_that_matter",
    "flexible_models",
    "leaking_clusters",
    "maps_headline",
    "misses_by_state",
    "misses_discussed",
    "models_agree",
    "pair_sentence",
    "published_search",
    "quartile_headline",
    "rank_headline",
    "replication",
    "robustness_headline",
    "same_strongest",
    "scheme_headline",
    "served_badly",
    "signed_traits",
    "steady_traits",
    "strongest_trait",
    "top_information",
]
