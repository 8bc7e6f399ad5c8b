"""A candidate at the photo's size, computed only inside its box.

Bilinear interpolation is separable: the few grid rows are stretched to the photo's width first, then each pair of
neighbouring rows gives the photo rows between them, cut at 0 on the spot. A band of rows stays in the processor's
cache, no full-size logits are ever held, and no side is too long.

Where a backend's own answer is interpolated twice (``Candidates.finer``), the result along one side is still piecewise
linear: its knots lie where a sample of the finer grid meets another cell. So the two steps are taken as one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask
from rvergui.segment.protocol import Candidates

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float32]

# So many values are worked on at a time: they stay in the processor's cache.
_BAND = 1 << 17


def candidate_mask(candidates: Candidates, index: int) -> Mask:
    """The mask (photo size) of candidate ``index``: its logits interpolated bilinearly, cut at 0.

    Beyond the outermost cell centres the outermost cells go on, as in any resize that aligns pixel areas.
    """
    logits = np.asarray(candidates.logits[index], dtype=np.float32)
    window = _photo_window(logits, candidates.scale, candidates.size)
    if window is None:
        return Mask.empty(candidates.size)
    crop = _above_zero(logits, candidates, window)
    return Mask.from_crop(crop, window[:2], candidates.size)


@dataclass(frozen=True)
class _Side:
    """Piecewise linear interpolation along one side, for a range of photo pixels.

    Attributes:
        cells: (knots,), the grid cell at or before each knot.
        parts: (knots,) float32, how far each knot lies towards the next cell, 0..1.
        before: (pixels,), the knot before each pixel.
        shares: (pixels,) float32, how far each pixel lies towards the next knot, 0..1.
    """

    cells: NDArray[np.intp]
    parts: FloatArray
    before: NDArray[np.intp]
    shares: FloatArray

    @classmethod
    def of(cls, start: int, end: int, length: int, scale: float, cells: int, finer: int) -> _Side:
        """For the photo pixels start..end of ``length`` along a grid side of ``cells``."""
        place, value = _knots(length, scale, cells, finer)
        pixels = np.clip((np.arange(start, end, dtype=np.float64) + 0.5) * scale - 0.5, place[0], place[-1])
        before = np.clip(np.searchsorted(place, pixels, side="right") - 1, 0, max(len(place) - 2, 0))
        after = np.minimum(before + 1, len(place) - 1)
        gap = place[after] - place[before]
        shares = np.divide(pixels - place[before], gap, out=np.zeros_like(pixels), where=gap > 0)
        # Only the knots around these pixels, in the grid's cells.
        first = int(before[0])
        used = value[first : int(after[-1]) + 1]
        whole = np.minimum(np.floor(used).astype(np.intp), max(cells - 2, 0))
        return cls(whole, (used - whole).astype(np.float32), before - first, shares.astype(np.float32))

    @property
    def after(self) -> NDArray[np.intp]:
        """(pixels,), the knot after each pixel."""
        return np.minimum(self.before + 1, len(self.cells) - 1)


def _knots(length: int, scale: float, cells: int, finer: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Between which places the interpolation is linear, ascending, and the place on the grid whose value each takes."""
    if finer == 1:
        centres = np.arange(cells, dtype=np.float64)
        return centres, centres
    samples = max(1, min(round(length * scale * finer), cells * finer))
    place = (np.arange(samples, dtype=np.float64) + 0.5) / finer - 0.5
    value = np.clip(place, 0, cells - 1)
    # A sample on a line between its neighbours, all within one cell, changes nothing.
    straight = np.isclose(2 * value[1:-1], value[:-2] + value[2:]) & (np.ceil(value[2:]) - np.floor(value[:-2]) <= 1)
    kept = np.concatenate(([True], ~straight, [True]))[:samples]
    return place[kept], value[kept]


def _above_zero(logits: FloatArray, candidates: Candidates, window: tuple[int, int, int, int]) -> BoolArray:
    """Where the interpolated ``logits`` are above 0, for the photo pixels of ``window`` (x0, y0, x1, y1).

    The columns of the result are contiguous, as masks store them: what is called a row below is a column of the photo.
    """
    x0, y0, x1, y1 = window
    height, width = candidates.size
    across = _Side.of(y0, y1, height, candidates.scale[1], logits.shape[0], candidates.finer)
    down = _Side.of(x0, x1, width, candidates.scale[0], logits.shape[1], candidates.finer)
    logits = np.ascontiguousarray(logits.T)
    first_row = int(down.cells[0])
    rows = logits[first_row : int(down.cells[-1]) + 2]
    at_knots = _between(rows, across.cells, across.parts, axis=1)
    stretched = at_knots[:, across.before]
    stretched += across.shares * (at_knots[:, across.after] - stretched)
    stretched = _between(stretched, down.cells - first_row, down.parts[:, None], axis=0)
    highest, lowest = stretched.max(axis=1), stretched.min(axis=1)
    out = np.zeros((x1 - x0, y1 - y0), dtype=bool)
    before, after = down.before, down.after
    some = (highest[before] > 0) | (highest[after] > 0)
    every = (lowest[before] > 0) & (lowest[after] > 0)
    out[every] = True
    mixed = np.flatnonzero(some & ~every)
    together = max(1, _BAND // max(stretched.shape[1], 1))
    for first in range(0, len(mixed), together):
        lines = mixed[first : first + together]
        upper = stretched[before[lines]]
        between = stretched[after[lines]]
        between -= upper
        between *= down.shares[lines, None]
        between += upper
        out[lines] = between > 0
    return out.T


def _between(values: FloatArray, cells: NDArray[np.intp], parts: FloatArray, axis: int) -> FloatArray:
    """``values`` at places between the ``cells`` along ``axis`` and the ones after them."""
    found = values.take(cells, axis)
    found += parts * (values.take(np.minimum(cells + 1, values.shape[axis] - 1), axis) - found)
    return found


def _photo_window(
    logits: FloatArray, scale: tuple[float, float], size: tuple[int, int]
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
