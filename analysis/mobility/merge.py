"""Join characteristics and outcomes, and account for every row on the way."""

from __future__ import annotations

import pandas as pd

from analysis.data import Study
from analysis.data.names import TARGET
from analysis.mobility.wording import listed


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


def funnel(study: Study) -> pd.DataFrame:
    """How the rows of the source become the rows of the analysis.

    Returns
    -------
    DataFrame
        One row a step: ``step`` (what was done), ``zones`` (rows left after
        it), ``dropped`` (rows lost in it) and ``why``.
    """
    characteristics, outcomes = study.table8, study.table5
    joined = characteristics[characteristics["cz"].isin(outcomes["cz"])]
    unmatched = len(outcomes) - int(outcomes["cz"].isin(characteristics["cz"]).sum())
    minority = joined[joined["cz"].isin(study.sample.zones)]
    complete = analysis_sample(study)
    lost = minority_sample(study)
    lost = lost[lost[TARGET].isna()]

    steps = [
        (
            "Zones with characteristics (Online Data Table 8)",
            len(characteristics),
            0,
            "Every commuting zone of the United States",
        ),
        (
            "Joined to mobility outcomes (Online Data Table 5) by zone number",
            len(joined),
            len(characteristics) - len(joined),
            "No row without a partner in either table"
            if len(joined) == len(characteristics) and unmatched == 0
            else f"No partner; {unmatched} rows of Table 5 had none either",
        ),
        (
            "Kept in the minority sample",
            len(minority),
            len(joined) - len(minority),
            f"Kept: {study.sample.label[0].lower()}{study.sample.label[1:]}",
        ),
        (
            "Kept with a published mobility estimate",
            len(complete),
            len(minority) - len(complete),
            "No estimate published for " + listed(_place(row) for row in lost.itertuples())
            if len(lost)
            else "None lost",
        ),
    ]
    return pd.DataFrame(steps, columns=["step", "zones", "dropped", "why"])


def _place(row) -> str:
    return f"{row.zone} ({row.state})"
