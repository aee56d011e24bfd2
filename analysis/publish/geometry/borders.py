"""Lines between states, taken from the simplified zones so that both agree."""

from __future__ import annotations

import numpy as np
import shapely

from analysis.publish.geometry.merge import Pieces


def state_borders(pieces: Pieces) -> np.ndarray:
    """Lines that two states share, without the coast.

    Returns
    -------
    ndarray of shapely LineStrings
    """
    ring, owner = shapely.get_rings(pieces.shape, return_index=True)
    points, index = shapely.get_coordinates(ring, return_index=True)
    joined = index[1:] == index[:-1]
    start, end = points[:-1][joined], points[1:][joined]
    state = pieces.state[owner[index[:-1][joined]]]
    # The two sides run the same segment in opposite directions: give both one form.
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[swap], end[swap] = end[swap].copy(), start[swap].copy()
    segments, side = np.unique(np.hstack([start, end]), axis=0, return_inverse=True)
    lowest = np.full(len(segments), np.inf)
    highest = np.full(len(segments), -np.inf)
    np.minimum.at(lowest, side, state)
    np.maximum.at(highest, side, state)
    between = segments[lowest < highest].reshape(-1, 2, 2)
    lines = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(between)))
    return shapely.get_parts(lines)
