"""Exhibits of the chapter on where mobility is high and where forecasts fail."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.data.names import TARGET
from analysis.mobility.labels import BINARY, QUARTILES
from analysis.mobility.models import Models
from analysis.publish import numbers
from analysis.publish.exhibit import Figure, Table
from analysis.publish.exhibits.forecasts import OUTSIDE, analysed, cards, forecasts, same
from analysis.publish.exhibits.maps import share_between_states
from analysis.publish.geometry import report_county_geometry
from analysis.publish.geometry.centres import zone_centres
from analysis.publish.maps import zone_class_map, zone_map, zone_marker_map
from analysis.publish.style import mobility_steps, tokens
from analysis.publish.switch import Switch, Version

SOURCE = "Each forecast comes from a model that has seen no zone of the same state; grey zones are "
LISTED = 10


def labels(models: Models) -> Switch:
    """Actual and forecast label: above or below the mean."""
    return _agreement(models, "binary", BINARY, "above or below the mean")


def quarters(models: Models) -> Switch:
    """Actual and forecast quarter."""
    return _agreement(models, "quartile", QUARTILES, "quarter of mobility")


def _agreement(models: Models, task: str, names: tuple[str, ...], what: str) -> Switch:
    table = forecasts(models)
    shade = partial(
        zone_class_map, table, labels=_capital(names), cards=cards(table), missing=OUTSIDE
    )
    equal = numbers.percent(same(table, task).mean())
    actual, said = f"label_{task}", f"{task}_states"
    return Switch(
        name=f"maps-{task}",
        legend="Show",
        versions=(
            Version("Actual", shade(actual, unit=f"Actual: {what}"), _alt(table, actual, names)),
            Version("Forecast", shade(said, unit=f"Forecast: {what}"), _alt(table, said, names)),
        ),
        finding=f"{equal} of the zones have the same colour on both maps.",
        caption=f"Actual and forecast label: {what}. {SOURCE}{OUTSIDE.lower()}.",
        data=table,
        by_state=_class_rows(table, task, names),
    )


def errors(models: Models) -> Figure:
    """Actual less forecast rank."""
    table = forecasts(models)
    known = analysed(table)
    between = numbers.percent(share_between_states(known, "error"))
    half = numbers.plain(known["error"].abs().median(), 1)
    limit = float(np.ceil(known["error"].abs().quantile(0.95)))
    low, high = mobility_steps()[0], mobility_steps()[-1]
    means = known.groupby("state")["error"].mean().sort_values()
    return Figure(
        name="maps-errors",
        plot=zone_map(
            table,
            "error",
            unit="Actual less forecast rank",
            ends=("lower", "higher"),
            scale=[(0, low), (0.5, tokens()["surface"]), (1, high)],
            limits=(-limit, limit),
            cards=cards(table),
            missing=OUTSIDE,
        ),
        finding=f"Half of the forecasts are within {half} ranks, and errors run together: "
        f"{between} of their variance lies between states.",
        caption=f"Actual rank less the rank that was forecast: violet zones do better than their "
        f"traits suggest, orange ones worse. {SOURCE}{OUTSIDE.lower()}.",
        alt="Map of forecast errors. By state average, mobility falls short of the forecast most "
        f"in {means.index[0]} ({numbers.signed(means.iloc[0], 1)}) and exceeds it most in "
        f"{means.index[-1]} ({numbers.signed(means.iloc[-1], 1)}).",
        data=table,
        by_state=_error_rows(known),
    )


def largest_misses(table: pd.DataFrame, many: int = LISTED) -> pd.DataFrame:
    """The zones whose forecast rank is furthest from the actual one, furthest first."""
    known = analysed(table)
    return known.loc[known["error"].abs().sort_values(ascending=False).index[:many]]


def misses(models: Models) -> Table:
    """The largest misses by name."""
    chosen = largest_misses(forecasts(models))
    rows = pd.DataFrame(
        {
            "Zone": chosen["zone"] + ", " + chosen["state"],
            "Children": chosen["children"].map(numbers.plain),
            "Actual rank": chosen[TARGET].map(numbers.rank),
            "Forecast": chosen["predicted"].map(numbers.rank),
            "Miss": chosen["error"].map(lambda miss: numbers.signed(miss, 1)),
        }
    )
    return Table(
        name="maps-misses",
        rows=rows,
        caption=f"The {numbers.count(len(rows))} largest misses, with the number of children in "
        "the cohorts behind the estimate.",
        data=chosen,
    )


def cities(models: Models) -> Figure:
    """One marker a zone at its most populous county."""
    centres = zone_centres(models.study.counties, report_county_geometry().counties)
    table = forecasts(models).merge(centres, on="cz", how="left")
    known = analysed(table)
    big = known.nlargest(LISTED, "children")
    low = int((big["label_quartile"] == 0).sum())
    share = known.groupby("label_quartile")["children"].sum() / known["children"].sum()
    tail = numbers.percent(share.iloc[0])
    return Figure(
        name="maps-cities",
        plot=zone_marker_map(
            table,
            "label_quartile",
            unit="Actual quarter of mobility",
            labels=_capital(QUARTILES),
            size="children",
            cards=cards(table),
            missing=OUTSIDE,
        ),
        finding=f"The low quarter holds a fourth of the zones and {tail} of their children; "
        f"of the {numbers.count(len(big))} largest zones it holds {numbers.count(low)}.",
        caption="One circle a zone, in the middle of its county with the most children; its area "
        "stands for the children in the cohorts. A zone bears the name of its main city, which may "
        "lie elsewhere in it.",
        alt=f"Map with a circle for each zone. The largest are {_named(big)}.",
        data=table,
        by_state=_children_rows(known),
    )


def _named(big: pd.DataFrame, many: int = 5) -> str:
    return "; ".join(
        f"{row.zone}, {row.state} ({QUARTILES[int(row.label_quartile)]})"
        for row in big.head(many).itertuples()
    )


def _capital(names: tuple[str, ...]) -> list[str]:
    return [name.capitalize() for name in names]


def _alt(table: pd.DataFrame, column: str, names: tuple[str, ...]) -> str:
    known = table.dropna(subset=[column])
    said = []
    for code in (0, len(names) - 1):
        found = known.loc[known[column] == code, "state"].value_counts()
        where = ", ".join(found.index[:3])
        said.append(f"{numbers.count(int(found.sum()), 'zone')} are {names[code]}, most in {where}")
    words = "Actual labels" if column.startswith("label") else "Forecasts"
    return f"{words} by commuting zone: {'; '.join(said)}."


def _class_rows(table: pd.DataFrame, task: str, names: tuple[str, ...]) -> pd.DataFrame:
    known = analysed(table).assign(same=same(table, task))
    states = known.groupby("state")
    rows = {"State": sorted(known["state"].unique()), "Zones": states.size().tolist()}
    for word, column in (("Actual", f"label_{task}"), ("Forecast", f"{task}_states")):
        for code, name in enumerate(names):
            rows[f"{word}: {name}"] = states[column].agg(lambda v, c=code: (v == c).sum()).tolist()
    rows["Same"] = states["same"].mean().map(numbers.percent).tolist()
    return pd.DataFrame(rows)


def _error_rows(known: pd.DataFrame) -> pd.DataFrame:
    states = known.groupby("state")
    return pd.DataFrame(
        {
            "State": sorted(known["state"].unique()),
            "Zones": states.size().tolist(),
            "Mean actual rank": states[TARGET].mean().map(numbers.rank).tolist(),
            "Mean forecast": states["predicted"].mean().map(numbers.rank).tolist(),
            "Mean error": [numbers.signed(v, 1) for v in states["error"].mean()],
        }
    )


def _children_rows(known: pd.DataFrame) -> pd.DataFrame:
    table = known.pivot_table(
        index="state", columns="label_quartile", values="children", aggfunc="sum", fill_value=0
    )
    rows = {"State": table.index, "Children": table.sum(axis=1).map(numbers.plain).tolist()}
    for code, name in enumerate(QUARTILES):
        rows[f"In zones with {name} mobility"] = table[code].map(numbers.plain).tolist()
    return pd.DataFrame(rows)
