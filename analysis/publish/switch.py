"""Versions of one figure with a switch between them, such as actual and forecast.

On the site a group of radio buttons chooses the version that is shown; on
paper all of them are printed side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd
import plotly.graph_objects as go

from analysis.publish import target
from analysis.publish.embed import figure_html
from analysis.publish.exhibit import block, data_link, folded_table, picture
from analysis.publish.exhibit import escape as markdown_text

PAPER_CM = 7.8  # so that two stand side by side


@dataclass(frozen=True)
class Version:
    """One version of the figure.

    Attributes
    ----------
    label : str
        Stands at its radio button, and above the pictures on paper.
    plot : plotly Figure
    alt : str
        What it shows, for those who can't see it.
    """

    label: str
    plot: go.Figure
    alt: str


@dataclass(frozen=True)
class Switch:
    """Several plots under one cross-reference, one of them shown at a time.

    Attributes
    ----------
    name, finding, caption, data, by_state
        As for `exhibit.Figure`.
    legend : str
        What is chosen, above the radio buttons.
    versions : tuple of Version
        The first is shown to begin with.
    """

    name: str
    legend: str
    versions: tuple[Version, ...]
    finding: str
    caption: str
    data: pd.DataFrame
    by_state: pd.DataFrame | None = None

    def _repr_markdown_(self) -> str:
        link = data_link("figures", self.name, self.data)
        on_site = target.output_format() == target.HTML
        body = f"```{{=html}}\n{self._on_site()}\n```" if on_site else self._on_paper()
        figure = block(f"fig-{self.name}", body, f"**{self.finding}** {self.caption}{link}")
        return figure + folded_table(self.by_state)

    def _on_site(self) -> str:
        choices = "".join(
            f'<label><input type="radio" name="switch-{escape(self.name)}" value="{number}"'
            f"{' checked' if number == 0 else ''}>{escape(version.label)}</label>"
            for number, version in enumerate(self.versions)
        )
        shown = "".join(
            f'<div class="report-switch-version" data-version="{number}">'
            f"{figure_html(version.plot, alt=version.alt, name=self._part(number))}</div>"
            for number, version in enumerate(self.versions)
        )
        return (
            f'<div class="report-switch"><fieldset><legend>{escape(self.legend)}</legend>'
            f'{choices}</fieldset><div class="report-switch-versions">{shown}</div></div>'
        )

    def _on_paper(self) -> str:
        labels = ", ".join(f"**{markdown_text(version.label)}**" for version in self.versions)
        pictures = " ".join(
            picture(version.plot, self._part(number), version.alt, PAPER_CM)
            for number, version in enumerate(self.versions)
        )
        return f"From left to right: {labels}\n\n{pictures}"

    def _part(self, number: int) -> str:
        return f"{self.name}-{number + 1}"
