"""What the rankings of traits say."""

from __future__ import annotations

from analysis.mobility.models import Models
from analysis.mobility.wording import named
from analysis.publish import numbers
from analysis.publish.rows import where


def top_information(models: Models, task: str = "binary") -> str:
    """The trait that tells most, and how firm its place is."""
    table = where(models.mutual_information, task=task)
    top = table.iloc[0]
    title = models.study.codebook.loc[top["feature"], "title"]
    if top["rank_high"] == 1:
        place = "It comes first in nearly every resample"
    else:
        place = f"Resampled, it falls anywhere from place {top['rank_low']} to {top['rank_high']}"
    return f"No trait tells more about the label than “{title}”. {place}."


def steady_traits(models: Models, share: float = 0.9) -> str:
    """Traits kept with one sign in most halves of the states."""
    table = models.stability
    steady = table[(table["same_sign"] >= share) & (table["kept"] >= share)]
    steady = steady.sort_values("coefficient", key=abs, ascending=False)
    names = list(models.study.codebook.loc[steady["feature"], "title"])
    if not names:
        return "No trait is kept with the same sign in nine of ten halves."
    return (
        f"{numbers.count(len(names), 'trait').capitalize()} "
        f"{'is' if len(names) == 1 else 'are'} kept with the same sign in at least nine of ten "
        f"halves: {named(names)}."
    )
