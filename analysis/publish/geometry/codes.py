"""County codes that changed between the crosswalk and the county shapes.

The crosswalk of the data names counties as of about 1990 to 2000, the shapes
are those of 2016. Where a code means the same land in both, nothing is listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from analysis.errors import ReportError


@dataclass(frozen=True)
class CodeChange:
    """A county that the crosswalk knows under another code than the shapes.

    Parameters
    ----------
    crosswalk, shape : int
        FIPS code (state * 1000 + county) in the crosswalk and in the shapes.
    reason : str
        What happened, and when.
    """

    crosswalk: int
    shape: int
    reason: str


CODE_CHANGES = (
    CodeChange(2201, 2198, "Prince of Wales-Outer Ketchikan became Prince of Wales-Hyder, 2008"),
    CodeChange(2232, 2105, "Skagway-Hoonah-Angoon was divided: Hoonah-Angoon, 2007"),
    CodeChange(2232, 2230, "Skagway-Hoonah-Angoon was divided: Skagway, 2007"),
    CodeChange(2280, 2195, "Wrangell-Petersburg was divided: Petersburg, 2008 and 2013"),
    CodeChange(2280, 2275, "Wrangell-Petersburg was divided: Wrangell, 2008"),
    CodeChange(2270, 2158, "Wade Hampton was renamed Kusilvak, 2015"),
    CodeChange(2063, 2261, "Chugach was part of Valdez-Cordova until 2019"),
    CodeChange(2066, 2261, "Copper River was part of Valdez-Cordova until 2019"),
    CodeChange(8013, 8014, "Broomfield was formed, mostly out of Boulder, 2001"),
    CodeChange(12025, 12086, "Dade was renamed Miami-Dade, 1997"),
    CodeChange(46113, 46102, "Shannon was renamed Oglala Lakota, 2015"),
    CodeChange(51515, 51019, "Bedford City became part of Bedford County, 2013"),
    CodeChange(51560, 51005, "Clifton Forge became part of Alleghany County, 2001"),
    CodeChange(51780, 51083, "South Boston became part of Halifax County, 1995"),
)


def assign_zones(
    shapes: Iterable[int],
    crosswalk: Mapping[int, int],
    changes: Iterable[CodeChange] = CODE_CHANGES,
) -> dict[int, int]:
    """Commuting zone of every county shape.

    A shape takes the zone of its own code where the crosswalk has it, else the
    zone of the county that it came from.

    Parameters
    ----------
    shapes : iterable of int
        FIPS codes of the shapes.
    crosswalk : mapping of int to int
        FIPS code to commuting zone.
    changes : iterable of CodeChange

    Returns
    -------
    dict of int to int
        Shape's FIPS code to commuting zone, one entry for each shape.

    Raises
    ------
    ReportError
        A county of the crosswalk has no shape, a shape has no zone, or a zone
        is left without any shape.
    """
    former = former_codes(shapes, crosswalk, changes)
    zones = {shape: int(crosswalk[code]) for shape, code in former.items()}
    _require_all_zones(crosswalk, zones)
    return zones


def former_codes(
    shapes: Iterable[int],
    known: Collection[int],
    changes: Iterable[CodeChange] = CODE_CHANGES,
) -> dict[int, int]:
    """The code under which the data know each county shape.

    Parameters
    ----------
    shapes : iterable of int
        FIPS codes of the shapes.
    known : collection of int
        FIPS codes of the data.
    changes : iterable of CodeChange

    Returns
    -------
    dict of int to int
        Shape's FIPS code to that of the data: its own where the data have it,
        else that of the county that it came from.

    Raises
    ------
    ReportError
        A county of the data has no shape, or a shape no county.
    """
    shapes, changes = list(shapes), tuple(changes)
    _require_shapes(known, set(shapes), changes)
    origins: dict[int, list[int]] = {}
    for change in changes:
        origins.setdefault(change.shape, []).append(change.crosswalk)
    codes = {}
    for shape in shapes:
        candidates = [code for code in (shape, *origins.get(shape, ())) if code in known]
        if not candidates:
            raise ReportError(
                f"County {shape:05d} has a shape but no commuting zone in the county crosswalk; "
                "check the crosswalk or add its former code to "
                "analysis/publish/geometry/codes.py."
            )
        codes[shape] = int(candidates[0])
    return codes


def absorbed(
    drawn: Collection[int],
    known: Collection[int],
    changes: Iterable[CodeChange] = CODE_CHANGES,
) -> dict[int, int]:
    """Counties of the data that have no shape of their own any more.

    Parameters
    ----------
    drawn : collection of int
        Codes that have a shape, the values of `former_codes`.
    known : collection of int
        FIPS codes of the data.
    changes : iterable of CodeChange

    Returns
    -------
    dict of int to int
        Code of the county to the code of the one that it became part of.
    """
    into = {change.crosswalk: change.shape for change in changes}
    return {code: into[code] for code in known if code not in drawn}


def _require_shapes(
    crosswalk: Collection[int], shapes: set[int], changes: tuple[CodeChange, ...]
) -> None:
    drawn = shapes | {change.crosswalk for change in changes if change.shape in shapes}
    lost = sorted(set(crosswalk) - drawn)
    if lost:
        raise ReportError(
            f"{len(lost)} counties of the crosswalk have no shape (first: {lost[0]:05d}); "
            "check their codes or add them to analysis/publish/geometry/codes.py."
        )


def _require_all_zones(crosswalk: Mapping[int, int], zones: Mapping[int, int]) -> None:
    lost = sorted(set(crosswalk.values()) - set(zones.values()))
    if lost:
        raise ReportError(
            f"{len(lost)} commuting zones are left without a shape (first: {lost[0]}); "
            "check the county crosswalk or analysis/publish/geometry/codes.py."
        )
