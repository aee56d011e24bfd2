"""Figures and tables with a caption made in Python."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go

from analysis.publish.show import data_link, figure_markdown, folded_table, pipe_table


@dataclass(frozen=True)
class Figure:
    """One figure: name, plot, finding, caption, alternative text and the rows behind it."""

    name: str
    plot: go.Figure
    finding: str
    caption: str
    alt: str
    data: pd.DataFrame
    paper: go.Figure | None = None
    by_state: pd.DataFrame | None = None

    def _repr_markdown_(self) -> str:
        body = figure_markdown(self.plot, self.name, self.alt, self.paper)
        body += f"\n\n{folded_table(self.by_state)}{data_link('figures', self.name, self.data)}"
        return block(f"fig-{self.name}", body, f"**{self.finding}** {self.caption}")


@dataclass(frozen=True)
class Table:
    """One table: name, cells as printed, caption, and the rows to download."""

    name: str
    rows: pd.DataFrame
    caption: str
    data: pd.DataFrame | None = None
    align: str = ""
    widths: tuple[int, ...] = field(default=())

    def _repr_markdown_(self) -> str:
        link = data_link("tables", self.name, self.rows if self.data is None else self.data)
        body = f"{pipe_table(self.rows, self.align, self.widths)}\n\n{link}"
        return block(f"tbl-{self.name}", body, self.caption)


def block(identifier: str, body: str, caption: str) -> str:
    """A cross-reference block."""
    return f"::: {{#{identifier}}}\n\n{body}\n\n{caption}\n\n:::\n"
