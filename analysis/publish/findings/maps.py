"""What the maps of forecasts and of counties say."""

from __future__ import annotations

from analysis.data import Study
from analysis.data.names import TARGET
from analysis.mobility.models import Models
from analysis.publish import numbers
from analysis.publish.exhibits.county_map import share_inside_zones, widest_zones
from analysis.publish.exhibits.forecast_maps import largest_misses
from analysis.publish.exhibits.forecasts import analysed, forecasts, same


def maps_headline(models: Models) -> str:
    """Share of equal colours, and the largest miss."""
    table = forecasts(models)
    worst = largest_misses(table, 1).iloc[0]
    word = "higher" if worst["error"] > 0 else "lower"
    return (
        f"Forecasts made without a look at a zone's own state give "
        f"{numbers.percent(same(table, 'binary').mean())} of the zones their actual side of the "
        f"mean and {numbers.percent(same(table, 'quartile').mean())} their actual quarter. They "
        f"fail most in {worst['zone']}, {worst['state']}, where children reach a rank "
        f"{numbers.rank(abs(worst['error']))} {word} than forecast."
    )


def misses_discussed(models: Models) -> str:
    """Direction and size of the zones that are missed most."""
    table = forecasts(models)
    chosen, known = largest_misses(table), analysed(table)
    above = int((chosen["error"] > 0).sum())
    small = int((chosen["children"] < known["children"].median()).sum())
    return (
        f"Of the {numbers.count(len(chosen))} largest misses, {numbers.count(above)} did better "
        f"than forecast, and {numbers.count(small)} are smaller than the median zone of the "
        "analysis."
    )


def misses_by_state(models: Models) -> str:
    """The states that the forecasts get wrong on the whole."""
    known = analysed(forecasts(models))
    states = known.groupby("state")["error"].agg(["mean", "size"]).query("size >= 5")["mean"]
    low, high = states.idxmin(), states.idxmax()
    return (
        f"Among states with at least five zones, mobility stays furthest behind the forecasts in "
        f"{low} ({numbers.signed(states[low], 1)} ranks on average) and runs furthest ahead of "
        f"them in {high} ({numbers.signed(states[high], 1)})."
    )


def counties_headline(study: Study) -> str:
    """How much of the differences lies inside zones, and the widest gap."""
    known = study.counties.dropna(subset=[TARGET])
    widest = widest_zones(study.counties, 1).iloc[0]
    return (
        f"Differences between counties of one and the same zone make up "
        f"{numbers.percent(share_inside_zones(known))} of the variance among counties, each "
        f"weighed by its children, so a zone's number hides part of the picture. The widest gap "
        f"between two sizeable counties is in the zone of {widest['zone']}: "
        f"{numbers.rank(widest['low'])} in {widest['low_name']} against "
        f"{numbers.rank(widest['high'])} in {widest['high_name']}."
    )
