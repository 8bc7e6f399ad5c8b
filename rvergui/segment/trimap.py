"""What GrabCut is told before it starts: which pixels are surely or likely the object or the background.

All functions work in the pixels of a window; points and boxes are given in them (0 is the edge of the first pixel).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.core import Box, Point

Trimap = NDArray[np.uint8]
DoubleArray = NDArray[np.float64]

# Shares of the search radius: around a positive click likely object, around any click sure.
_LIKELY = 0.25
_SURE = 0.06
# The same for boxes, as shares of their longest side; nothing is sure within the last one of a negative click.
_SURE_BOX = 0.03
_DOUBTED_BOX = 0.25
# A pixel is called likely object only if it is clearly nearer to a positive click than to a negative one.
_NEARER = 0.7


def click_trimap(shape: tuple[int, int], points: Sequence[Point], radius: float) -> Trimap:
    """For clicks alone: likely object near positive clicks, background beyond ``radius`` pixels from all of them.

    Args:
        shape: (height, width) of the window.
        points: at least one positive; negative ones may lie outside the window.
        radius: in window pixels.

    Returns:
        (height, width) uint8 of cv2.GC_BGD, GC_FGD, GC_PR_BGD, GC_PR_FGD.
    """
    to_positive, to_negative = _distances(shape, points)
    trimap = np.full(shape, cv2.GC_PR_BGD, dtype=np.uint8)
    trimap[(to_positive < _LIKELY * radius) & (to_positive < _NEARER * to_negative)] = cv2.GC_PR_FGD
    trimap[to_positive > radius] = cv2.GC_BGD
    return _with_sure_clicks(trimap, points, to_positive, to_negative, max(1.0, _SURE * radius))


def box_trimap(shape: tuple[int, int], points: Sequence[Point], box: Box, core: float) -> Trimap:
    """For a box and any clicks: background outside the box, inside it likely object with a sure core.

    Args:
        shape: (height, width) of the window.
        points: clicks that correct; may be empty.
        box: in window pixels.
        core: what is surely the object is the ellipse that fills this share of the box's sides, less the
            neighbourhood of negative clicks; 0 for none.
    """
    height, width = shape
    y, x = np.mgrid[:height, :width] + 0.5
    across = np.abs(x - (box.x0 + box.x1) / 2) / max((box.x1 - box.x0) / 2, 0.5)
    down = np.abs(y - (box.y0 + box.y1) / 2) / max((box.y1 - box.y0) / 2, 0.5)
    to_positive, to_negative = _distances(shape, points)
    longest = max(box.x1 - box.x0, box.y1 - box.y0)
    trimap = np.full(shape, cv2.GC_PR_FGD, dtype=np.uint8)
    trimap[(across**2 + down**2 < core**2) & (to_negative > _DOUBTED_BOX * longest)] = cv2.GC_FGD
    trimap[to_negative < _DOUBTED_BOX / 2 * longest] = cv2.GC_PR_BGD
    trimap[np.maximum(across, down) > 1] = cv2.GC_BGD
    return _with_sure_clicks(trimap, points, to_positive, to_negative, max(1.0, _SURE_BOX * longest))


def _with_sure_clicks(
    trimap: Trimap, points: Sequence[Point], to_positive: DoubleArray, to_negative: DoubleArray, radius: float
) -> Trimap:
    """``trimap`` with small sure discs around the clicks; the pixel under a click always says what the click said."""
    height, width = trimap.shape
    trimap[(to_negative < radius) & (to_negative < to_positive)] = cv2.GC_BGD
    trimap[(to_positive < radius) & (to_positive <= to_negative)] = cv2.GC_FGD
    for point in points:
        column, row = int(np.floor(point.x)), int(np.floor(point.y))
        if 0 <= column < width and 0 <= row < height:
            trimap[row, column] = cv2.GC_FGD if point.positive else cv2.GC_BGD
    return trimap


def _distances(shape: tuple[int, int], points: Sequence[Point]) -> tuple[DoubleArray, DoubleArray]:
    """From each pixel's centre to the nearest positive and the nearest negative click (infinite without one)."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    nearest = {True: np.full(shape, np.inf), False: np.full(shape, np.inf)}
    for point in points:
        np.minimum(
            nearest[point.positive],
            np.hypot(x + 0.5 - point.x, y + 0.5 - point.y),
            out=nearest[point.positive],
        )
    return nearest[True], nearest[False]
