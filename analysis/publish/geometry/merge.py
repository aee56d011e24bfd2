"""Merge counties into commuting zones and simplify them without gaps.

Work is done on *pieces*: the part of one zone in one state. Borders of zones
and of states are then made of the same simplified lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.publish.geometry.area import area_km2

# An isle is dropped if it is small and all that its zone loses is very small.
ISLE_KM2 = 60.0
ISLES_SHARE = 0.003

# The coarsest simplification is sought at which each zone still keeps its area.
FINEST_DEGREES, COARSEST_DEGREES = 0.001, 0.025
TRIALS = 6
AREA_SHARE = 0.0095

# Counties are many and small: their shapes are coarser, so that they load quickly.
COUNTY_DEGREES = 0.025

DECIMALS = 3  # of a degree: about 100 m, a fiftieth of a pixel on a wide screen


@dataclass(frozen=True)
class Pieces:
    """Edge-matched polygons, one for each zone and state.

    Parameters
    ----------
    zone, state : ndarray of int
        Commuting zone and state code (FIPS) of each piece.
    shape : ndarray of shapely geometries
    """

    zone: np.ndarray
    state: np.ndarray
    shape: np.ndarray


def merge_counties(codes: np.ndarray, shapes: np.ndarray, zones: dict[int, int]) -> Pieces:
    """Counties merged into pieces, with every point as it was."""
    keys = np.array([(zones[code], code // 1000) for code in codes.tolist()])
    pieces, group = np.unique(keys, axis=0, return_inverse=True)
    merged = [shapely.coverage_union_all(shapes[group == i]) for i in range(len(pieces))]
    return Pieces(pieces[:, 0], pieces[:, 1], np.array(merged))


def merge_pieces(pieces: Pieces) -> tuple[np.ndarray, np.ndarray]:
    """Zones in ascending order, and the shape of each, out of its pieces."""
    zones, group = np.unique(pieces.zone, return_inverse=True)
    merged = [shapely.coverage_union_all(pieces.shape[group == i]) for i in range(len(zones))]
    return zones, np.array(merged)


def drop_isles(pieces: Pieces) -> Pieces:
    """Drop isles too small to see, the smallest first, within each zone's limit.

    A part that touches another part is no isle, however small: it may lie
    within a neighbor, which would be left with a hole.
    """
    parts, piece = shapely.get_parts(pieces.shape, return_index=True)
    alone = np.bincount(shapely.STRtree(parts).query(parts, predicate="intersects")[0]) == 1
    area = area_km2(parts)
    _, zone = np.unique(pieces.zone[piece], return_inverse=True)
    spare = ISLES_SHARE * np.bincount(zone, area)
    left = np.bincount(piece)
    keep = np.ones(len(parts), dtype=bool)
    for part in np.argsort(area):
        small = area[part] <= min(ISLE_KM2, spare[zone[part]])
        if not (small and alone[part] and left[piece[part]] > 1):
            continue
        keep[part] = False
        spare[zone[part]] -= area[part]
        left[piece[part]] -= 1
    return Pieces(pieces.zone, pieces.state, _collect(parts[keep], piece[keep]))


def _collect(parts: np.ndarray, piece: np.ndarray) -> np.ndarray:
    whole = shapely.multipolygons(parts, indices=piece)
    single = shapely.get_num_geometries(whole) == 1
    whole[single] = shapely.get_geometry(whole[single], 0)
    return whole


def simplify(pieces: Pieces, true_area: dict[int, float]) -> Pieces:
    """Simplify and round, as coarsely as the areas of the zones allow.

    Groups of zones that hang together by land are simplified by themselves:
    a lone island zone needs finer steps than the mainland.

    Parameters
    ----------
    pieces : Pieces
    true_area : dict of int to float
        Square kilometers of each zone, from which the simplified zone may
        differ by the share ``AREA_SHARE`` at most.
    """
    shape = pieces.shape.copy()
    mass = _landmasses(pieces)
    for group in range(mass.max() + 1):
        here = mass == group
        shape[here] = _simplify_group(shape[here], pieces.zone[here], true_area)
    return Pieces(pieces.zone, pieces.state, shape)


def simplify_counties(pieces: Pieces) -> Pieces:
    """Simplify and round counties for a map of the whole country.

    One step for all: the smallest independent cities keep a shape, though not
    their area.
    """
    simple = shapely.coverage_simplify(pieces.shape, COUNTY_DEGREES)
    return Pieces(pieces.zone, pieces.state, _rounded(simple))


def _landmasses(pieces: Pieces) -> np.ndarray:
    """Number of the connected group of zones to which each piece belongs."""
    one, other = shapely.STRtree(pieces.shape).query(pieces.shape, predicate="intersects")
    _, zone = np.unique(pieces.zone, return_inverse=True)
    links = coo_array((np.ones(len(one)), (zone[one], zone[other])))
    _, mass = connected_components(links, directed=False)
    return mass[zone]


def _simplify_group(shape: np.ndarray, zone: np.ndarray, true_area: dict[int, float]) -> np.ndarray:
    zones, member = np.unique(zone, return_inverse=True)
    goal = np.array([true_area[int(z)] for z in zones])
    best, fine, coarse = None, FINEST_DEGREES, COARSEST_DEGREES
    for _ in range(TRIALS):
        tolerance = np.sqrt(fine * coarse)
        trial = _rounded(shapely.coverage_simplify(shape, tolerance))
        drift = np.abs(np.bincount(member, area_km2(trial)) / goal - 1)
        if drift.max() <= AREA_SHARE:
            best, fine = trial, tolerance
        else:
            coarse = tolerance
    return shape if best is None else best


def _rounded(shape: np.ndarray) -> np.ndarray:
    """Coordinates rounded alike on both sides of a border.

    Where rounding would make a border touch itself, the points of that piece
    (and the same points of its neighbors) are left as they are.
    """
    tender = np.array([], dtype=complex)
    while True:
        rounded = shapely.transform(shape, lambda degrees, keep=tender: _round(degrees, keep))
        broken = ~shapely.is_valid(rounded)
        broken |= ~shapely.is_empty(shapely.coverage_invalid_edges(rounded))
        wider = np.union1d(tender, _as_complex(shapely.get_coordinates(shape[broken])))
        if len(wider) == len(tender):
            return rounded
        tender = wider


def _round(degrees: np.ndarray, keep: np.ndarray) -> np.ndarray:
    kept = np.isin(_as_complex(degrees), keep)[:, None]
    return np.where(kept, degrees, np.round(degrees, DECIMALS))


def _as_complex(points: np.ndarray) -> np.ndarray:
    return points[:, 0] + 1j * points[:, 1]
