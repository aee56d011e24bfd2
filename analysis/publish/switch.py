"""Versions of one figure with a switch between them, such as actual and forecast."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from analysis.publish.exhibit import block
from analysis.publish.show import show


@dataclass(frozen=True)
class Version:
    """One version of the figure: its label, plot and alternative text."""

    label: str
    plot: go.Figure
    alt: str


@dataclass(frozen=True)
class Switch:
    """Several plots under one cross-reference, one of them shown at a time."""

    name: str
    legend: str
    versions: tuple[Version, ...]
    finding: str
    caption: str
    data: pd.DataFrame
    by_state: pd.DataFrame | None = None

    def _repr_markdown_(self) -> str:
        shown = show(
            {version.label: version.plot for version in self.versions},
            alt={version.label: version.alt for version in self.versions},
            data=self.data, rows=self.by_state, name=self.name,
        )  # fmt: skip
        return block(f"fig-{self.name}", shown.markdown, f"**{self.finding}** {self.caption}")
