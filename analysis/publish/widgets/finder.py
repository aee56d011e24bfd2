"""The place finder: a widget on the site, and what it says of one zone, for paper."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.data import Study
from analysis.data.names import TARGET
from analysis.mobility.describe.profiles import Profiles, make_profiles, pushes
from analysis.mobility.robust.cohorts import LATER
from analysis.mobility.sample import BINARY, analysis_sample
from analysis.paths import THEME
from analysis.publish import site_root
from analysis.publish.chapter.show import on_site
from analysis.publish.site_files import write_text
from analysis.publish.text import numbers
from analysis.publish.widgets import places

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
        ``cz``, ``label_binary`` and ``label_quartile`` of the labelled zones.
    warning : str
        See ``places.profile_data``.
    """

    profiles: Profiles
    counties: pd.DataFrame
    labels: pd.DataFrame
    warning: str = ""

    def _repr_markdown_(self) -> str:
        self.write()
        return on_site(widget(site_root.site_root()))

    def write(self) -> None:
        """Write all that the widget loads to ``results/places/``."""
        places.write_places(
            places.place_index(self.profiles.zones, self.counties),
            places.profile_data(self.profiles, self.labels, self.warning),
        )
        write_text(f"{places.FOLDER}/finder.js", _script())
        write_text(f"{places.FOLDER}/finder.css", _source("finder.css"))


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
    return PlaceFinder(profiles, study.counties, labels, SIMULATED if study.simulated else "")


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


def _script() -> str:
    """The pieces as one script; modules would not load from a folder."""
    parts = "\n".join(_source(f"{part}.js") for part in PARTS)
    return f'(() => {{\n"use strict";\n\n{parts}}})();\n'


def _source(name: str) -> str:
    return (THEME / "finder" / name).read_text(encoding="utf-8")


def largest_zone(profiles: Profiles) -> pd.Series:
    """The zone of the sample with most residents."""
    known = profiles.zones.dropna(subset=[TARGET])
    known = known[known["cz"].isin(profiles.sample)]
    return known.sort_values(["population", "cz"], ascending=[False, True]).iloc[0]


def example(profiles: Profiles, zone: pd.Series) -> pd.DataFrame:
    """What the finder says of a zone: columns ``What`` and ``Finding``."""
    return pd.DataFrame(
        [*_mobility_rows(profiles, zone), *_model_rows(profiles, zone["cz"])],
        columns=["What", "Finding"],
    )


def _mobility_rows(profiles: Profiles, zone: pd.Series) -> list[tuple[str, str]]:
    told = profiles.standing.loc[zone["cz"]]
    similar = profiles.similar[profiles.similar["cz"] == zone["cz"]].sort_values("rank")
    names = profiles.zones.set_index("cz").loc[similar["neighbor"]]
    return [
        ("Upward mobility", f"Rank {numbers.rank(zone[TARGET])} on average"),
        ("Children born three years later", f"Rank {numbers.rank(zone[LATER])} on average"),
        (
            "In the country",
            f"Higher than in {numbers.plain(told['national_below'])} of "
            f"{numbers.plain(told['national_zones'])} zones with an estimate",
        ),
        (
            "Among children",
            f"{numbers.plain(told['children_percentile'])}% of the country's children "
            "grew up in zones where it is lower",
        ),
        (
            "In its state",
            f"Higher than in {numbers.plain(told['state_below'])} of "
            f"{numbers.plain(told['state_zones'])} zones with an estimate",
        ),
        (
            "Most similar zones",
            "; ".join(f"{row.zone}, {row.state}" for row in names.itertuples()),
        ),
    ]


def _model_rows(profiles: Profiles, cz: int) -> list[tuple[str, str]]:
    rows = []
    if profiles.predictions is not None and cz in profiles.predictions.index:
        told = profiles.predictions.loc[cz]
        rows += _set_rows(told)
        rows.append(
            (
                "Prediction, zone unseen",
                f"{BINARY[int(told['predicted_label'])].capitalize()}, with a probability of "
                f"{numbers.chance(told['predicted_probability'])} to be above it",
            )
        )
    if profiles.contributions is not None and cz in profiles.contributions.index:
        up, down, _ = pushes(profiles.contributions.loc[cz])
        rows.append(("Pushes its prediction up", _named(up, profiles.codebook)))
        rows.append(("Pushes its prediction down", _named(down, profiles.codebook)))
    if profiles.clusters is not None and cz in profiles.clusters.index:
        told = profiles.clusters.loc[cz]
        rows.append(("Kind of community", f"{told['cluster_name']}. {told['cluster_text']}"))
    return rows


def _set_rows(told: pd.Series) -> list[tuple[str, str]]:
    """What can't be ruled out, where that is known."""
    if "set_lowest" not in told:
        return []
    left = BINARY[int(told["set_lowest"]) : int(told["set_highest"]) + 1]
    words = " or ".join(left) + (": the model can't tell" if len(left) > 1 else " alone")
    return [("Not ruled out, nine in ten", words[0].upper() + words[1:])]


def _named(parts: pd.Series, codebook: pd.DataFrame) -> str:
    told = [f"{codebook.loc[f, 'title']} ({numbers.signed(v)})" for f, v in parts.items()]
    return "; ".join(told) or "Nothing"
