"""The place finder: a widget on the site, and what it says of one zone, for paper."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.data import Study
from analysis.data.names import TARGET
from analysis.mobility.describe.profiles import Profiles, make_profiles, pushes
from analysis.mobility.groups.results import group_results
from analysis.mobility.robust.cohorts import LATER
from analysis.mobility.sample import BINARY, analysis_sample
from analysis.paths import THEME
from analysis.publish import site_root
from analysis.publish.chapter.show import on_site
from analysis.publish.site_files import write_text
from analysis.publish.text import numbers
from analysis.publish.text.script import one_scope
from analysis.publish.widgets import places
from analysis.publish.widgets.cities import place_cities, read_cities

SOURCES = THEME / "finder"
PARTS = ("numbers", "search", "page", "zone", "profile", "combobox", "address")
"""The finder's script, in pieces that share one scope."""

SIMULATED = "Simulated data: this describes a made-up zone, not the world."

NO_SCRIPT = (
    "The finder needs JavaScript, which is switched off here. Every zone, with its mobility, "
    "is in the <a href='{root}results/commuting_zones.csv'>table of zones (CSV)</a>."
)


@dataclass(frozen=True)
class PlaceFinder:
    """The finder of one study.

    Attributes
    ----------
    profiles : Profiles
        What is shown of each zone.
    counties : DataFrame
        ``county``, ``county_name``, ``cz``, ``state`` and ``children`` of each county.
    labels : DataFrame
        ``cz``, ``label_binary`` and ``label_quartile`` of the labeled zones.
    warning : str
        See ``places.profile_data``.
    groups : DataFrame or None
        Shrunken ranks of groups of children, see ``places.profile_data``; None without the file.
    cities : DataFrame or None
        See ``cities.place_cities``; None where the zones are made up.
    """

    profiles: Profiles
    counties: pd.DataFrame
    labels: pd.DataFrame
    warning: str = ""
    groups: pd.DataFrame | None = None
    cities: pd.DataFrame | None = None

    def _repr_markdown_(self) -> str:
        self.write()
        return on_site(widget(site_root.site_root()))

    def write(self) -> None:
        """Write all that the widget loads to ``results/places/``."""
        places.write_places(
            places.place_index(self.profiles.zones, self.counties, self.cities),
            places.profile_data(self.profiles, self.labels, self.warning, self.groups),
        )
        write_text(f"{places.FOLDER}/finder.js", one_scope(SOURCES, PARTS))
        write_text(f"{places.FOLDER}/finder.css", (SOURCES / "finder.css").read_text("utf-8"))


def place_finder(
    study: Study,
    *,
    predictions: pd.DataFrame | None = None,
    contributions: pd.DataFrame | None = None,
    clusters: pd.DataFrame | None = None,
    held_out: bool = False,
) -> PlaceFinder:
    """The finder, with whatever models have to say; see ``make_profiles`` for the frames."""
    profiles = make_profiles(
        study.zones,
        study.codebook,
        study.sample.zones,
        predictions=predictions,
        contributions=contributions,
        clusters=clusters,
        held_out=held_out,
    )
    labels = analysis_sample(study)[["cz", "label_binary", "label_quartile"]]
    groups = group_results(study)
    return PlaceFinder(
        profiles,
        study.counties,
        labels,
        warning=SIMULATED if study.simulated else "",
        groups=groups.national if groups else None,
        cities=None if study.simulated else place_cities(read_cities(), study.counties),
    )


def widget(root: str) -> str:
    """The widget's markup for a page from which ``root`` leads to the site's root."""
    folder = f"{root}results/{places.FOLDER}"
    scripts = "\n".join(
        f'<script defer src="{folder}/{name}"></script>'
        for name in ("index.js", "profiles.js", "finder.js")
    )
    return (
        f'<link rel="stylesheet" href="{folder}/finder.css">\n'
        '<div class="place-finder" id="place-finder"></div>\n'
        f"<noscript><p>{NO_SCRIPT.format(root=root)}</p></noscript>\n{scripts}"
    )


def largest_zone(profiles: Profiles) -> pd.Series:
    """The zone of the sample with most residents."""
    known = profiles.zones.dropna(subset=[TARGET])
    known = known[known["cz"].isin(profiles.sample)]
    return known.sort_values(["population", "cz"], ascending=[False, True]).iloc[0]


