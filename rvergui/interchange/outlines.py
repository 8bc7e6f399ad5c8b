"""Masks as rings of corners, with their holes and parts, and rings as masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask, RverError
from rvergui.core.contours import pixel_edge_loops

FloatArray = NDArray[np.float64]

# A ring whose edges pass more rows than this is no outline of anything on a photo.
MOST_CROSSINGS = 200_000_000
_AT_ONCE = 4_000_000
# Two loops whose corners make more pairs than this are joined at a corner that is near, not nearest.
_PAIRS = 4_000_000


def mask_rings(mask: Mask, tolerance: float = 0.0) -> list[FloatArray]:
    """One ring (n, 2) of corners x, y for each part of ``mask``, which hang together by the sides of pixels.

    A hole is joined to the outline around it by a cut of no width that is walked there and back, so that one ring tells
    both; by the even-odd rule that fills it as if the cut were not there.

    Args:
        mask: what to outline.
        tolerance: how far, in pixels, a ring may leave the mask's edge to need fewer corners; at 0 it follows the edges
            of the pixels, and ``fill`` gives back exactly the mask.
    """
    return [_joined([_simpler(loop, tolerance) for loop in loops]) for loops in _parts(mask)]


def one_ring(mask: Mask, tolerance: float = 0.0) -> FloatArray:
    """The same in a single ring (n, 2): the parts are joined by cuts as well; empty for an empty mask."""
    rings = mask_rings(mask, tolerance)
    return _joined(rings) if rings else np.zeros((0, 2))


def fill(rings: Sequence[FloatArray], size: tuple[int, int]) -> Mask:
    """The pixels of a photo of ``size`` (height, width) whose middle lies within one of the rings (n, 2), x, y.

    Within a ring the even-odd rule holds; rings are united. What lies outside the photo is cut off.

    Raises:
        RverError: a ring is too complicated to be an outline.
    """
    height, width = size
    whole = np.zeros(size, dtype=np.uint8)
    for ring in rings:
        if len(ring) < 3:
            continue
        left, top = (max(int(np.floor(v)), 0) for v in ring.min(axis=0))
        right, bottom = int(min(np.ceil(ring[:, 0].max()), width)), int(min(np.ceil(ring[:, 1].max()), height))
        if right > left and bottom > top:
            whole[top:bottom, left:right] |= _inside(ring - (left, top), (bottom - top, right - left))
    return Mask.from_array(whole)


def _inside(ring: FloatArray, size: tuple[int, int]) -> NDArray[np.uint8]:
    """0 or 1 for each pixel of a window that the ring may leave: whether a walk from the left crosses it an odd number
    of times."""
    height, width = size
    toggles = np.zeros((height, width + 1), dtype=np.uint8)
    flat = toggles.reshape(-1)
    start, end = ring, np.roll(ring, -1, axis=0)
    low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first = np.clip(np.ceil(low - 0.5), 0, height).astype(np.int64)
    count = np.clip(np.ceil(high - 0.5), 0, height).astype(np.int64) - first
    kept = np.flatnonzero(count > 0)
    if int(count[kept].sum()) > MOST_CROSSINGS:
        raise RverError("the outline is too complicated to be one")
    for edges in _portions(kept, count):
        repeated = np.repeat(edges, count[edges])
        offset = np.arange(len(repeated)) - np.repeat(np.cumsum(count[edges]) - count[edges], count[edges])
        row = first[repeated] + offset
        a, b = start[repeated], end[repeated]
        x = a[:, 0] + (row + 0.5 - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
        column = np.clip(np.ceil(x - 0.5), 0, width).astype(np.int64)
        np.add.at(flat, row * (width + 1) + column, np.uint8(1))
    odd: NDArray[np.uint8] = np.bitwise_xor.accumulate(toggles & 1, axis=1)[:, :width]
    return odd


def _portions(edges: NDArray[np.int64], count: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """``edges`` in portions that pass so many rows that they fit into memory."""
    if not len(edges):
        return
    total = np.cumsum(count[edges])
    for portion in np.split(edges, np.flatnonzero(np.diff(total // _AT_ONCE)) + 1):
        if len(portion):
            yield portion


def _parts(mask: Mask) -> Iterator[list[NDArray[np.int32]]]:
    """The loops of each part, the outer one first."""
    if mask.is_empty:
        return
    import cv2

    x, y, _, _ = mask.bbox
    crop = mask.crop()
    count, labels, stats, _ = cv2.connectedComponentsWithStats(crop.view(np.uint8), connectivity=4)
    for part in range(1, count):
        left, top, w, h = (int(v) for v in stats[part, :4])
        loops = pixel_edge_loops(labels[top : top + h, left : left + w] == part)
        yield [loop + np.array([x + left, y + top], dtype=np.int32) for loop in loops]


def _simpler(loop: NDArray[np.int32], tolerance: float) -> FloatArray:
    """The loop with fewer corners, unless nothing would be left of it."""
    if tolerance > 0:
        import cv2

        fewer = cv2.approxPolyDP(loop.reshape(-1, 1, 2), tolerance, closed=True).reshape(-1, 2)
        if len(fewer) >= 3 and _area(fewer) > _area(loop) / 2:
            return np.asarray(fewer, dtype=np.float64)
    return loop.astype(np.float64)


def _area(loop: NDArray[np.int32]) -> float:
    x, y = loop[:, 0].astype(np.float64), loop[:, 1].astype(np.float64)
    return abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2


def _joined(loops: Sequence[FloatArray]) -> FloatArray:
    """The loops in one ring: from a corner of what is there already to a near one of the next, around it, and back."""
    ring = loops[0]
    for loop in loops[1:]:
        leaving, arriving = _near(ring, loop)
        around = np.concatenate([loop[arriving:], loop[: arriving + 1]])
        ring = np.concatenate([ring[: leaving + 1], around, ring[leaving:]])
    return ring


def _near(ring: FloatArray, loop: FloatArray) -> tuple[int, int]:
    if len(ring) * len(loop) > _PAIRS:
        distance = ((ring - loop[0]) ** 2).sum(axis=1)
        return int(distance.argmin()), 0
    apart = ((ring[:, None] - loop[None]) ** 2).sum(axis=2)
    leaving, arriving = np.unravel_index(int(apart.argmin()), apart.shape)
    return int(leaving), int(arriving)
