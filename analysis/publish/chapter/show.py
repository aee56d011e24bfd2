"""What a chunk shows: a figure or a table, for site and paper at once.

A chapter puts ``show(…)`` into a cross-reference division and writes the
caption below it. The Markdown that comes out carries both forms, a live figure
for the site and a drawn one for paper, so that a chapter runs once for both.
The rows behind it are written to ``results/`` and linked.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
from tabulate import tabulate

from analysis.errors import ReportError
from analysis.paths import ROOT
from analysis.publish import site_root
from analysis.publish.chapter.labels import chunk_label
from analysis.publish.drawing.browser import find_chromium
from analysis.publish.drawing.figure_html import figure_html
from analysis.publish.drawing.render_svg import paper_svg
from analysis.publish.figures.cells import cells_as_bars
from analysis.publish.site_files import write_table
from analysis.publish.text.escape import plain_hovers
from analysis.publish.text.markdown import escape_markdown

FULL_CM, HALF_CM = 15.2, 7.4  # of paper: two halves stand side by side
_INTERVAL = re.compile(r"\([^() ]{1,9} to [^() ]{1,9}\)")


@dataclass(frozen=True)
class Shown:
    """Markdown that ends a chunk."""

    markdown: str

    def _repr_markdown_(self) -> str:
        return self.markdown


def show(
    what: go.Figure | Mapping[str, go.Figure] | pd.DataFrame,
    *,
    data: pd.DataFrame | None = None,
    alt: str | Mapping[str, str] = "",
    paper: go.Figure | None = None,
    rows: pd.DataFrame | None = None,
    align: str = "",
    widths: Sequence[int] = (),
    width_cm: float = FULL_CM,
    name: str = "",
) -> Shown:
    """Show a figure or a table with a link to its data.

    Parameters
    ----------
    what : Figure, dict of Figure, or DataFrame
        A Plotly figure; several versions of one by name, with a switch between
        them on the site; or a table, whose cells are printed as they are.
    data : DataFrame, optional
        The rows behind it, unrounded, to download; a table's own unless given.
    alt : str, or dict of str for versions
        What the figure shows, for those who can't see it.
    paper : Figure, optional
        What is drawn on paper where the live figure would not do.
    rows : DataFrame, optional
        A map as a table, to unfold below it on the site.
    align : str
        For a table, one letter a column: l, r or c. The first left and the
        others right unless given.
    widths : sequence of int
        Relative column widths, for tables whose cells hold sentences.
    width_cm : float
        How wide a figure stands on paper.
    name : str
        Names the file of data; the chunk's label unless given.

    Raises
    ------
    ReportError
        If a figure comes without data or without words for those who can't see it.
    """
    name = name or chunk_label()
    if isinstance(what, pd.DataFrame):
        link = data_link("tables", name, what if data is None else data)
        return Shown(f"{pipe_table(what, align, widths)}\n\n{link}\n")
    if data is None or not alt:
        raise ReportError(f"The figure {name} needs data=… and alt=…: the rows behind it, and "
                          "what it shows, in words.")  # fmt: skip
    if isinstance(what, Mapping):
        body = _versions(name, what, alt)
    else:
        body = figure_markdown(what, name, alt, paper, width_cm)
    link = data_link("figures", name, data, drawn=find_chromium() is not None)
    return Shown(f"{body}\n\n{folded_table(rows)}{link}\n")


def on_site(markup: str) -> str:
    """HTML that the site alone shows."""
    return f"```{{=html}}\n{markup}\n```"


def on_paper(markdown: str) -> str:
    """Markdown that paper alone shows."""
    return f'::: {{.content-visible when-format="typst"}}\n\n{markdown}\n\n:::'


def figure_markdown(
    plot: go.Figure,
    name: str,
    alt: str,
    paper: go.Figure | None = None,
    width_cm: float = FULL_CM,
) -> str:
    """A figure for the site and for paper."""
    plot = plain_hovers(_as_svg(cells_as_bars(plot)))
    site = on_site(figure_html(plot, alt=alt, name=name))
    return f"{site}\n\n{picture(paper or plot, name, alt, width_cm)}"


def _as_svg(plot: go.Figure) -> go.Figure:
    """Plotly Express hands many dots to WebGL, which not every machine has; draw them as SVG."""
    if all(trace.type != "scattergl" for trace in plot.data):
        return plot
    parts = plot.to_dict()
    for trace in parts["data"]:
        trace["type"] = trace["type"].removesuffix("gl")
    return go.Figure(parts)


def picture(plot: go.Figure, name: str, alt: str, width_cm: float = FULL_CM) -> str:
    """A figure drawn for paper; its words where it can't be drawn."""
    path = paper_svg(plot, name, width_cm=width_cm)
    if path is None:
        words = f"{escape_markdown(alt)} (The picture needs Chrome or Chromium at build time.)"
        return on_paper(words)
    return _typst(_image(path, alt, width_cm / FULL_CM))


