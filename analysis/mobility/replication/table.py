"""Redo the original study's first steps exactly, faults included.

The original joined the two tables, kept the minority sample, filled every
missing value with its column's mean (the target too), and correlated. Matching
its printed figures proves that the data and the join are the same; the
corrected analysis lives in ``analysis.mobility.associate.correlations``.
"""

from __future__ import annotations

import pandas as pd

from analysis.data import Study
from analysis.data.names import TARGET
from analysis.mobility.replication import published_correlations as published
from analysis.mobility.replication.published import TRAITS
from analysis.mobility.sample import BINARY, QUARTILES, binary, minority_sample, quartile

COLUMNS = ("cz", "children", *TRAITS, TARGET)

SAME = "Agrees to every printed digit."
FILLED = (
    "Zones without an estimate were given the mean and then labelled; a filled value equals "
    "the mean up to rounding, so we define it as not above it. Computing the mean again "
    "after filling can move it past the filled value by rounding alone."
)


def original_table(study: Study) -> pd.DataFrame:
    """The original study's table: minority sample, every gap filled by the mean."""
    table = minority_sample(study)[list(COLUMNS)].astype(float)
    return table.fillna(table.mean())


def original_labels(study: Study) -> pd.DataFrame:
    """The original's labels: ``binary`` and ``quartile``, one row a zone.

    The threshold is the mean of the observed targets, which is also what the
    missing ones were filled with.
    """
    observed = minority_sample(study)[TARGET].mean()
    target = original_table(study)[TARGET]
    return pd.DataFrame({"binary": binary(target, observed), "quartile": quartile(target)})


def replication_table(study: Study) -> pd.DataFrame:
    """Published against reproduced, one row a quantity.

    Returns
    -------
    DataFrame
        ``quantity``, ``published``, ``reproduced``, ``difference`` (zero when
        they agree to the printed digits) and ``why``.
    """
    correlations = original_table(study).corr()[TARGET]
    labels = original_labels(study)
    rows = [
        (f"correlation: {name}", value, round(float(correlations[name]), 6), SAME)
        for name, value in published.CORRELATIONS.items()
    ]
    counts = labels["binary"].value_counts()
    for code, value in published.BINARY_COUNTS.items():
        rows.append((f"zones {BINARY[code]}", value, int(counts.get(code, 0)), FILLED))
    counts = labels["quartile"].value_counts()
    for code, value in published.QUARTILE_COUNTS.items():
        rows.append((f"zones in quartile {QUARTILES[code]}", value, int(counts.get(code, 0)), SAME))
    table = pd.DataFrame(rows, columns=["quantity", "published", "reproduced", "why"])
    table.insert(3, "difference", (table["reproduced"] - table["published"]).round(6))
    off = table["difference"] != 0
    table.loc[off, "why"] = "Differs: the data or the sample are not the ones that were published."
    return table


def recomputed_mean_counts(study: Study) -> tuple[int, int]:
    """Zones below and above a mean that is computed again after filling.

    In exact arithmetic this equals the mean before filling; in floating point
    it can pass the filled value, which then changes sides.
    """
    above = int(binary(original_table(study)[TARGET]).sum())
    return len(minority_sample(study)) - above, above
