"""Whether regions are large enough for cards of their own (``cards: region``)."""

from __future__ import annotations

import numpy as np

from analysis.scorecard.survey.issues import Issues
from analysis.scorecard.survey.survey import Survey
from analysis.scorecard.wording import counted

HOUSEHOLDS, AREAS, EACH = 300, 12, 75  # of a region, the last of the poor and of the others


def check_region_sizes(survey: Survey, found: Issues) -> None:
    """Say, in one sentence, which regions are too small for a card of their own."""
    if len(survey.regions) < 2:
        found.errors.append(
            "cards: there is but one region, whose card is the country's; leave 'cards' out."
        )
        return
    small, poor = [], survey.lines[0].poor
    for code, region in enumerate(survey.regions):
        here = survey.region == code
        areas, some = len(np.unique(survey.cluster[here])), int(poor[here].sum())
        others = int(here.sum()) - some
        if here.sum() < HOUSEHOLDS or areas < AREAS or min(some, others) < EACH:
            small.append(f"{region} with {counted(int(here.sum()))} in {counted(areas, 'area')}, "
                         f"{some} poor")  # fmt: skip
    if small:
        are, their = ("is", "its") if len(small) == 1 else ("are", "their")
        found.errors.append(
            f"cards: {counted(len(small), 'region')} {are} too small for a card of {their} own "
            f"({'; '.join(small)}): it takes {HOUSEHOLDS} households in {AREAS} areas, {EACH} of "
            f"them poor and {EACH} not; merge regions, or leave 'cards' out."
        )
