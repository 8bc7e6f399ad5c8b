"""Outlines of a binary image along its pixel edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Directions of a step along the pixel grid, clockwise: right, down, left, up.
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))


def pixel_edge_loops(inside: NDArray[np.bool_]) -> list[NDArray[np.int32]]:
    """Closed loops around the regions of ``inside`` (height, width).

    Each loop is an (n, 2) array of corner points x, y between pixels (0..width, 0..height), corners only, in
    order, not repeated at the end. Walking along a loop the inside lies to the right, so outer loops run clockwise on
    the screen and holes counter-clockwise. Where two regions touch at a corner only, the loops keep them apart
    (4-connected inside). Filled by the even-odd rule the loops give back ``inside`` exactly.
    """
    if inside.size == 0 or not inside.any():
        return []
    padded = np.pad(inside, 1)
    stride = inside.shape[1] + 1
    # An edge is keyed by its start corner and direction; the inside pixel lies to its right.
    starts: dict[int, list[int]] = {0: [], 1: [], 2: [], 3: []}
    top = padded[1:-1, 1:-1] & ~padded[:-2, 1:-1]
    bottom = padded[1:-1, 1:-1] & ~padded[2:, 1:-1]
    left = padded[1:-1, 1:-1] & ~padded[1:-1, :-2]
    right = padded[1:-1, 1:-1] & ~padded[1:-1, 2:]
    for direction, edges, dy, dx in ((0, top, 0, 0), (1, right, 0, 1), (2, bottom, 1, 1), (3, left, 1, 0)):
        ys, xs = np.nonzero(edges)
        starts[direction] = ((ys + dy) * stride + (xs + dx)).tolist()
    remaining = [set(starts[d]) for d in range(4)]
    offsets = (1, stride, -1, -stride)
    loops: list[NDArray[np.int32]] = []
    for first in starts[0]:  # every loop has an edge to the right: its topmost, or the lower rim of a hole
        if first not in remaining[0]:
            continue
        corner, direction = first, 0
        corners: list[int] = []
        while corner in remaining[direction]:
            remaining[direction].discard(corner)
            corner += offsets[direction]
            # At a corner where two regions touch, turning right stays with this region.
            for turn in (1, 0, 3):
                following = (direction + turn) % 4
                if corner in remaining[following] or (corner == first and following == 0):
                    break
            else:
                following = 0
            if following != direction:
                corners.append(corner)
            direction = following
        points = np.array(corners, dtype=np.int64)
        loops.append(np.stack([points % stride, points // stride], axis=1).astype(np.int32))
    return loops
