"""Whether regions can have intercepts, and cards (``cards: region``), of their own."""

from __future__ import annotations

import numpy as np

from analysis.scorecard.survey.reading import Issues
from analysis.scorecard.survey.sample_design import NONE
from analysis.scorecard.survey.survey import Survey
from analysis.scorecard.wording import counted

# the least that a region needs for a card, the last of the poor and of the others
HOUSEHOLDS, CLUSTERS, EACH = 300, 12, 75


def check_regions(survey: Survey, issues: Issues) -> None:
    """Every region needs poor and non-poor households, to have an intercept of its own."""
    for line in survey.lines:
        for code, region in enumerate(survey.regions):
            if region == NONE:
                continue  # its households have been counted
            here = line.poor[survey.region == code]
            if here.all() or not here.any():
                word = "non-poor" if here.all() else "poor"
                issues.errors.append(
                    f"line {line.name!r}: the region {region!r} has no "
                    f"{word if len(here) else 'usable'} household, so it can't have its own "
                    "intercept; merge it with a neighbour or change the line."
                )


def check_region_sizes(survey: Survey, issues: Issues) -> None:
    """Say, in one sentence, which regions are too small for a card of their own."""
    if len(survey.regions) < 2:
        issues.errors.append(
            "cards: there is but one region, whose card is the country's; leave 'cards' out."
        )
        return
    small, poor = [], survey.lines[0].poor
    for code, region in enumerate(survey.regions):
        here = survey.region == code
        n, n_poor = int(here.sum()), int(poor[here].sum())
        n_clusters = len(np.unique(survey.cluster[here]))
        if n < HOUSEHOLDS or n_clusters < CLUSTERS or min(n_poor, n - n_poor) < EACH:
            small.append(f"{region} with {counted(n)} in {counted(n_clusters, 'area')}, "
                         f"{n_poor} poor")  # fmt: skip
    if small:
        are, their = ("is", "its") if len(small) == 1 else ("are", "their")
        issues.errors.append(
            f"cards: {counted(len(small), 'region')} {are} too small for a card of {their} own "
            f"({'; '.join(small)}): it takes {HOUSEHOLDS} households in {CLUSTERS} areas, {EACH} "
            f"of them poor and {EACH} not; merge regions, or leave 'cards' out."
        )
