"""Maps of all commuting zones, continuous or in classes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.publish.figures.style import mobility_scale, mobility_steps, new_figure, tokens
from analysis.publish.geometry.script import ZONES
from analysis.publish.text.escape import plotly_text

BORDER = {"color": "#ffffff", "width": 0.4}
COUNTY_BORDER = {"color": "#ffffff", "width": 0.15}
# The frame of plotly's projection leaves room on the right; it clips what grows beyond it.
PROJECTION = {"projection": {"type": "albers usa", "scale": 1.04}, "center": {"lon": -98.9}}
BELOW_COLOR_BAR = {"yref": "container", "y": 0, "yanchor": "bottom"}
NO_ESTIMATE = "No estimate"
WIDEST_MARKER, SMALLEST_MARKER = 34, 4  # pixels
STATE_BORDER = {"color": "#ffffff", "width": 1.3}


def zone_map(
    frame: pd.DataFrame,
    value: str,
    *,
    unit: str,
    ends: tuple[str, str] = ("low", "high"),
    scale: Sequence[tuple[float, str]] | None = None,
    limits: tuple[float, float] | None = None,
    cards: pd.Series | None = None,
    missing: str = NO_ESTIMATE,
    shapes: str = ZONES,
) -> go.Figure:
    """Map of one number for each commuting zone.

    Parameters
    ----------
    frame : DataFrame
        One row a zone with ``cz``, ``zone`` (name), ``state`` and ``value``;
        NaN is drawn gray.
    value : str
        Column that is shown.
    unit : str
        What the color means, in words; stands at the color bar and in the
        hover card.
    ends : tuple of str
        One short word each at the low and the high end of the color bar.
    scale : sequence of (float, str), optional
        Plotly color scale from low to high; that of mobility if not given.
    limits : tuple of float, optional
        Values near the ends of the scale, 2nd and 98th percentile if not given.
        The scale ends at the round values nearest to them; values beyond take
        the color of the end.
    cards : Series of str, optional
        The hover card of each row, as `card` makes it; the value and the share of zones with a
        lower one unless given.
    missing : str
        What the legend calls places without a value.
    shapes : str
        "zones", or "counties" for a map of counties: ``cz`` is then the
        county's code.

    Returns
    -------
    plotly Figure
        Its shapes are filled in when it is drawn, see
        :mod:`analysis.publish.geometry`.
    """
    known = frame[value].notna()
    ticks = _ticks(*(limits or np.nanpercentile(frame[value], [2, 98])))
    if cards is None:
        values, percentiles = frame[value].map("{:.1f}".format), _percentile(frame[value])
        rows = {unit: values, "National percentile": percentiles.map("{:.0f}".format)}
        cards = _cards(frame, rows).where(known, _cards(frame, {}) + f"<br>{missing}")
    shaded = _zones(
        frame[known],
        frame.loc[known, value].tolist(),
        cards[known],
        shapes,
        colorscale=scale or mobility_scale(),
        zmin=ticks[0],
        zmax=ticks[-1],
        colorbar=_color_bar(unit, ticks, _tick_words(ticks, ends)),
    )
    gray = _missing(frame[~known], cards[~known], missing, shapes)
    return _figure([shaded, *gray], shapes=shapes)


def zone_class_map(
    frame: pd.DataFrame,
    value: str,
    *,
    unit: str,
    labels: Sequence[str],
    scale: Sequence[str] | None = None,
    hover: Mapping[str, str] | None = None,
    cards: pd.Series | None = None,
    missing: str = NO_ESTIMATE,
) -> go.Figure:
    """Map of one class for each commuting zone, with a legend in words.

    Parameters
    ----------
    frame, unit, cards, missing
        As for :func:`zone_map`.
    value : str
        Column with the class as a number from 0; NaN is drawn gray.
    labels : sequence of str
        Names of the classes 0, 1, …
    hover : mapping of str to str, optional
        Further columns of ``frame`` in the hover card, with their labels;
        their values are shown as they are.
    scale : sequence of str, optional
        One color a class; the mobility colors if not given (their two ends
        for two classes).

    Returns
    -------
    plotly Figure
    """
    scale = scale or class_colors(len(labels))
    names = frame[value].map(dict(enumerate(labels)))
    without = frame[value].isna()
    if cards is None:
        further = {label: frame[column] for column, label in (hover or {}).items()}
        cards = _cards(frame, {unit: names, **further})
        cards = cards.where(~without, _cards(frame, further) + f"<br>{missing}")
    traces = []
    for number, (label, color) in enumerate(zip(labels, scale, strict=True)):
        here = frame[value] == number
        traces.append(_flat(frame[here], cards[here], label, color))
    gray = _missing(frame[without], cards[without], missing)
    return _figure([*traces, *gray], unit)


def zone_marker_map(
    frame: pd.DataFrame,
    value: str,
    *,
    unit: str,
    labels: Sequence[str],
    size: str,
    cards: pd.Series,
    missing: str = NO_ESTIMATE,
) -> go.Figure:
    """Map of one round marker a zone, its area in proportion to a number.

    Parameters
    ----------
    frame : DataFrame
        As for :func:`zone_map`, and ``lon``, ``lat`` in degrees.
    value, unit, labels, cards, missing
        As for :func:`zone_class_map`; zones without a class get a hollow marker.
    size : str
        Column that the area of the marker stands for; no marker where it is NaN.
    """
    base = _flat(frame, pd.Series("", frame.index), "", tokens()["mobility-missing"])
    base.update(hoverinfo="skip", hovertemplate=None, text=None, showlegend=False)
    base.meta = {"geometry": ZONES, "missing": True}
    # The biggest are drawn first, so that they do not hide the small ones.
    order = frame.dropna(subset=[size]).sort_values(size, ascending=False)
    reach = WIDEST_MARKER * np.sqrt(order[size] / order[size].max())
    diameter = np.maximum(reach, SMALLEST_MARKER)
    colors = order[value].map(dict(enumerate(class_colors(len(labels)))))
    markers = go.Scattergeo(
        lon=order["lon"].round(3).tolist(),
        lat=order["lat"].round(3).tolist(),
        text=cards[order.index].tolist(),
        hovertemplate="%{text}<extra></extra>",
        mode="markers",
        marker={
            "size": diameter.round(1).tolist(),
            "color": colors.fillna("rgba(255,255,255,0.55)").tolist(),
            "line": {"color": "#ffffff", "width": 0.6},
            "opacity": 1,
        },
        showlegend=False,
        meta={"sized": True},
    )
    keys = [
        *zip(labels, class_colors(len(labels)), strict=True),
        (missing, "rgba(255,255,255,0.55)"),
    ]
    fig = _figure([base], unit)
    return fig.add_traces([markers, *[_key(*key) for key in keys]])


def class_colors(count: int) -> tuple[str, ...]:
    """Colors of 2 or 4 classes from low to high mobility."""
    steps = mobility_steps()
    if count == 2:
        return steps[0], steps[-1]
    if count == len(steps):
        return tuple(steps)
    raise ValueError(f"there are colors for 2 or {len(steps)} classes, not for {count}")


def card(zone: object, state: object, lines: Mapping[str, object]) -> str:
    """Text of a hover card: the place in bold, then a line for each label and value."""
    rows = "".join(f"<br>{plotly_text(key)}: {plotly_text(lines[key])}" for key in lines)
    return f"<b>{plotly_text(zone)}</b>, {plotly_text(state)}{rows}"


def _percentile(values: pd.Series) -> pd.Series:
    """Share of zones below each zone, ties counted by half, in percent."""
    rank = values.rank(method="average")
    return 100 * (rank - 0.5) / values.notna().sum()


def _cards(frame: pd.DataFrame, rows: Mapping[str, pd.Series]) -> pd.Series:
    """Text of the hover card of each zone, safe against whatever the names hold."""
    head = "<b>" + frame["zone"].map(plotly_text) + "</b>, " + frame["state"].map(plotly_text)
    lines = [f"<br>{plotly_text(name)}: " + row.map(plotly_text) for name, row in rows.items()]
    return sum(lines, start=head)


def _zones(
    frame: pd.DataFrame, z: list, cards: pd.Series, shapes: str = ZONES, **options: object
) -> go.Choropleth:
    meta = {"geometry": shapes, **options.pop("meta", {})}
    return go.Choropleth(
        locations=frame["cz"].astype(int).astype(str).tolist(),
        z=z,
        locationmode="geojson-id",
        text=cards.tolist(),
        hovertemplate="%{text}<extra></extra>",
        marker={"line": BORDER if shapes == ZONES else COUNTY_BORDER},
        meta=meta,
        **options,
    )


def _flat(
    frame: pd.DataFrame, cards: pd.Series, name: str, color: str, **options: object
) -> go.Choropleth:
    """Zones of one color, with an entry in the legend."""
    return _zones(
        frame,
        [0] * len(frame),
        cards,
        name=plotly_text(name),
        colorscale=[[0, color], [1, color]],
        zmin=0,
        zmax=1,
        showscale=False,
        showlegend=True,
        **options,
    )


def _missing(
    frame: pd.DataFrame, cards: pd.Series, name: str, shapes: str = ZONES
) -> list[go.Choropleth]:
    if frame.empty:
        return []
    gray = tokens()["mobility-missing"]
    return [_flat(frame, cards, name, gray, shapes=shapes, meta={"missing": True})]


def _key(name: str, color: str) -> go.Scattergeo:
    """An entry in the legend for markers of one color."""
    marker = {"color": color, "size": 10, "line": {"color": "#8a8f9c", "width": 0.6}}
    return go.Scattergeo(
        lon=[None], lat=[None], mode="markers", marker=marker, name=plotly_text(name)
    )


def _state_lines(shapes: str = ZONES) -> go.Scattergeo:
    return go.Scattergeo(
        lon=[],
        lat=[],
        mode="lines",
        line=STATE_BORDER,
        hoverinfo="skip",
        showlegend=False,
        meta={"geometry": "states" if shapes == ZONES else "county_states"},
    )


def _ticks(low: float, high: float) -> np.ndarray:
    """Round values, four to nine of them, nearest to the span from low to high."""
    rough = (high - low) / 4
    steps = np.array([1, 2, 2.5, 5, 10]) * 10.0 ** np.floor(np.log10(rough))
    step = steps[np.searchsorted(steps, rough, side="right") - 1]
    return np.arange(np.round(low / step), np.round(high / step) + 1) * step


def _tick_words(ticks: np.ndarray, ends: tuple[str, str]) -> list[str]:
    """Numbers at the ticks; the ends take in what lies beyond, and have a word each."""
    words = [f"{tick:g}".replace("-", "−") for tick in ticks]
    words[0] = f"≤ {words[0]}<br>{plotly_text(ends[0])}"
    words[-1] = f"≥ {words[-1]}<br>{plotly_text(ends[1])}"
    return words


def _color_bar(unit: str, ticks: np.ndarray, words: list[str]) -> dict:
    return {
        "orientation": "h",
        "title": {"text": _wrapped(unit), "side": "top", "font": {"size": 12}},
        "thickness": 10,
        "lenmode": "fraction",
        "len": 0.6,
        "x": 0.04,
        "xanchor": "left",
        "xpad": 0,
        "y": 0,
        "yanchor": "top",
        "ypad": 4,
        "outlinewidth": 0,
        "tickvals": ticks.tolist(),
        "ticktext": words,
        "ticklabeloverflow": "allow",
        "tickfont": {"size": 11},
    }


def _wrapped(text: str) -> str:
    """Text in lines of about equal length that a phone has room for."""
    lines = len(textwrap.wrap(text, 36))
    wrapped = textwrap.wrap(text, max(len(text) // max(lines, 1) + 6, 12))
    return "<br>".join(plotly_text(line) for line in wrapped)


def _figure(traces: list, unit: str = "", shapes: str = ZONES) -> go.Figure:
    """Put traces on the map; ``unit`` heads the legend where no color bar has it."""
    fig = new_figure().add_traces([*traces, _state_lines(shapes)])
    fig.update_geos(scope="usa", visible=False, bgcolor="rgba(0,0,0,0)", **PROJECTION)
    fig.update_layout(
        height=None,
        dragmode="pan",
        showlegend=True,
        margin={"l": 0, "r": 0, "t": 0, "b": 76 if unit else 100},
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            **({"y": 0, "yanchor": "top"} if unit else BELOW_COLOR_BAR),
            "title": {"text": _wrapped(unit), "side": "top", "font": {"size": 12}},
            "font": {"size": 11},
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
    return fig
