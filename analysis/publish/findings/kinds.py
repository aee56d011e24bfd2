"""What the original's clusters do to its score."""

from __future__ import annotations

from analysis.mobility.models import Models
from analysis.publish import numbers


def leaking_clusters(models: Models) -> str:
    """What the original's cluster label does to its own test accuracy."""
    leaking = models.replication.cluster_splits
    plain = models.replication.splits
    plain = plain[
        (plain["task"] == "quartiles")
        & (plain["model"] == "elastic net")
        & plain["split"].isin(leaking["split"])
    ]
    gain = 100 * (leaking["test_accuracy"].mean() - plain["test_accuracy"].mean())
    word = "raises" if gain > 0 else "lowers"
    return (
        f"Given to the four-class model as one more trait, that cluster {word} its test accuracy "
        f"by {numbers.plain(abs(gain), 1)} percentage points on average over "
        f"{numbers.count(len(leaking), 'split')}. Any gain would be partly circular, because the "
        "outcome had a part in forming the clusters."
    )
