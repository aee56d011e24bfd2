"""Sentences whose wording depends on the data, chosen by code."""

from analysis.publish.findings.kinds import cluster_gain, cluster_headline, leaking_clusters
from analysis.publish.findings.places import (
    clear_traits,
    domains_at_top,
    range_of_mobility,
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
    "binary_headline",
    "boosting_gap",
    "clear_traits",
    "cluster_gain",
    "cluster_headline",
    "domains_at_top",
    "flexible_models",
    "leaking_clusters",
    "published_search",
    "quartile_headline",
    "range_of_mobility",
    "rank_headline",
    "replication",
    "robustness_headline",
    "same_strongest",
    "scheme_headline",
    "signed_traits",
    "steady_traits",
    "strongest_trait",
    "top_information",
]
