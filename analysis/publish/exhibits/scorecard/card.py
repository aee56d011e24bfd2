"""The card itself: its questions, its lookup, its files and the way it was chosen."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.publish import numbers, target
from analysis.publish.card_files import FOLDER, write_card_files
from analysis.publish.exhibit import Figure, Table
from analysis.publish.exhibits.marks import interval_dots
from analysis.publish.show import on_paper, on_site
from analysis.publish.style import new_figure, tokens
from analysis.publish.text import plotly_text
from analysis.scorecard import NOT_OFFICIAL
from analysis.scorecard.card import Card, lookup_table
from analysis.scorecard.outputs import selection_table
from analysis.scorecard.points import BEST
from analysis.scorecard.study import Study

SHOWN = 20
STEP = 5
LONGEST = 58


def card_table(card: Card, name: str = "card") -> Table:
    """The questions with the points of each answer, as they are asked."""
    rows = []
    for number, question in enumerate(card.questions, start=1):
        for k, (answer, points) in enumerate(zip(question.answers, question.points, strict=True)):
            rows.append((str(number) if k == 0 else "", question.text if k == 0 else "", answer,
                         str(points)))  # fmt: skip
    table = pd.DataFrame(rows, columns=["No.", "Question", "Answer", "Points"])
    data = pd.DataFrame(
        [
            (question.name, question.text, answer, points)
            for question in card.questions
            for answer, points in zip(question.answers, question.points, strict=True)
        ],
        columns=["question", "text", "answer", "points"],
    )
    return Table(
        name=name,
        rows=table,
        caption=f"The card. {NOT_OFFICIAL}. Add up the points of the {_ten(card)} answers; the "
        f"poorest household scores 0 and the best-off {BEST}.",
        data=data,
        align="rllr",
        widths=(5, 47, 38, 10),
    )


def _ten(card: Card) -> str:
    return numbers.count(len(card.questions))


def lookup_rows(card: Card) -> Table:
    """Probability by score for each line, national, in steps of five points."""
    rows = {"Score": [str(score) for score in range(0, BEST + 1, STEP)]}
    for line in card.lines:
        rows[_capital(line.label)] = [
            numbers.percent(tenths / 1000, 1) for tenths in line.lookup.national[::STEP]
        ]
    return Table(
        name="card-lookup",
        rows=pd.DataFrame(rows),
        caption="Probability that a household with a score is among those named, in the country "
        "as a whole. The file has every score and every region.",
        data=lookup_table(card),
        align="r" * (1 + len(card.lines)),
    )


def lookup_curves(card: Card) -> Figure:
    """Probability by score, national and by region, for the line of the points."""
    line = card.lines[0]
    table = lookup_table(card)
    table = table[table["line"] == line.name]
    plot = new_figure(400)
    grey = {"color": tokens()["figure-grey"], "width": 1}
    for region in card.regions:
        part = table[table["region"] == region]
        plot.add_scatter(
            x=part["score"],
            y=part["probability"],
            mode="lines",
            line=grey,
            hovertemplate=f"{plotly_text(region)}<br>score %{{x}}: %{{y:.1%}}<extra></extra>",
        )
    part = table[table["region"] == "national"]
    plot.add_scatter(
        x=part["score"],
        y=part["probability"],
        mode="lines",
        line={"color": tokens()["poor"], "width": 3},
        hovertemplate="Country<br>score %{x}: %{y:.1%}<extra></extra>",
    )
    plot.update_layout(
        xaxis={"title": "Score", "range": [0, BEST]},
        yaxis={"title": "Probability of being poor", "tickformat": ".0%", "range": [0, 1.01]},
    )
    national = line.lookup.national
    half = next((s for s, tenths in enumerate(national) if tenths <= 500), BEST)
    at = [column[half] / 1000 for column in line.lookup.regions]
    spread = f"{numbers.percent(min(at))} to {numbers.percent(max(at))}"
    return Figure(
        name="card-curves",
        plot=plot,
        finding=f"The same score means more poverty in some regions: at {half} points the "
        f"probability runs from {spread}.",
        caption=f"Probability that a household is among {line.label}, by score: thick line, the "
        "country; thin lines, its regions.",
        alt=f"Falling S-shaped curves of the probability by score, one a region and one for the "
        f"country; at {half} points they run from {spread}.",
        data=table,
    )


def selection(study: Study) -> Figure:
    """How often resamples put each candidate among their strongest questions."""
    table = selection_table(study)
    shown = table.sort_values(["chosen", "in_ten", "strength"], ascending=False).head(SHOWN)[::-1]
    names = [plotly_text(_short(text)) for text in shown["text"]]
    hover = [
        f"among the strongest in {numbers.percent(row.in_ten)}<br>kept at all in "
        f"{numbers.percent(row.selected)}"
        for row in shown.itertuples()
    ]
    values = list(shown["in_ten"])
    plot = interval_dots(names, values, values, values, hover=hover, strong=list(shown["chosen"]))
    plot.update_layout(
        xaxis={
            "title": "Resamples in which it is among the strongest",
            "tickformat": ".0%",
            "range": [-0.03, 1.03],
        }
    )
    chosen = table[table["chosen"]]
    firm = int((chosen["in_ten"] >= 0.9).sum())
    ten = _ten(study.card)
    return Figure(
        name="card-selection",
        plot=plot,
        finding=f"{numbers.count(firm).capitalize()} of the {ten} questions are among the "
        "strongest in at least nine of ten resamples.",
        caption=f"The {numbers.count(len(shown))} leading candidates of {len(table)}, by the share "
        f"of resamples in which each was among the {ten} strongest; the chosen ones are coloured.",
        alt=f"Dots for {len(shown)} candidate questions: {firm} of the {ten} chosen stand at nine "
        "tenths or more, and the rest trail off.",
        data=table,
    )


@dataclass(frozen=True)
class Downloads:
    """Links to the files of a study; on paper, where to find them."""

    study: Study

    def _repr_markdown_(self) -> str:
        write_card_files(self.study)
        folder = f"results/{FOLDER}/{self.study.card.name}"
        root = f"{target.site_root()}{folder}"
        links = "".join(
            f'<li><a href="{root}/{file}">{words}</a>, {what}</li>'
            for file, words, what in DOWNLOADS
        )
        paper = on_paper(f"The files are on the site, under `{folder}/`.")
        return f"{on_site(f'<ul>{links}</ul>')}\n\n{paper}\n"


DOWNLOADS = (
    ("scorecard.pdf", "The card on one page (PDF)", "to print and to fill in with a pencil"),
    ("form.xlsx", "The phone form (XLSForm)", "for ODK or Kobo, which adds up the score itself"),
    ("scorecard.json", "The card for programs (JSON)", "for the command that scores a file"),
    ("lookup.csv", "The full lookup (CSV)", "every score, region and line"),
    ("selection.csv", "The candidates (CSV)", "with how often each was chosen"),
    ("accuracy.csv", "The accuracy (CSV)", "every measure with its interval"),
    ("targeting.csv", "The targeting errors (CSV)", "for every score as a cut-off"),
)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
