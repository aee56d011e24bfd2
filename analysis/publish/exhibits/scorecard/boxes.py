"""The four figures of the original study: probabilities of the poor and of the others."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from analysis.publish import numbers
from analysis.publish.exhibit import Figure
from analysis.publish.rows import one
from analysis.publish.style import new_figure, tokens
from analysis.publish.text import plotly_text
from analysis.scorecard.evaluate import CUT
from analysis.scorecard.study import Study

POOR, OTHERS = "poor", "not poor"
HOW_TO_READ = (
    "A box holds the middle half of the households, its line their median, and its whiskers run "
    f"from the 5th to the 95th percentile; the dashed line is the cut-off of {CUT:.0%}. "
    "Households that had no part in making the card, weighted."
)


def national(study: Study) -> Figure:
    """Poor and non-poor households of the country."""
    table = _of_kind(study, "national")
    poor, others = _pair(table, "national")
    apart = "do not overlap" if poor["q25"] > others["q75"] else "overlap"
    return Figure(
        name="card-national",
        plot=_pairs(table, ["national"], ["Country"]),
        finding=f"The middle halves of poor and of other households {apart}.",
        caption=f"Probability of being poor of households that are poor and of the others. "
        f"{HOW_TO_READ}",
        alt=f"Two boxes. Poor: middle half from {numbers.percent(poor['q25'])} to "
        f"{numbers.percent(poor['q75'])}. Not poor: {numbers.percent(others['q25'])} to "
        f"{numbers.percent(others['q75'])}.",
        data=table,
    )


def deciles(study: Study) -> Figure:
    """Households by tenth of the distribution of consumption."""
    table = _of_kind(study, "decile")
    plot = new_figure(70 + 30 * len(table))
    _boxes(plot, table, [f"{row.group}" for row in table.itertuples()], tokens()["poor"])
    _finish(plot)
    plot.update_layout(
        yaxis={
            "title": "Tenth of persons by consumption",
            "autorange": "reversed",
            "type": "category",
        }
    )
    first, last = table.iloc[0], table.iloc[-1]
    steady = table["median"].is_monotonic_decreasing
    verdict = "falls with every tenth" if steady else "falls, though not with every tenth,"
    return Figure(
        name="card-deciles",
        plot=plot,
        finding=f"The median probability {verdict} from the poorest to the richest.",
        caption=f"Probability of being poor by tenth of persons, 1 being the poorest. "
        f"{HOW_TO_READ}",
        alt=f"{len(table)} boxes from the poorest tenth, median "
        f"{numbers.percent(first['median'])}, to the richest, median "
        f"{numbers.percent(last['median'])}.",
        data=table,
    )


def areas(study: Study) -> Figure:
    """Poor and non-poor households of urban and of rural areas."""
    table = _of_kind(study, "area")
    names = list(dict.fromkeys(table["group"]))
    apart = groups_apart(table)
    verdict = "in both" if len(apart) == len(names) else f"only in {' and '.join(apart) or 'none'}"
    return Figure(
        name="card-areas",
        plot=_pairs(table, names, [name.capitalize() for name in names]),
        finding=f"Urban or rural: the middle halves of poor and of other households stand apart "
        f"{verdict}.",
        caption=f"Probability of being poor in urban and rural areas. {HOW_TO_READ}",
        alt=_alt(table, names),
        data=table,
    )


def regions(study: Study) -> Figure:
    """Poor and non-poor households of each region."""
    table = _of_kind(study, "region")
    names = list(dict.fromkeys(table["group"]))
    gap = {name: _gap(table, name) for name in names}
    order = sorted(names, key=gap.get, reverse=True)
    apart = groups_apart(table)
    return Figure(
        name="card-regions",
        plot=_pairs(table, order, order),
        finding=f"In {len(apart)} of {len(names)} regions the middle halves of poor and of other "
        "households stand apart.",
        caption=f"Probability of being poor by region, the one with the widest gap at the top. "
        f"{HOW_TO_READ}",
        alt=_alt(table, order),
        data=table,
    )


def groups_apart(table: pd.DataFrame) -> list[str]:
    """Groups where the lower quartile of the poor is above the upper quartile of the others."""
    return [name for name in dict.fromkeys(table["group"]) if _gap(table, name) > 0]


def _gap(table: pd.DataFrame, group: str) -> float:
    poor, others = _pair(table, group)
    return float(poor["q25"] - others["q75"])


def _of_kind(study: Study, kind: str) -> pd.DataFrame:
    table = study.evaluation.boxes
    return table[table["kind"] == kind].reset_index(drop=True)


def _pair(table: pd.DataFrame, group: str) -> tuple[pd.Series, pd.Series]:
    return one(table, group=group, poor=True), one(table, group=group, poor=False)


def _pairs(table: pd.DataFrame, groups: list[str], labels: list[str]) -> go.Figure:
    """A box of the poor above a box of the others, for each group from the top."""
    plot = new_figure(110 + (86 if len(groups) == 1 else 52) * len(groups))
    words = [plotly_text(label) for label in labels]
    for poor, name, colour in ((False, OTHERS, "nonpoor"), (True, POOR, "poor")):
        part = table[table["poor"] == poor].set_index("group").loc[groups]
        _boxes(plot, part, words, tokens()[colour], name.capitalize())
    _finish(plot)
    plot.update_layout(
        boxmode="group",
        showlegend=True,
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "traceorder": "reversed"},
        margin={"t": 40},
        yaxis={"autorange": "reversed", "type": "category"},
    )
    if len(groups) == 1:
        plot.update_layout(yaxis={"visible": False})
    return plot


def _boxes(plot: go.Figure, part: pd.DataFrame, y: list[str], colour: str, name: str = "") -> None:
    plot.add_box(
        orientation="h",
        y=y,
        lowerfence=part["p05"],
        q1=part["q25"],
        median=part["median"],
        q3=part["q75"],
        upperfence=part["p95"],
        name=name,
        line={"color": colour, "width": 1.6},
        fillcolor=_pale(colour),
        hoverinfo="x",
        xhoverformat=".0%",
    )


def _finish(plot: go.Figure) -> None:
    plot.add_vline(x=CUT, line={"color": tokens()["figure-axis"], "width": 1, "dash": "dash"})
    plot.update_layout(
        xaxis={"title": "Probability of being poor", "tickformat": ".0%", "range": [-0.01, 1.01]},
        boxgap=0.25,
        boxgroupgap=0.15,
    )


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.25)"


def _alt(table: pd.DataFrame, groups: list[str]) -> str:
    parts = []
    for name in groups:
        poor, others = _pair(table, name)
        parts.append(
            f"{name}: poor {numbers.percent(poor['median'])}, others "
            f"{numbers.percent(others['median'])}"
        )
    return f"Pairs of boxes with these medians. {'; '.join(parts)}."
