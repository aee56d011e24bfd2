"""The zones of the minority sample, with or without a target."""

from __future__ import annotations

import pandas as pd

from analysis.data import Study
from analysis.data.names import TARGET


def minority_sample(study: Study) -> pd.DataFrame:
    """Zones of the minority sample, with or without a target.

    Returns
    -------
    DataFrame
        One row a zone, in the order of the source, with all columns of
        ``study.zones``. This is the table that the original study worked on.
    """
    zones = study.zones
    return zones[zones["cz"].isin(study.sample.zones)].reset_index(drop=True)


def analysis_sample(study: Study) -> pd.DataFrame:
    """Zones of the minority sample that have a target, labelled.

    Returns
    -------
    DataFrame
        As ``minority_sample``, without the zones whose target is missing, plus
        ``label_binary`` (0, 1) and ``label_quartile`` (0 to 3); see
        ``analysis.mobility.labels``.
    """
    from analysis.mobility.labels import with_labels

    return with_labels(minority_sample(study).dropna(subset=[TARGET]).reset_index(drop=True))
