"""A candidate at the photo's size, computed only inside its box.

Bilinear interpolation is separable: the few grid rows are stretched to the photo's width first, then each pair of
neighbouring grid rows gives the photo rows between them, cut at 0 on the spot. A band of rows stays in the
processor's cache, no full-size logits are ever held, and no side is too long.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask
from rvergui.segment.protocol import Candidates

BoolArray = NDArray[np.bool_]


def candidate_mask(candidates: Candidates, index: int) -> Mask:
    """The mask (photo size) of candidate ``index``: its logits interpolated bilinearly, cut at 0.

    Beyond the outermost cell centres the outermost cells go on, as in any resize that aligns pixel areas.
    """
    logits = np.asarray(candidates.logits[index], dtype=np.float32)
    window = _photo_window(logits, candidates.scale, candidates.size)
    if window is None:
        return Mask.empty(candidates.size)
    crop = _above_zero(logits, candidates.scale, window)
    return Mask.from_crop(crop, window[:2], candidates.size)


def _above_zero(
    logits: NDArray[np.float32], scale: tuple[float, float], window: tuple[int, int, int, int]
) -> BoolArray:
    """Where the interpolated ``logits`` are above 0, for the photo pixels of ``window`` (x0, y0, x1, y1)."""
    x0, y0, x1, y1 = window
    left, right, across = _neighbours(x0, x1, scale[0], logits.shape[1])
    above, below, down = _neighbours(y0, y1, scale[1], logits.shape[0])
    first_row, last_row = int(above[0]), int(below[-1])
    rows = logits[first_row : last_row + 1]
    stretched = rows[:, left]
    stretched += across * (rows[:, right] - stretched)
    out = np.zeros((y1 - y0, x1 - x0), dtype=bool)
    starts = np.flatnonzero(np.diff(above, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(above)], strict=True):
        upper = stretched[above[start] - first_row]
        lower = stretched[below[start] - first_row]
        out[start:end] = _band(upper, lower, down[start:end])
    return out


def _band(upper: NDArray[np.float32], lower: NDArray[np.float32], shares: NDArray[np.float32]) -> BoolArray:
    """Which of the rows between two stretched grid rows are above 0; ``shares`` is how far down each row lies."""
    inside: BoolArray
    if upper.max() <= 0 and lower.max() <= 0:
        return np.zeros((len(shares), len(upper)), dtype=bool)
    if upper.min() > 0 and lower.min() > 0:
        return np.ones((len(shares), len(upper)), dtype=bool)
    inside = upper + shares[:, None] * (lower - upper) > 0
    return inside


def _neighbours(
    start: int, end: int, scale: float, cells: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """For photo pixels start..end along one side: the grid cells before and after, and the share of the latter."""
    position = (np.arange(start, end, dtype=np.float64) + 0.5) * scale - 0.5
    position = np.clip(position, 0, cells - 1)
    before = np.floor(position).astype(np.intp)
    after = np.minimum(before + 1, cells - 1)
    return before, after, (position - before).astype(np.float32)


def _photo_window(
    logits: NDArray[np.float32], scale: tuple[float, float], size: tuple[int, int]
) -> tuple[int, int, int, int] | None:
    """The box x0, y0, x1, y1 in photo pixels that holds everything above 0, one grid cell of margin included."""
    positive = logits > 0
    rows = np.flatnonzero(positive.any(axis=1))
    columns = np.flatnonzero(positive.any(axis=0))
    if rows.size == 0:
        return None
    height, width = size
    x0, x1 = _photo_range(int(columns[0]), int(columns[-1]), scale[0], width, logits.shape[1])
    y0, y1 = _photo_range(int(rows[0]), int(rows[-1]), scale[1], height, logits.shape[0])
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _photo_range(first: int, last: int, scale: float, length: int, cells: int) -> tuple[int, int]:
    """Photo pixels that cells first..last can reach; the outermost cells reach to the photo's edge."""
    start = 0 if first == 0 else max(int(np.floor((first - 1) / scale)), 0)
    end = length if last == cells - 1 else min(int(np.ceil((last + 2) / scale)), length)
    return start, end
