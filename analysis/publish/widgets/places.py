"""The data of the place finder, as local scripts that assign one global each.

Scripts rather than JSON, because a page that is opened from a folder may not fetch.
Zones stand in one order in both files and are referred to by their position in it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.data.names import TARGET
from analysis.data.states import NAME_BY_POSTAL
from analysis.mobility.describe.profiles import INTERCEPT, LOG_ODDS, Profiles
from analysis.mobility.groups.outcomes import FEWEST
from analysis.mobility.robust.cohorts import LATER
from analysis.publish.site_files import write_text

FOLDER = "places"
INDEPENDENT_CITY = 510
"""Lowest number, within its state, of a city that belongs to no county."""
GROUP_NAMES = MappingProxyType(
    {"all": "All", "white": "White", "black": "Black", "hispanic": "Hispanic"}
)
"""Groups of children as the source names them, in its order."""
GROUP_COLUMNS = ("shrunken", "low", "high", "children")


def place_index(
    zones: pd.DataFrame, counties: pd.DataFrame, cities: pd.DataFrame | None = None
) -> dict:
    """What the search box knows: states, zones by population, counties by children, cities.

    Parameters
    ----------
    cities : DataFrame, optional
        See `cities.place_cities`.

    Returns
    -------
    dict
        ``states``: postal code and name. ``zones``: number, name, position of the state.
        ``counties``: number, label, position of the zone, position of the state.
        ``cities``: for each county the names of its cities, empty if none is known.
    """
    zones = ordered(zones)
    postals = sorted(set(zones["state"]) | set(counties["state"]), key=_state_name)
    state_at = {postal: i for i, postal in enumerate(postals)}
    zone_at = {cz: i for i, cz in enumerate(zones["cz"])}
    counties = counties[counties["cz"].isin(zone_at)]
    counties = counties.sort_values(["children", "county"], ascending=[False, True])
    return {
        "states": [[postal, _state_name(postal)] for postal in postals],
        "zones": [[int(z.cz), str(z.zone), state_at[z.state]] for z in zones.itertuples()],
        "counties": [
            [
                int(c.county),
                county_label(c.county, c.county_name, c.state),
                zone_at[c.cz],
                state_at[c.state],
            ]
            for c in counties.itertuples()
        ],
        "cities": [] if cities is None else _cities(cities, counties["county"]),
    }


def _cities(cities: pd.DataFrame, counties: pd.Series) -> list[list[str]]:
    of_county = cities.groupby("county")["name"].agg(list)
    return [of_county.get(county, []) for county in counties]


def county_label(number: int, name: str, state: str) -> str:
    """A county's name as people say it: with "County", "Parish" or, for cities, "City".

    Boroughs and census areas of Alaska, and names that say what they are, stay as they are.
    """
    if number % 1000 >= INDEPENDENT_CITY:
        return name if name.endswith("City") else f"{name} City"
    if state in {"AK", "DC"} or "County" in name.split():
        return name
    return f"{name} {'Parish' if state == 'LA' else 'County'}"


def profile_data(
    profiles: Profiles,
    labels: pd.DataFrame,
    warning: str = "",
    groups: pd.DataFrame | None = None,
) -> dict:
    """Everything that the finder shows of a zone, column by column.

    Parameters
    ----------
    profiles : Profiles
        Of all zones of the index.
    labels : DataFrame
        ``cz``, ``label_binary`` and ``label_quartile`` of the zones that have labels.
    warning : str
        What must go with a profile wherever it goes: to paper and into its file.
    groups : DataFrame, optional
        Shrunken ranks of groups of children, see `analysis.mobility.groups.shrinkage.shrink`.

    Returns
    -------
    dict
        Lists are in the order of the index; None stands for what is not known. Values keep
        ten significant digits, percentiles none after the point.
    """
    zones = ordered(profiles.zones)
    order = zones["cz"]
    standing = profiles.standing.reindex(order)
    labels = labels.set_index("cz").reindex(order)
    return {
        "warning": warning,
        "features": [_described(profiles.codebook, name) for name in profiles.features],
        "values": [_numbers(zones[name]) for name in profiles.features],
        "percentiles": [
            _numbers(profiles.percentiles[name].reindex(order).round())
            for name in profiles.features
        ],
        "mobility": _numbers(zones[TARGET]),
        "later": _numbers(zones[LATER]),
        "standing": {
            name: _numbers(standing[name].round() if "percentile" in name else standing[name])
            for name in standing
        },
        "inSample": [int(cz in profiles.sample) for cz in order],
        "label": _numbers(labels["label_binary"]),
        "quartile": _numbers(labels["label_quartile"]),
        "similar": _similar(profiles, order),
        "predictions": _predictions(profiles.predictions, order),
        "contributions": _contributions(profiles, order),
        "clusters": _clusters(profiles.clusters, order),
        "groups": _groups(groups, order),
    }


def write_places(index: dict, data: dict) -> tuple[str, ...]:
    """Write all scripts; gives their paths relative to the project."""
    common, states = by_state(index, data)
    return (
        write_text(f"{FOLDER}/index.js", script("reportPlaces", index)),
        write_text(f"{FOLDER}/profiles.js", script("reportProfiles", common)),
        *(
            write_text(f"{FOLDER}/states/{postal}.js", f"window.reportState({_json(part)});\n")
            for postal, part in states.items()
        ),
    )


def by_state(index: dict, data: dict) -> tuple[dict, dict[str, dict]]:
    """Divide what the finder shows into what it needs at once, and a part for each state.

    A state's part has the positions of its zones and, for each of the large tables of
    traits, their columns. What is left in common has those tables empty.
    """
    tables = {"values": data["values"], "percentiles": data["percentiles"]}
    common = {**data, **{name: [[] for _ in table] for name, table in tables.items()}}
    if data["contributions"]:
        tables["contributions"] = pushes = data["contributions"]["values"]
        common["contributions"] = {**data["contributions"], "values": [[] for _ in pushes]}
    if data["groups"]:
        tables["groups"] = ranks = data["groups"]["values"]
        common["groups"] = {**data["groups"], "values": [[] for _ in ranks]}
    zones: dict[str, list[int]] = {}
    for at, (_, _, state) in enumerate(index["zones"]):
        zones.setdefault(index["states"][state][0], []).append(at)
    return common, {
        postal: {
            "state": postal,
            "at": places,
            **{
                name: [[row[at] for at in places] for row in table]
                for name, table in tables.items()
            },
        }
        for postal, places in zones.items()
    }


def script(name: str, data: dict) -> str:
    """A script that assigns ``data`` to a global; ASCII, so that no encoding can spoil it."""
    return f"window.{name}={_json(data)};\n"


def _json(data: dict) -> str:
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def ordered(zones: pd.DataFrame) -> pd.DataFrame:
    """Zones by population, the largest first: the order in which suggestions come."""
    return zones.sort_values(["population", "cz"], ascending=[False, True])


def _state_name(postal: str) -> str:
    return NAME_BY_POSTAL.get(postal, postal)


def _described(codebook: pd.DataFrame, name: str) -> dict[str, str]:
    entry = codebook.loc[name]
    return {"name": name, **{key: str(entry[key]) for key in ("title", "unit", "kind", "domain")}}


def _numbers(values: Iterable[float], digits: int = 10) -> list[float | int | None]:
    return [_number(value, digits) for value in values]


def _number(value: float, digits: int) -> float | int | None:
    if value is None or pd.isna(value) or math.isinf(value):
        return None
    short = float(f"{float(value):.{digits}g}")
    return int(short) if short.is_integer() else short


def _similar(profiles: Profiles, order: pd.Series) -> list[list]:
    """For each zone its similar zones: position, distance, positions of the features."""
    zone_at = {cz: i for i, cz in enumerate(order)}
    feature_at = {name: i for i, name in enumerate(profiles.features)}
    differ: dict[tuple[int, int], list[int]] = {}
    for row in profiles.differences.itertuples():
        differ.setdefault((row.cz, row.neighbor), []).append(feature_at[row.feature])
    rows: list[list] = [[] for _ in zone_at]
    for row in profiles.similar.itertuples():
        features = differ.get((row.cz, row.neighbor), [])
        rows[zone_at[row.cz]].append([zone_at[row.neighbor], _number(row.distance, 3), features])
    return rows


def _predictions(frame: pd.DataFrame | None, order: pd.Series) -> dict | None:
    if frame is None:
        return None
    frame = frame.reindex(order)
    ends = {name: f"set_{name}" for name in ("lowest", "highest") if f"set_{name}" in frame}
    return {
        **{name: _numbers(frame[column]) for name, column in ends.items()},
        "probability": _numbers(frame["predicted_probability"], 5),
        "label": _numbers(frame["predicted_label"]),
        "quartile": _numbers(frame["predicted_quartile"]),
    }


def _contributions(profiles: Profiles, order: pd.Series) -> dict | None:
    """Contributions to five decimals: enough to add up to the digits that are shown."""
    frame = profiles.contributions
    if frame is None:
        return None
    frame = frame.reindex(order).round(5)
    names = [name for name in profiles.features if name in frame]
    return {
        "features": [profiles.features.index(name) for name in names],
        "heldOut": profiles.held_out,
        "intercept": _numbers(frame[INTERCEPT]),
        "logOdds": _numbers(frame[LOG_ODDS]),
        "values": [_numbers(frame[name]) for name in names],
    }


def _clusters(frame: pd.DataFrame | None, order: pd.Series) -> dict | None:
    if frame is None:
        return None
    kinds = frame.drop_duplicates("cluster").sort_values("cluster")
    at = {cluster: i for i, cluster in enumerate(kinds["cluster"])}
    return {
        "names": [str(name) for name in kinds["cluster_name"]],
        "texts": [str(text) for text in kinds["cluster_text"]],
        "of": [
            at.get(cluster) for cluster in frame["cluster"].reindex(order).replace(np.nan, None)
        ],
    }


def shown_ranks(groups: pd.DataFrame) -> pd.DataFrame:
    """Ranks of groups, without those of too few children to say anything."""
    enough = groups["children"] >= FEWEST
    ranks = ["shrunken", "low", "high"]
    return groups.assign(**{name: groups[name].where(enough) for name in ranks})


def _groups(frame: pd.DataFrame | None, order: pd.Series) -> dict | None:
    """For each group its columns, to the decimal that is shown, and what all intervals span."""
    frame = None if frame is None else shown_ranks(frame)
    if frame is None or frame["shrunken"].isna().all():
        return None
    ends = [10 * math.floor(frame["low"].min() / 10), 10 * math.ceil(frame["high"].max() / 10)]
    values = []
    for group in GROUP_NAMES:
        own = frame[frame["group"] == group].set_index("cz").reindex(order)
        own = own[list(GROUP_COLUMNS)].round(dict(zip(GROUP_COLUMNS, (1, 1, 1, 0), strict=True)))
        values += [_numbers(own[column]) for column in GROUP_COLUMNS]
    return {
        "names": list(GROUP_NAMES.values()),
        "items": list(GROUP_NAMES),
        "fewest": FEWEST,
        "scale": ends,
        "values": values,
    }
