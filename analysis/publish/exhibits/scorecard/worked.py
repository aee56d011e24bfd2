"""The worked example of a card: the specification, and households scored with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.paths import SURVEYS
from analysis.publish import numbers
from analysis.publish.exhibit import Table
from analysis.scorecard.card import codes_on_card
from analysis.scorecard.score import Scored, score_frame
from analysis.scorecard.study import Study

QUESTIONS = 3
SHOWN = 6


@dataclass(frozen=True)
class Specification:
    """The beginning of a study's specification, as it stands in its file."""

    study: Study

    def _repr_markdown_(self) -> str:
        text = (SURVEYS / f"{self.study.survey.name}.yml").read_text(encoding="utf-8")
        return f"```yaml\n{beginning(text)}\n```\n"


def beginning(text: str) -> str:
    """A specification up to its first few questions, without comments."""
    lines = [line for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]
    start = lines.index("questions:") + 1
    heads = [i for i in range(start, len(lines)) if lines[i].startswith("  - ")]
    end = heads[QUESTIONS] if len(heads) > QUESTIONS else len(lines)
    return "\n".join([*lines[:end], "  # and so on"])


def scored(study: Study) -> Scored:
    """The held-out households of the first region, scored as a file of answers would be."""
    test = study.survey.take(study.held & (study.survey.region == 0))
    codes = codes_on_card(study.card, test)
    answers = pd.DataFrame(
        {
            question.name: np.array(question.answers, dtype=object)[codes[:, q]]
            for q, question in enumerate(study.card.questions)
        }
    )
    answers = answers.assign(
        region=test.regions[0], weight=test.weight.astype(str), size=test.size.astype(str)
    )
    return score_frame(study.card, answers)


def scored_rows(study: Study) -> Table:
    """What the command says of the first few of them."""
    data = scored(study).households
    shown = data.head(SHOWN)
    rows = pd.DataFrame(
        {
            "Row": [str(i + 2) for i in shown.index],
            "Region": shown["region"],
            "Score": [str(score) for score in shown["score"]],
            "Probability": [numbers.percent(p, 1) for p in shown["probability"]],
        }
    )
    return Table(
        name="card-scored",
        rows=rows,
        caption=f"Score and probability of the first {numbers.count(len(rows))} of "
        f"{numbers.plain(len(data))} households of one region, as the command writes them.",
        data=data,
        align="rlrr",
    )
