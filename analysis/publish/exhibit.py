"""Figures and tables as the book shows them, in Markdown that both builds read.

A chunk ends with a ``Figure`` or a ``Table``. Its Markdown is a cross-reference
block with a computed caption, so that captions and alt text are never typed
numbers. The rows behind it are written to ``results/`` and linked.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go
from tabulate import tabulate

from analysis.paths import ROOT
from analysis.publish import target
from analysis.publish.embed import figure_html
from analysis.publish.results import write_table
from analysis.publish.static import static_image


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes
    ----------
    name : str
        Kebab-case; the figure is referred to as ``@fig-<name>`` and its data are
        ``results/figures/<name>.csv``.
    plot : plotly Figure
        Drawn live on the site and as a vector picture on paper.
    finding : str
        What the figure shows, in one sentence; opens the caption in bold.
    caption : str
        How to read it.
    alt : str
        The finding and the shape, for those who can't see it.
    data : DataFrame
        The rows behind the figure.
    paper : plotly Figure, optional
        A version for paper where the live one would not do.
    """

    name: str
    plot: go.Figure
    finding: str
    caption: str
    alt: str
    data: pd.DataFrame
    paper: go.Figure | None = None

    def _repr_markdown_(self) -> str:
        link = _data_link("figures", self.name, self.data)
        if target.output_format() == target.HTML:
            body = f"```{{=html}}\n{figure_html(self.plot, alt=self.alt, name=self.name)}\n```"
        else:
            body = self._on_paper()
        return _block(f"fig-{self.name}", body, f"**{self.finding}** {self.caption}{link}")

    def _on_paper(self) -> str:
        picture = static_image(self.paper or self.plot, self.name)
        if picture is None:
            return f"*{self.alt}* (The picture needs Chrome or Chromium at build time.)"
        address = target.site_root() + picture.relative_to(ROOT).as_posix()
        return f'![]({address}){{width=100% fig-alt="{_attribute(self.alt)}"}}'


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    name : str
        Kebab-case; referred to as ``@tbl-<name>``; ``results/tables/<name>.csv``.
    rows : DataFrame
        Cells as they are printed; the column names are the headers.
    caption : str
        What the table shows.
    data : DataFrame, optional
        The rows to download, unrounded; ``rows`` unless given.
    align : str, optional
        One letter a column: l, r or c. Text left and the rest right unless given.
    widths : tuple of int, optional
        Relative column widths, for tables whose cells hold sentences.
    """

    name: str
    rows: pd.DataFrame
    caption: str
    data: pd.DataFrame | None = None
    align: str = ""
    widths: tuple[int, ...] = field(default=())

    def _repr_markdown_(self) -> str:
        data = self.rows if self.data is None else self.data
        link = _data_link("tables", self.name, data)
        return _block(f"tbl-{self.name}", self._pipe(), f"{self.caption}{link}")

    def _pipe(self) -> str:
        align = self.align or "l" + "r" * (self.rows.shape[1] - 1)
        cells = [[escape(cell) for cell in row] for row in self.rows.itertuples(index=False)]
        words = {"l": "left", "r": "right", "c": "center"}
        lines = tabulate(
            cells,
            headers=[escape(name) for name in self.rows.columns],
            tablefmt="pipe",
            colalign=[words[letter] for letter in align] if cells else None,
            disable_numparse=True,
        ).splitlines()
        if self.widths:
            lines[1] = _ruler(align, self.widths)
        return "\n".join(lines)


def escape(cell: object) -> str:
    """Text for a Markdown table cell: markup characters are shown, not obeyed."""
    text = " ".join(str(cell).split())
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|$^~@\"'" else c for c in text)


def _block(identifier: str, body: str, caption: str) -> str:
    return f"::: {{#{identifier}}}\n\n{body}\n\n{caption}\n\n:::\n"


def _data_link(folder: str, name: str, data: pd.DataFrame) -> str:
    address = write_table(f"{folder}/{name}.csv", data)
    if target.output_format() != target.HTML:
        return ""
    return f" [Data (CSV)]({target.site_root()}{address}){{.data-link}}"


def _ruler(align: str, widths: tuple[int, ...]) -> str:
    ends = {"l": (":", "-"), "r": ("-", ":"), "c": (":", ":")}
    cells = (ends[a][0] + "-" * width + ends[a][1] for a, width in zip(align, widths, strict=True))
    return "|" + "|".join(cells) + "|"


def _attribute(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