def example(finder: PlaceFinder, zone: pd.Series) -> pd.DataFrame:
    """What the finder says of a zone: columns ``What`` and ``Finding``."""
    profiles = finder.profiles
    return pd.DataFrame(
        [
            *_mobility_rows(profiles, zone),
            *_group_rows(finder.groups, zone["cz"]),
            *_model_rows(profiles, zone["cz"]),
        ],
        columns=["What", "Finding"],
    )


def _mobility_rows(profiles: Profiles, zone: pd.Series) -> list[tuple[str, str]]:
    standing = profiles.standing.loc[zone["cz"]]
    similar = profiles.similar[profiles.similar["cz"] == zone["cz"]].sort_values("rank")
    names = profiles.zones.set_index("cz").loc[similar["neighbor"]]
    return [
        ("Upward mobility", f"Rank {numbers.rank(zone[TARGET])} on average"),
        ("Children born three years later", f"Rank {numbers.rank(zone[LATER])} on average"),
        (
            "In the country",
            f"Higher than in {numbers.plain(standing['national_below'])} of "
            f"{numbers.plain(standing['national_zones'])} zones with an estimate",
        ),
        (
            "Among children",
            f"{numbers.plain(standing['children_percentile'])}% of the country's children "
            "grew up in zones where it is lower",
        ),
        (
            "In its state",
            f"Higher than in {numbers.plain(standing['state_below'])} of "
            f"{numbers.plain(standing['state_zones'])} zones with an estimate",
        ),
        (
            "Most similar zones",
            "; ".join(f"{row.zone}, {row.state}" for row in names.itertuples()),
        ),
    ]


def _group_rows(groups: pd.DataFrame | None, cz: int) -> list[tuple[str, str]]:
    """Each group's rank with its interval and the number of children behind it."""
    if groups is None:
        return []
    own = (
        places.shown_ranks(groups[groups["cz"] == cz])
        .set_index("group")
        .reindex(places.GROUP_NAMES)
    )
    rows = []
    for group, title in places.GROUP_NAMES.items():
        rank, low, high, children = own.loc[group, list(places.GROUP_COLUMNS)]
        found = (
            "Too few children to say"
            if pd.isna(rank)
            else f"Rank {numbers.rank(rank)} (95% interval {numbers.interval(low, high, 1)}), "
            f"{numbers.plain(children)} children counted"
        )
        rows.append((f"{title} children of poor parents", found))
    return rows


def _model_rows(profiles: Profiles, cz: int) -> list[tuple[str, str]]:
    rows = []
    if profiles.predictions is not None and cz in profiles.predictions.index:
        row = profiles.predictions.loc[cz]
        rows += _set_rows(row)
        rows.append(
            (
                "Prediction, zone unseen",
                f"{BINARY[int(row['predicted_label'])].capitalize()}, with a probability of "
                f"{numbers.chance(row['predicted_probability'])} to be above it",
            )
        )
    if profiles.contributions is not None and cz in profiles.contributions.index:
        up, down, _ = pushes(profiles.contributions.loc[cz])
        rows.append(("Pushes its prediction up", _named(up, profiles.codebook)))
        rows.append(("Pushes its prediction down", _named(down, profiles.codebook)))
    if profiles.clusters is not None and cz in profiles.clusters.index:
        row = profiles.clusters.loc[cz]
        rows.append(("Kind of community", f"{row['cluster_name']}. {row['cluster_text']}"))
    return rows


def _set_rows(row: pd.Series) -> list[tuple[str, str]]:
    """What can't be ruled out, where that is known."""
    if "set_lowest" not in row:
        return []
    left = BINARY[int(row["set_lowest"]) : int(row["set_highest"]) + 1]
    words = " or ".join(left) + (": the model can't tell" if len(left) > 1 else " alone")
    return [("Not ruled out, nine in ten", words[0].upper() + words[1:])]


def _named(parts: pd.Series, codebook: pd.DataFrame) -> str:
    parts_ = [f"{codebook.loc[f, 'title']} ({numbers.signed(v)})" for f, v in parts.items()]
    return "; ".join(parts_) or "Nothing"
