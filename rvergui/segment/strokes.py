"""Strokes of a brush and polygons as masks, drawn inside their own box."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import cv2
import numpy as np

from rvergui.core import Mask

Place = tuple[float, float]

# Fractional bits of OpenCV's fixed-point coordinates.
_BITS = 6
_ONE = 1 << _BITS


def stroke_mask(path: Sequence[Place], radius: float, size: tuple[int, int]) -> Mask:
    """What a round brush covers that is drawn along ``path``.

    Args:
        path: places (x, y) in photo pixels, at least one; they may lie beyond the photo.
        radius: of the brush in photo pixels; however small, the pixels under the path are covered.
        size: (height, width) of the photo.
    """
    height, width = size
    xs, ys = [p[0] for p in path], [p[1] for p in path]
    reach = max(radius, 0.5) + 1
    # OpenCV leaves out parts of discs that its picture's edge cuts, so the picture goes on beyond the photo's edge.
    rim = math.ceil(reach)
    x0, y0 = max(math.floor(min(xs) - reach), -rim), max(math.floor(min(ys) - reach), -rim)
    x1, y1 = min(math.ceil(max(xs) + reach), width + rim), min(math.ceil(max(ys) + reach), height + rim)
    if x1 <= x0 or y1 <= y0:
        return Mask.empty(size)
    canvas = np.zeros((y1 - y0, x1 - x0), dtype=np.uint8)
    # The centre of pixel i is i + 0.5 in photo pixels and i for OpenCV.
    local = np.array(path, dtype=np.float64) - (x0 + 0.5, y0 + 0.5)
    fixed = np.round(local * _ONE).astype(np.int64)
    # OpenCV fills everything that the outline touches, half a pixel more than the outline encloses.
    inner = max(radius - 0.5, 0.0)
    across = round(inner * _ONE)
    for x, y in fixed:
        cv2.circle(canvas, (int(x), int(y)), across, 1, cv2.FILLED, cv2.LINE_8, _BITS)
    for begin, end in itertools.pairwise(local):
        along = end - begin
        length = float(np.hypot(*along))
        if length > 0:
            side = np.array([-along[1], along[0]]) / length * inner
            corners = np.array([begin + side, end + side, end - side, begin - side])
            cv2.fillConvexPoly(canvas, np.round(corners * _ONE).astype(np.int32), 1, cv2.LINE_8, _BITS)
    return Mask.from_crop(canvas, (x0, y0), size)


def polygon_mask(corners: Sequence[Place], size: tuple[int, int]) -> Mask:
    """The inside of the polygon with these corners (x, y) in photo pixels; fewer than three enclose nothing."""
    height, width = size
    # Beyond the photo nothing is drawn, but a corner far outside must not stretch the outline's run lengths.
    flat = [v for x, y in corners for v in (min(max(x, -width), 2.0 * width), min(max(y, -height), 2.0 * height))]
    return Mask.from_polygons([flat], size)