def _image(path, alt: str, share: float) -> str:
    # Typst reads these escapes as JSON does, all but those of single characters by number.
    words = json.dumps(" ".join(alt.split()), ensure_ascii=False)
    place = json.dumps("/" + path.relative_to(ROOT).as_posix(), ensure_ascii=False)
    return f"image({place}, width: {100 * share:.4g}%, alt: {words})"


def _typst(code: str) -> str:
    return f"```{{=typst}}\n#{code}\n```"


def _versions(name: str, plots: Mapping[str, go.Figure], alts: Mapping[str, str]) -> str:
    """Several versions of a figure: radio buttons on the site, side by side on paper."""
    choices, shown, drawn = [], [], []
    for number, (label, plot) in enumerate(plots.items()):
        part, checked = f"{name}-{number + 1}", "" if number else " checked"
        choices.append(f'<label><input type="radio" name="switch-{name}" value="{number}"'
                       f"{checked}>{html.escape(label)}</label>")  # fmt: skip
        shown.append(f'<div class="report-switch-version" data-version="{number}">'
                     f"{figure_html(plain_hovers(plot), alt=alts[label], name=part)}</div>"
                     )  # fmt: skip
        path = paper_svg(plot, part, width_cm=HALF_CM)
        words = json.dumps(label, ensure_ascii=False)
        image = _image(path, alts[label], 1) if path else json.dumps(alts[label])
        drawn.append(f"stack(spacing: 0.5em, strong({words}), {image})")
    site = (
        '<div class="report-switch"><fieldset><legend>Show</legend>'
        f'{"".join(choices)}</fieldset><div class="report-switch-versions">{"".join(shown)}'
        "</div></div>"
    )
    paper = f"grid(columns: {len(drawn)}, gutter: 1em, {', '.join(drawn)})"
    return f"{on_site(site)}\n\n{_typst(paper)}"


def pipe_table(rows: pd.DataFrame, align: str = "", widths: Sequence[int] = ()) -> str:
    """A table in Markdown; markup in cells is shown, not obeyed."""
    align = align or "l" + "r" * (rows.shape[1] - 1)
    cells = [[_cell(cell) for cell in row] for row in rows.itertuples(index=False)]
    words = {"l": "left", "r": "right", "c": "center"}
    lines = tabulate(
        cells,
        headers=[escape_markdown(name) for name in rows.columns],
        tablefmt="pipe",
        colalign=[words[letter] for letter in align] if cells else None,
        disable_numparse=True,
    ).splitlines()
    if widths:
        lines[1] = _ruler(align, widths)
    return "\n".join(lines)


def _cell(value: object) -> str:
    """A cell's text; an interval in brackets goes to the next line whole or not at all."""
    return _INTERVAL.sub(lambda match: match[0].replace(" ", "\u00a0"), escape_markdown(value))


def _ruler(align: str, widths: Sequence[int]) -> str:
    ends = {"l": (":", "-"), "r": ("-", ":"), "c": (":", ":")}
    cells = (ends[a][0] + "-" * width + ends[a][1] for a, width in zip(align, widths, strict=True))
    return "|" + "|".join(cells) + "|"


def folded_table(rows: pd.DataFrame | None) -> str:
    """A table to unfold below a map, on the site alone."""
    if rows is None:
        return ""
    head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in rows.columns)
    cells = rows.map(lambda cell: html.escape(" ".join(str(cell).split())))
    body = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>"
        for row in cells.itertuples(index=False)
    )
    markup = (
        '<details class="report-table"><summary>The map as a table, by state</summary>'
        '<div class="table-scroll" role="group" tabindex="0" aria-label="The map as a table">'
        # Quarto would print the table on paper as well.
        f'<table data-quarto-disable-processing="true"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>"
    )
    return f"{on_site(markup)}\n\n"


def data_link(folder: str, name: str, data: pd.DataFrame, *, drawn: bool = False) -> str:
    """Write the rows to ``results/``, and on the site links to them and to the drawn picture.

    The build puts the picture beside the rows when it knows its caption.
    """
    address = site_root.site_root() + write_table(f"{folder}/{name}.csv", data)
    links = f'<a href="{address}">Data (CSV)</a>'
    if drawn:
        links += f' <a class="save-picture" href="{address[:-3]}svg" download>Picture (SVG)</a>'
    return on_site(f'<p class="data-link">{links}</p>')
