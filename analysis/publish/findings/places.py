"""What the data say about places and their traits one by one."""

from __future__ import annotations

import pandas as pd

from analysis.data import Study
from analysis.mobility.replication import replication_table
from analysis.mobility.wording import listed, named
from analysis.publish import numbers
from analysis.publish.exhibits.correlations import SIGNIFICANT


def strongest_trait(table: pd.DataFrame, codebook: pd.DataFrame) -> str:
    """The trait with the largest absolute correlation, with its direction."""
    top = table.iloc[0]
    direction = "lower" if top["r"] < 0 else "higher"
    return (
        f"No other trait goes with mobility as closely as the one called "
        f"“{codebook.loc[top['feature'], 'title']}”: the more of it a zone has, the {direction} "
        f"its mobility (r = {numbers.in_words(top['r'], top['ci_low'], top['ci_high'])})."
    )


def signed_traits(table: pd.DataFrame, codebook: pd.DataFrame, sign: int, most: int = 4) -> str:
    """Names of the traits with the strongest positive (+1) or negative (-1) correlation."""
    chosen = table[(table["r"] * sign > 0) & (table["p_adjusted"] < SIGNIFICANT)].head(most)
    if chosen.empty:
        return "none that is clear"
    return named(codebook.loc[chosen["feature"], "title"])


def domains_at_top(table: pd.DataFrame, codebook: pd.DataFrame, most: int = 6) -> str:
    """Domains of the strongest correlations, in the order in which they first appear."""
    domains = dict.fromkeys(codebook.loc[table["feature"].head(most), "domain"])
    return listed(domain.lower() for domain in domains)


def clear_traits(table: pd.DataFrame) -> str:
    """How many correlations are clear, by the careful and by the textbook reckoning."""
    careful = int((table["p_adjusted"] < SIGNIFICANT).sum())
    textbook = int((table["fisher_p_adjusted"] < SIGNIFICANT).sum())
    verdict = {True: "fewer than", False: "no fewer than"}[careful < textbook]
    return (
        f"{careful} of {len(table)} traits remain clear after adjusting for {len(table)} tests "
        f"and for zones of a state being alike, {verdict} the {textbook} that would seem clear "
        "if zones were independent."
    )


def replication(study: Study) -> str:
    """Whether the published figures come out again."""
    if study.simulated:
        return "The data are simulated, so the published figures can't come out again."
    table = replication_table(study)
    same = int((table["difference"] == 0).sum())
    return (
        f"{same} of {len(table)} published correlations and label counts come out again, to "
        "every printed digit."
    )
