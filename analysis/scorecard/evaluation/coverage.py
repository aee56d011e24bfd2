"""How often the interval of a group's rate covers the truth, on groups of held-out clusters."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.scorecard.card.card import HOUSEHOLDS, PERSONS, Card
from analysis.scorecard.card.score import headcount
from analysis.scorecard.survey.survey import Survey

SIZES = (1, 3, 10, 30)  # clusters of a group


def coverage_table(
    card: Card,
    test: Survey,
    rng: np.random.Generator,
    sizes: tuple[int, ...] = SIZES,
    groups: int = 400,
) -> pd.DataFrame:
    """Coverage of the 95 % interval over random groups of held-out clusters.

    Parameters
    ----------
    card : Card
    test : Survey
        Households that had no part in making the card.
    groups : int
        Groups of each size, drawn without replacement of clusters within a group.

    Returns
    -------
    DataFrame
        of (households, persons), areas (clusters), and the share of groups whose true rate lies
        in the interval: alone (as if households erred each by itself), unknown (as many
        households to a cluster as in the survey), known (the cluster of each household known);
        mean half-width of the last one.
    """
    line = card.lines[0]
    poor, present = test.line(line.name).poor, np.unique(test.cluster)
    rows_of = {cluster: np.flatnonzero(test.cluster == cluster) for cluster in present}
    rows = []
    for of, weight in ((HOUSEHOLDS, test.weight), (PERSONS, test.persons)):
        _, (error, *_), correlation = line.of(of)
        p = card.predict(test, line.name, of=of)
        for size in [s for s in sizes if s <= len(present)]:
            inside, width = np.zeros(3), 0.0
            for _ in range(groups):
                drawn = rng.choice(present, size, replace=False)
                here = np.concatenate([rows_of[cluster] for cluster in drawn])
                truth = np.average(poor[here], weights=weight[here])
                per_cluster = float(card.build_info["households_per_area"])
                for way, (rho, clusters) in enumerate(
                    ((0.0, 1.0), (correlation, per_cluster), (correlation, test.cluster[here]))
                ):
                    count = headcount(of, p[here], weight[here], error, rho, clusters)
                    low, high = count.interval()
                    inside[way] += low <= truth <= high
                width += (high - low) / 2
            rows.append((of, size, *(inside / groups), width / groups))
    return pd.DataFrame(rows, columns=["of", "areas", "alone", "unknown", "known", "half_width"])
