"""Figures and tables as the book shows them, in Markdown that both builds read.

A chunk ends with a ``Figure`` or a ``Table``. Its Markdown is a cross-reference
block with a computed caption, so that captions and alt text are never typed
numbers. The rows behind it are written to ``results/`` and linked.
"""

from __future__ import annotations

import html
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
    by_state : DataFrame, optional
        Cells of a table, folded away below a map on the site, for those who
        can't see the map.
    """

    name: str
    plot: go.Figure
    finding: str
    caption: str
    alt: str
    data: pd.DataFrame
    paper: go.Figure | None = None
    by_state: pd.DataFrame | None = None

    def _repr_markdown_(self) -> str:
        link = data_link("figures", self.name, self.data)
        if target.output_format() == target.HTML:
            body = f"```{{=html}}\n{figure_html(self.plot, alt=self.alt, name=self.name)}\n```"
        else:
            body = picture(self.paper or self.plot, self.name, self.alt)
        figure = block(f"fig-{self.name}", body, f"**{self.finding}** {self.caption}{link}")
        return figure + folded_table(self.by_state)


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
        link = data_link("tables", self.name, data)
        return block(f"tbl-{self.name}", self._pipe(), f"{self.caption}{link}")

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


def block(identifier: str, body: str, caption: str) -> str:
    """A cross-reference block."""
    return f"::: {{#{identifier}}}\n\n{body}\n\n{caption}\n\n:::\n"


def picture(plot: go.Figure, name: str, alt: str, width_cm: float = 16.0) -> str:
    """Markdown of a figure drawn for paper; its text where it can't be drawn."""
    path = static_image(plot, name, width_cm=width_cm)
    if path is None:
        return f"*{alt}* (The picture needs Chrome or Chromium at build time.)"
    address = target.site_root() + path.relative_to(ROOT).as_posix()
    share = round(100 * width_cm / 16)
    return f'![]({address}){{width={share}% fig-alt="{_attribute(alt)}"}}'


def folded_table(rows: pd.DataFrame | None) -> str:
    """A table to unfold below a map, on the site alone."""
    if rows is None or target.output_format() != target.HTML:
        return ""
    head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in rows.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows.itertuples(index=False)
    )
    return (
        '\n```{=html}\n<details class="report-table"><summary>The map as a table, by state'
        '</summary><div class="table-scroll" role="group" tabindex="0" '
        f'aria-label="The map as a table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>\n```\n"
    )


def data_link(folder: str, name: str, data: pd.DataFrame) -> str:
    """Write the rows to ``results/``, and on the site a link to them."""
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
